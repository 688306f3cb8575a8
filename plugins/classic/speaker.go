package classic

import "strings"

// earlier returns the conversation before the message: what the agent said and
// what the one who writes now said. Others in the room have their own dogs.
func (p *prompt) earlier() []turn {
	turns, speaker := p.before()
	if speaker == "" {
		return turns
	}
	var own []turn
	for _, t := range turns {
		if t.speaker == "" || t.speaker == speaker {
			own = append(own, t)
		}
	}
	return own
}

// before cuts the message itself off the end of the conversation, where it may
// stand already, and returns who wrote it: the sender in the prompt, or its
// label, or the only speaker. An empty speaker is not known.
func (p *prompt) before() (turns []turn, speaker string) {
	turns = p.turns
	if n := len(turns); n > 0 && turns[n-1].speaker != "" && sameText(turns[n-1].text, p.message) {
		return turns[:n-1], turns[n-1].speaker
	}
	if p.sender != "" {
		return turns, p.sender
	}
	for _, t := range turns {
		switch {
		case t.speaker == "" || t.speaker == speaker:
		case speaker != "":
			return turns, ""
		default:
			speaker = t.speaker
		}
	}
	return turns, speaker
}

func sameText(a, b string) bool {
	return strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}

// userName is what to call the user: the name that was asked for, or the label
// in the conversation when it is one. Empty: not known.
func (p *prompt) userName() string {
	for _, known := range p.preferences {
		if known.key == keyName {
			return known.value
		}
	}
	_, speaker := p.before()
	switch strings.ToLower(speaker) {
	case "user", "somebody", "you", "me", "human", "anonymous", "unknown", "guest", "someone":
		return ""
	}
	return speaker
}
