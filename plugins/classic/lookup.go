package classic

import (
	"fmt"
	"strings"
)

// askWords are words of a question that say that it asks, not what about.
var askWords = set(`prefer preference like love enjoy favour favourite set setting want know tell told say said mention
	remember recall remind show list give save saved store stored note keep kept call current talk discuss speak
	ever still best most again now thing time today earlier before yesterday recently last previously write wrote
	please eliza message conversation use know choose chosen happen what's anything something everything`)

var askStems = stems(askWords)

func stems(words map[string]bool) map[string]bool {
	all := map[string]bool{}
	for w := range words {
		all[stem(w)] = true
	}
	return all
}

// contentStems are the stems of the words that carry meaning.
func contentStems(words []word) map[string]bool {
	all := map[string]bool{}
	for _, w := range words {
		if !functionWords[w.key] {
			all[stem(w.key)] = true
		}
	}
	return all
}

// subject is what a question is about: its content without the asking.
func subject(question clause) map[string]bool {
	all := contentStems(question.words)
	for s := range all {
		if askStems[s] {
			delete(all, s)
		}
	}
	return all
}

// sayPreferences answers a question about preferences from those in the prompt.
// Without such a section no provider was called, and it says only that.
func (p *prompt) sayPreferences(question clause) string {
	about := subject(question)
	if asksName(question) {
		about[stem(keyName)] = true
	}
	var found []preference
	for _, known := range p.preferences {
		if len(about) == 0 || known.matches(about) {
			found = append(found, known)
		}
	}
	switch {
	case len(found) > 0:
		return describe(found)
	case about[stem(keyName)] && p.userName() != "":
		return "I see you here as " + p.userName() + ". You have not told me another name."
	case p.notLookedUp["USER_PREFERENCES"]:
		return "I could not look up what you prefer just now. Ask me again in a moment."
	case !p.askedPreferences:
		return "I have no note here of what you prefer."
	case len(about) > 0 && len(p.preferences) > 0:
		return "You have not told me that yet."
	}
	return "You have not told me yet."
}

// asksName recognises the questions about the name that do not name it.
func asksName(question clause) bool {
	keys := make([]string, len(question.words))
	for i, w := range question.words {
		keys[i] = w.key
	}
	text := strings.Join(keys, " ")
	return strings.Contains(text, "who i am") || strings.Contains(text, "who am i") ||
		strings.Contains(text, "call me") || strings.Contains(text, "am i called")
}

// otherWords are what users call a preference beside its key.
var otherWords = map[string]string{
	keyTheme:         "theme mode dark light appearance interface",
	keyLanguage:      "language read speak",
	keyNotifications: "notification alert",
	keyUnits:         "unit metric imperial measurement system",
	keyTimezone:      "timezone zone",
	keyName:          "name called",
}

// matches reports whether a question about these stems is about the preference.
func (p preference) matches(about map[string]bool) bool {
	text := strings.ReplaceAll(p.key, "_", " ") + " " + otherWords[p.key]
	switch p.key {
	case keyTheme, keyNotifications, keyName:
	case keyLanguage:
		text += " " + languageName(p.value)
	default:
		text += " " + p.value
	}
	for s := range contentStems(splitClauseWords(text)) {
		if about[s] && !askStems[s] {
			return true
		}
	}
	return false
}

// sayPast answers a question about the past from the related memories, or else
// from the conversation, in the words that were said.
func (p *prompt) sayPast(question clause) string {
	about := subject(question)
	_, speaker := p.before()
	best, most := recollection{}, 0
	for _, m := range p.memories {
		if score := p.relevance(m.text, about); score > most {
			best, most = m, score
		}
	}
	if most > 0 {
		date := ""
		if best.date != "" {
			date = " (" + best.date + ")"
		}
		return fmt.Sprintf("%s: %q%s.", p.teller(best.speaker, speaker), best.text, date)
	}
	for _, t := range p.earlier() {
		if t.speaker == "" {
			continue
		}
		if score := p.relevance(t.text, about); score >= most && score > 0 {
			best, most = recollection{speaker: t.speaker, text: t.text}, score
		}
	}
	if most > 0 {
		return fmt.Sprintf("%s earlier: %q.", p.teller(best.speaker, speaker), best.text)
	}
	if len(p.notLookedUp) > 0 {
		return "I could not look that up just now. Ask me again in a moment."
	}
	return "I find nothing about that in what you told me."
}

// relevance counts the words that a text shares with the question. A question
// of earlier adds nothing, and neither does this message. A question without a
// subject is answered by any statement.
func (p *prompt) relevance(text string, about map[string]bool) int {
	if sameText(text, p.message) || strings.HasSuffix(strings.TrimSpace(text), "?") {
		return 0
	}
	content := contentStems(splitClauseWords(text))
	if len(about) == 0 {
		return len(content) // the one that says the most
	}
	score := 0
	for s := range content {
		if about[s] {
			score++
		}
	}
	return score
}

// teller begins a citation.
func (p *prompt) teller(who, asker string) string {
	switch {
	case who == ownLabel || who == p.agent && who != "":
		return "I said"
	case asker == "" || who == "" || strings.EqualFold(who, asker) || strings.EqualFold(who, "user"):
		return "You told me"
	}
	return who + " said"
}
