package classic

import "strings"

// The readings of statements whose form says more than a list does.

// notNames follow "call me" without being a name.
var notNames = set(`later back tomorrow when if at on maybe again now soon today tonight a an the crazy stupid
	old-fashioned anything whatever names by please sometime not your my that this it what no in after before
	for about as something anytime any very so too quite up out`)

// readName reads a name: one word, and those after it that are written with a
// capital as it is.
func readName(x *extractor, parts [][]word) {
	words := parts[len(parts)-1]
	if notNames[words[0].key] {
		return
	}
	n := 1
	if titles[words[0].key] && len(words) > 1 {
		n = 2
	}
	for n < len(words) && n < 4 && words[n].text != words[n].key && words[0].text != words[0].key {
		n++
	}
	if n < len(words) && !settingTail[words[n].key] && words[n].key != "and" && !reasons[words[n].key] &&
		words[n].key != "from" && words[n].key != "on" {
		return // "call me stupid but ..." and the like: not sure what it is
	}
	x.add(keyName, joinWords(words[:n]))
}

// readPreferred reads "my preferred language is Spanish".
func readPreferred(x *extractor, parts [][]word) {
	if p, ok := setting(append(append([]word{}, parts[0]...), parts[1]...), manner{}); ok {
		x.add(p.key, p.value)
		return
	}
	x.favourite(parts[0], parts[1])
}

// readFavourite reads "my favourite colour is green". A favourite theme is the
// theme to use; a favourite language need not be the one to speak.
func readFavourite(x *extractor, parts [][]word) {
	if topicOf(parts[0][len(parts[0])-1].key) == keyTheme {
		readPreferred(x, parts)
		return
	}
	x.favourite(parts[0], parts[1])
}

// readFavouriteAfter reads "green is my favourite colour".
func readFavouriteAfter(x *extractor, parts [][]word) {
	x.favourite(parts[1], parts[0])
}

func (x *extractor) favourite(topic, value []word) {
	topic, named := nounWords(topic)
	value, ok := nounWords(value)
	if !named || !ok || len(topic) > 3 {
		return
	}
	x.add("favourite_"+strings.ReplaceAll(slug(topic), "color", "colour"), joinWords(value))
}

// switchTo reads "turn the notifications off". To turn a theme off does not say
// which one is wanted.
func switchTo(to string) func(*extractor, [][]word) {
	return func(x *extractor, parts [][]word) {
		p, ok := setting(parts[len(parts)-1], manner{plainAlerts: true})
		switch {
		case !ok:
		case p.key == keyNotifications:
			x.add(p.key, to)
		case to == "true":
			x.add(p.key, p.value)
		}
	}
}

// readQuiet reads "do not send me notifications".
func readQuiet(x *extractor, _ [][]word) {
	x.add(keyNotifications, "false")
}

// readOwnSetting reads "my theme is dark" and "I am in the CET time zone".
func readOwnSetting(x *extractor, parts [][]word) {
	var words []word
	for _, part := range parts {
		words = append(words, part...)
	}
	if len(parts) == 1 && topicOf(words[len(words)-1].key) == "" && words[0].key != "the" { // "my time zone is CET"
		words = append([]word{{text: keyTimezone, key: keyTimezone}}, words...)
	}
	if p, ok := setting(words, manner{}); ok {
		x.add(p.key, p.value)
	}
}
