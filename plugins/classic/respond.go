package classic

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Names of what this package chooses when a prompt lists it.
const (
	actionReply         = "REPLY"
	actionStore         = "STORE_USER_PREFERENCES"
	providerPreferences = "USER_PREFERENCES"
	providerRecall      = "RECALL"
)

// respond answers a prompt.
func respond(system, text string) string {
	p := readPrompt(system, text)
	switch p.form.root {
	case "":
		said, _ := p.say(readIntent(p.message))
		return said
	case rootPreferences:
		return p.extraction()
	case rootResponse:
		return p.response()
	default:
		// Something else that another plugin wants to have extracted: this
		// package finds nothing, and says so in the form that was asked for.
		return writeXML(p.form.root, nil)
	}
}

// extraction fills the answer of the preferences plugin.
func (p *prompt) extraction() string {
	var fields []field
	for _, found := range extract(p.message) {
		if isFieldName(found.key) {
			fields = append(fields, field{found.key, found.value})
		}
	}
	return writeXML(rootPreferences, fields)
}

// response fills the runtime's structured answer with the fields it asks for.
func (p *prompt) response() string {
	in := readIntent(p.message)
	var actions, providers []string
	if p.form.has(fieldActions) {
		actions, providers = p.choose(in)
	}
	said, why := p.say(in)
	switch {
	case len(providers) > 0:
		said, why = "Let me look.", "the answer is in the database, so its provider is asked"
	case len(actions) > 1 || len(actions) == 1 && actions[0] != actionReply:
		said, why = "One moment.", "the message asks for an action"
	}
	values := map[string]string{
		fieldThought:   why,
		fieldActions:   strings.Join(actions, ","),
		fieldArgs:      p.args(in, actions),
		fieldProviders: strings.Join(providers, ","),
		fieldText:      said,
	}
	var fields []field
	for _, name := range p.form.fields {
		if value, ok := values[name]; ok {
			fields = append(fields, field{name, value})
		}
	}
	return writeXML(rootResponse, fields)
}

// args writes the arguments of STORE_USER_PREFERENCES: under its name where it
// was chosen, and alone where they alone were asked for.
func (p *prompt) args(in intent, actions []string) string {
	args := map[string]any{"preferences": valuesOf(in.states)}
	switch {
	case !p.form.has(fieldActions):
	case slices.Contains(actions, actionStore):
		args = map[string]any{actionStore: args}
	default:
		return ""
	}
	text, err := json.Marshal(args)
	if err != nil {
		return "" // it is a map of texts
	}
	return string(text)
}

// valuesOf returns preferences as a map.
func valuesOf(all []preference) map[string]string {
	values := map[string]string{}
	for _, found := range all {
		values[found.key] = found.value
	}
	return values
}

var actionName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+`) })

// choose picks actions and providers, of those that the prompt lists only.
func (p *prompt) choose(in intent) (actions, providers []string) {
	if len(in.states) > 0 && p.actions[actionStore] {
		actions = append(actions, actionStore)
	}
	// An action named in full, as ROLL_DICE, is one that the user wants to try.
	for _, name := range actionName().FindAllString(p.message, -1) {
		if p.actions[name] && name != actionStore {
			actions = append(actions, name)
		}
	}
	if p.actions == nil || p.actions[actionReply] {
		actions = append(actions, actionReply)
	}
	wanted := in.aboutPreferences || in.greets && p.userName() == "" // the name may be there
	if wanted && p.providers[providerPreferences] && !p.askedPreferences {
		providers = append(providers, providerPreferences)
	}
	if in.aboutPast && p.providers[providerRecall] && !p.askedMemories {
		providers = append(providers, providerRecall)
	}
	return actions, providers
}

// say finds the answer's text, and why it is that.
func (p *prompt) say(in intent) (text, why string) {
	var said []string
	if done := p.sayResults(); done != "" {
		said, why = append(said, done), "the actions have run, so the answer says what came of it"
	}
	switch {
	case in.aboutPreferences:
		said, why = append(said, p.sayPreferences(in.question)), "the answer is in the user's preferences, or is missing there"
	case in.aboutPast:
		said, why = append(said, p.sayPast(in.question)), "the answer is in earlier messages, or is missing there"
	}
	if len(said) > 0 {
		return strings.Join(said, " "), why
	}
	return p.converse()
}

// converse answers by the script, after hearing the conversation again.
func (p *prompt) converse() (text, why string) {
	d := newDialogue(defaultScript(), names{agent: p.agentOrSelf(), user: p.userName(), abilities: p.abilities(), time: p.time})
	turns := p.earlier()
	for _, t := range turns {
		if t.speaker != "" {
			d.hear(t.text)
		}
	}
	d.avoid = map[string]bool{}
	for _, t := range turns[max(0, len(turns)-recentTurns):] {
		if t.speaker == "" {
			d.avoid[t.text] = true
		}
	}
	return d.answer(p.message)
}

// recentTurns is how far back an answer counts as given a moment ago.
const recentTurns = 12

// agentOrSelf is the agent's name, or what this package would call itself.
func (p *prompt) agentOrSelf() string {
	if p.agent != "" {
		return p.agent
	}
	return "the classic script"
}

// abilities says what can be done here, from what the prompt lists.
func (p *prompt) abilities() string {
	can := []string{"talk with you in the manner of 1966"}
	if p.actions[actionStore] {
		can = append(can, `keep what you prefer, as in "I prefer dark theme"`)
	}
	if p.providers[providerPreferences] || p.askedPreferences {
		can = append(can, "tell you what you prefer")
	}
	if p.providers[providerRecall] || p.askedMemories {
		can = append(can, "look up what you said before")
	}
	return "I can " + enumerate(can) + "."
}
