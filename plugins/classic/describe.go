package classic

import (
	"slices"
	"strings"
)

// enumerate writes "a, b and c".
func enumerate(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " and " + items[last]
}

// readable writes a key or an identifier in words.
func readable(key string) string {
	return strings.TrimSpace(strings.ReplaceAll(key, "_", " "))
}

// onOff is the word for a switch.
func onOff(value string) string {
	switch strings.ToLower(value) {
	case "true", "yes", "on":
		return "on"
	case "false", "no", "off":
		return "off"
	}
	return value
}

// settingsFirst puts what is set before what is liked. They come in the order of
// their keys, which means nothing to a reader.
func settingsFirst(preferences []preference) []preference {
	rank := func(p preference) int {
		if at := slices.Index([]string{keyTheme, keyLanguage, keyUnits, keyNotifications}, p.key); at >= 0 {
			return at
		}
		return len(preferences) + 4
	}
	sorted := slices.Clone(preferences)
	slices.SortStableFunc(sorted, func(a, b preference) int { return rank(a) - rank(b) })
	return sorted
}

// label names a preference in a list: "theme dark".
func (p preference) label() string {
	switch {
	case p.key == keyLanguage:
		return "language " + languageName(p.value)
	case p.key == keyNotifications:
		return "notifications " + onOff(p.value)
	case strings.HasPrefix(p.key, "likes_"):
		return "you like " + p.value
	case strings.HasPrefix(p.key, "prefers_"):
		return "you prefer " + p.value
	case p.other() != "":
		return "you prefer " + p.value + " to " + p.other()
	}
	return readable(p.key) + " " + p.value
}

// other is what the preference "coffee_or_tea: tea" is preferred to.
func (p preference) other() string {
	a, b, ok := strings.Cut(p.key, "_or_")
	switch mine := slug(splitClauseWords(p.value)); {
	case !ok:
		return ""
	case mine == a:
		return readable(b)
	case mine == b:
		return readable(a)
	}
	return ""
}

func splitClauseWords(text string) []word {
	var words []word
	for _, c := range splitClauses(text) {
		words = append(words, c.words...)
	}
	return words
}

// describe says preferences in sentences: "You prefer a dark theme and
// Spanish. Your favourite colour is green."
func describe(preferences []preference) string {
	var prefers, likes, sentences []string
	for _, p := range settingsFirst(preferences) {
		switch {
		case p.key == keyTheme:
			prefers = append(prefers, article(p.value)+" "+p.value+" theme")
		case p.key == keyLanguage:
			prefers = append(prefers, languageName(p.value))
		case p.key == keyUnits:
			prefers = append(prefers, p.value+" units")
		case p.key == keyNotifications:
			prefers = append(prefers, "notifications "+onOff(p.value))
		case p.key == keyTimezone:
			sentences = append(sentences, "Your time zone is "+p.value+".")
		case p.key == keyName:
			sentences = append(sentences, "Your name is "+p.value+".")
		case strings.HasPrefix(p.key, "likes_"):
			likes = append(likes, p.value)
		case strings.HasPrefix(p.key, "prefers_"):
			prefers = append(prefers, p.value)
		case p.other() != "":
			prefers = append(prefers, p.value+" to "+p.other())
		default:
			sentences = append(sentences, "Your "+readable(p.key)+": "+p.value+".")
			if thing, ok := strings.CutPrefix(p.key, "favourite_"); ok {
				sentences[len(sentences)-1] = "Your favourite " + readable(thing) + " is " + p.value + "."
			}
		}
	}
	if len(likes) > 0 {
		sentences = append([]string{"You like " + enumerate(likes) + "."}, sentences...)
	}
	if len(prefers) > 0 {
		sentences = append([]string{"You prefer " + enumerate(prefers) + "."}, sentences...)
	}
	return strings.Join(sentences, " ")
}

func article(word string) string {
	if word != "" && strings.ContainsRune("aeiou", rune(word[0])) {
		return "an"
	}
	return "a"
}
