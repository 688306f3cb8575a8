package classic

import (
	"html"
	"iter"
	"strings"

	"github.com/elizago/elizago/core"
)

// promptSections goes over the sections of a prompt: heading and lines.
func promptSections(text string) iter.Seq2[string, []string] {
	return func(yield func(string, []string) bool) {
		heading, lines := "", []string(nil)
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, " \t\n")
			if !strings.HasPrefix(line, "# ") {
				lines = append(lines, line)
				continue
			}
			if !yield(heading, lines) {
				return
			}
			heading, lines = line, nil
		}
		yield(heading, lines)
	}
}

// section reads one section of those that this package knows.
func (p *prompt) section(heading string, lines []string) {
	switch heading {
	case core.HeadingConversation:
		p.turns = readTurns(lines)
	case core.HeadingActions:
		p.actions = readList(lines)
	case core.HeadingNotLookedUp:
		p.notLookedUp = readList(lines)
	case core.HeadingProviders:
		p.providers = readList(lines)
	case core.HeadingActionResults:
		p.results = readResults(lines)
	case headingPreferences:
		p.preferences, p.askedPreferences = readPreferences(lines), true
	case headingPeople:
		p.sender = readSender(lines)
	case headingTime:
		p.time = strings.TrimSpace(strings.Join(lines, " "))
	case headingMemories:
		p.memories, p.askedMemories = readRecollections(lines), true
	}
}

// readTurns reads "Ada: I have a dog". A line without a speaker goes on with
// the line before it.
func readTurns(lines []string) []turn {
	var turns []turn
	for _, line := range lines {
		speaker, text := cutSpeaker(line)
		switch {
		case speaker == ownLabel:
			turns = append(turns, turn{text: html.UnescapeString(text)})
		case speaker != "":
			turns = append(turns, turn{speaker: html.UnescapeString(speaker), text: html.UnescapeString(text)})
		case len(turns) > 0 && strings.TrimSpace(line) != "":
			turns[len(turns)-1].text += "\n" + html.UnescapeString(line)
		}
	}
	return turns
}

// cutSpeaker cuts "Ada: text"; speaker is "" when the line has none.
func cutSpeaker(line string) (speaker, text string) {
	speaker, text, ok := strings.Cut(line, ": ")
	if !ok {
		if speaker, ok = strings.CutSuffix(line, ":"); !ok {
			return "", line
		}
	}
	if speaker = strings.TrimSpace(speaker); len(speaker) > 60 || strings.ContainsAny(speaker, ".?!<>") {
		return "", line
	}
	return speaker, strings.TrimSpace(text)
}

// items are the lines that begin with "- ", without it.
func items(lines []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, line := range lines {
			if item, ok := strings.CutPrefix(strings.TrimSpace(line), "- "); ok && !yield(item) {
				return
			}
		}
	}
}

// readSender reads "- Ada (who wrote the message)".
func readSender(lines []string) string {
	for item := range items(lines) {
		if name, ok := strings.CutSuffix(item, " (who wrote the message)"); ok {
			return html.UnescapeString(strings.TrimSpace(name))
		}
	}
	return ""
}

// readList reads "- NAME: description".
func readList(lines []string) list {
	names := list{}
	for item := range items(lines) {
		name, _, _ := strings.Cut(item, ":")
		names[strings.TrimSpace(name)] = true
	}
	return names
}

// readResults reads "- NAME: done: text" and "- NAME: failed: reason".
func readResults(lines []string) []result {
	var results []result
	for item := range items(lines) {
		action, rest, _ := strings.Cut(item, ":")
		rest = strings.TrimSpace(rest)
		status, text, cut := strings.Cut(rest, ":")
		r := result{action: strings.TrimSpace(action), text: html.UnescapeString(rest)}
		switch strings.ToLower(strings.TrimSpace(status)) {
		case "done", "ok", "succeeded":
		case "failed", "error":
			r.failed = true
		default:
			cut = false
		}
		if cut {
			r.text = html.UnescapeString(strings.TrimSpace(text))
		}
		if r.action != actionReply {
			results = append(results, r)
		}
	}
	return results
}

// readPreferences reads "- key: value".
func readPreferences(lines []string) []preference {
	var all []preference
	for item := range items(lines) {
		key, value, ok := strings.Cut(html.UnescapeString(item), ":")
		if key, value = strings.TrimSpace(key), strings.TrimSpace(value); ok && key != "" && value != "" {
			all = append(all, preference{key: key, value: value})
		}
	}
	return all
}

// readRecollections reads "- Ada, 2026-11-20: I adopted a cat".
func readRecollections(lines []string) []recollection {
	var all []recollection
	for item := range items(lines) {
		who, text, ok := strings.Cut(html.UnescapeString(item), ": ")
		if !ok || strings.TrimSpace(text) == "" {
			continue
		}
		speaker, date, _ := strings.Cut(who, ", ")
		all = append(all, recollection{speaker: strings.TrimSpace(speaker), date: strings.TrimSpace(date), text: strings.TrimSpace(text)})
	}
	return all
}
