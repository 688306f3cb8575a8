package classic

import "strings"

// The word lists that reading, reflection and embedding share. They are plain
// English; a script in another language needs its own.

// set turns a list of words into a set.
func set(words string) map[string]bool {
	all := make(map[string]bool, len(words)/6) // growing it would cost more than filling it
	for w := range strings.FieldsSeq(words) {
		all[w] = true
	}
	return all
}

// clauseOpeners are words that, after "and", begin a new clause rather than
// another thing of a list.
var clauseOpeners = set(`i my you he she it they we please call turn use switch set change enable disable
	do what which who where when why how is are can could would will tell answer reply write remind make keep`)

// titles are abbreviations whose point ends no sentence.
var titles = set(`dr mr mrs ms prof st vs etc e.g i.e`)

// functionWords carry grammar more than meaning. Embeddings damp them, overlap
// ignores them, and one at the start of a sentence loses its capital when it is
// quoted in the middle of another.
var functionWords = set(`a about after again all also am an and any are as at be because been before being both but by
	can cannot could did do does doing done down each every few for from further get go going got had has have
	having he her here hers herself him himself his how i if in into is it its itself just let may me might more
	most must my myself no nor not now of off on once only or other our ours out over own please really same she
	should so some such than that the their theirs them then there these they this those through to too under
	until up us very was we were what when where which while who whom whose why will with would yes you your
	yours yourself`)

// contractions are written out. Both forms are lower case; the second always
// has two words or more.
var contractions = spellOut(`
	i'm:i am  i've:i have  i'll:i will  i'd:i would  im:i am  ive:i have
	you're:you are  you've:you have  you'll:you will  you'd:you would
	he's:he is  she's:she is  it's:it is  that's:that is  there's:there is  here's:here is
	what's:what is  who's:who is  where's:where is  how's:how is  when's:when is  whats:what is  thats:that is
	we're:we are  we've:we have  we'll:we will  we'd:we would  let's:let us  name's:name is
	they're:they are  they've:they have  they'll:they will
	he'll:he will  she'll:she will  it'll:it will  he'd:he would  she'd:she would
	don't:do not  doesn't:does not  didn't:did not  dont:do not  doesnt:does not  didnt:did not
	can't:can not  cant:can not  cannot:can not  couldn't:could not  won't:will not  wouldn't:would not
	isn't:is not  aren't:are not  wasn't:was not  weren't:were not  haven't:have not  hasn't:has not
	hadn't:had not  shouldn't:should not  mustn't:must not`)

func spellOut(list string) map[string]string {
	full := map[string]string{}
	for line := range strings.Lines(list) {
		for pair := range strings.SplitSeq(strings.TrimSpace(line), "  ") {
			if short, long, ok := strings.Cut(pair, ":"); ok {
				full[short] = long
			}
		}
	}
	return full
}

// stem cuts the commonest endings off an English word, so that "dogs" finds
// "dog". It is crude on purpose: it needs no tables, and what it cuts wrongly
// it cuts wrongly everywhere.
func stem(word string) string {
	word = strings.TrimSuffix(word, "'s")
	switch n := len(word); {
	case n > 4 && strings.HasSuffix(word, "ies"):
		word = word[:n-3] + "y"
	case n > 5 && strings.HasSuffix(word, "ing"):
		word = undouble(word[:n-3])
	case n > 4 && strings.HasSuffix(word, "ed"):
		word = undouble(word[:n-2])
	case n > 4 && hasAnySuffix(word, "sses", "shes", "ches", "xes"):
		word = word[:n-2]
	case n > 3 && strings.HasSuffix(word, "s") && !hasAnySuffix(word, "ss", "us", "is"):
		word = word[:n-1]
	}
	if n := len(word); n > 3 && word[n-1] == 'e' {
		word = word[:n-1]
	}
	if n := len(word); n > 4 && strings.HasSuffix(word, "our") { // colour as color
		word = word[:n-3] + "or"
	}
	return word
}

func hasAnySuffix(word string, endings ...string) bool {
	for _, ending := range endings {
		if strings.HasSuffix(word, ending) {
			return true
		}
	}
	return false
}

// undouble makes "stopp" of "stopped" into "stop".
func undouble(word string) string {
	n := len(word)
	if n > 3 && word[n-1] == word[n-2] && !strings.ContainsRune("ls", rune(word[n-1])) {
		return word[:n-1]
	}
	return word
}
