package classic

import (
	"regexp"
	"strings"
	"sync"
)

// pairs finds "theme = dark" and "theme: dark" in what an action reports.
var pairs = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[\s,;(])([A-Za-z_][A-Za-z0-9_-]*)\s?=\s?([^,;=]+?)\.?(?:$|[,;)])`)
})

// sayResults says what came of the actions; "" when none ran.
func (p *prompt) sayResults() string {
	var said []string
	for _, r := range p.results {
		text := strings.TrimSpace(r.text)
		switch {
		case r.failed:
			said = append(said, "That did not work: "+sentence(text, "no reason was given"))
		case r.action == actionStore && len(readPairs(text)) > 0:
			var labels []string
			for _, saved := range settingsFirst(readPairs(text)) {
				labels = append(labels, saved.label())
			}
			said = append(said, "I'll remember that: "+strings.Join(labels, ", ")+".")
		default:
			said = append(said, capitalise(sentence(text, readable(strings.ToLower(r.action))+" is done")))
		}
	}
	return strings.Join(said, " ")
}

// readPairs reads the preferences that an action reports as saved.
func readPairs(text string) []preference {
	var all []preference
	rest := text
	for {
		m := pairs().FindStringSubmatchIndex(rest)
		if m == nil {
			return all
		}
		all = append(all, preference{key: rest[m[2]:m[3]], value: strings.TrimSpace(rest[m[4]:m[5]])})
		rest = rest[m[5]:]
	}
}

// sentence ends a text with a point; an empty one is replaced.
func sentence(text, empty string) string {
	if text == "" {
		text = empty
	}
	if strings.ContainsAny(text[len(text)-1:], ".!?") {
		return text
	}
	return text + "."
}
