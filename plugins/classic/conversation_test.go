package classic

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// room is a runtime in miniature: it writes the prompts that the real one
// writes, with the preferences and the messages of one user.
type room struct {
	t           *testing.T
	user        string
	lines       []string
	said        []string
	preferences map[string]string
	actions     string
	decision    map[string]string // what the model chose last
}

const (
	handlerForm = `
Answer with one XML element and nothing else:
<response>
  <thought>what you think, in a few words</thought>
  <actions>the names of actions in the order in which they run, separated by commas</actions>
  <providers>the names of providers, separated by commas, or nothing</providers>
  <text>your reply</text>
</response>
`
	replyForm = `
Answer with one XML element and nothing else:
<response>
  <thought>what you think, in a few words</thought>
  <text>your reply</text>
</response>
`
	extractionForm = `
Answer with one XML element and nothing else, with one element for each preference. Other names than these are welcome:
<preferences>
  <theme>light, dark or auto</theme>
  <language>a two-letter code such as en, es or fr</language>
  <notifications>true or false</notifications>
  <name>what to call the user</name>
</preferences>
`
	bothActions   = "- REPLY: Answers the message with text.\n- STORE_USER_PREFERENCES: Saves what the user says to prefer\n"
	bothProviders = "- USER_PREFERENCES: What this user has said to prefer\n- RECALL: What this user said before\n"
)

func newRoom(t *testing.T, user string) *room {
	return &room{t: t, user: user, preferences: map[string]string{}, actions: bothActions}
}

func generate(t *testing.T, prompt string) string {
	t.Helper()
	answer, err := New().TextModels[core.TextLarge].Generate(t.Context(), core.TextRequest{Prompt: prompt})
	require.NoError(t, err)
	return answer.Text()
}

// say sends a message and returns the reply.
func (r *room) say(message string) string {
	r.t.Helper()
	state := "# About Eliza\nA listener.\n\n"
	if len(r.lines) > 0 {
		state += core.HeadingConversation + "\n" + strings.Join(r.lines, "\n") + "\n\n"
	}
	state += core.HeadingActions + "\n" + r.actions + "\n" + core.HeadingProviders + "\n" + bothProviders + "\n"
	end := core.MessageOpen + "\n" + core.EscapePrompt(message) + "\n" + core.MessageClose + "\n"
	begin := "You are Eliza. Decide what to do about the message below, and answer it.\n\n"

	decision, ok := core.ParseXML(generate(r.t, begin+state+end+handlerForm), "response")
	require.True(r.t, ok)
	r.decision = decision
	text := decision["text"]
	more := ""
	if strings.Contains(decision["actions"], "STORE_USER_PREFERENCES") {
		more += core.HeadingActionResults + "\n" + r.store(message) + "\n"
	}
	if strings.Contains(decision["providers"], "USER_PREFERENCES") {
		more += "# User Preferences\n"
		for _, key := range slices.Sorted(maps.Keys(r.preferences)) {
			more += "- " + key + ": " + core.EscapePrompt(r.preferences[key]) + "\n"
		}
		if len(r.preferences) == 0 {
			more += "(none yet)\n"
		}
	}
	if strings.Contains(decision["providers"], "RECALL") {
		more += "# Related Memories\n"
		for _, said := range r.said {
			more += "- " + r.user + ", 2026-11-20: " + core.EscapePrompt(said) + "\n"
		}
	}
	if more != "" {
		fields, ok := core.ParseXML(generate(r.t, begin+state+more+end+replyForm), "response")
		require.True(r.t, ok)
		require.NotContains(r.t, fields, "actions")
		text = fields["text"]
	}
	r.said = append(r.said, message)
	r.lines = append(r.lines, r.user+": "+core.EscapePrompt(message), "You: "+core.EscapePrompt(text))
	return text
}

// store does what the preferences plugin does.
func (r *room) store(message string) string {
	fields, _ := core.ParseXML(generate(r.t, core.MessageOpen+"\n"+core.EscapePrompt(message)+"\n"+core.MessageClose+"\n"+extractionForm), "preferences")
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		r.preferences[key] = fields[key]
		parts = append(parts, key+" = "+fields[key])
	}
	return "- STORE_USER_PREFERENCES: done: Saved " + core.EscapePrompt(strings.Join(parts, ", ")) + ".\n"
}

// TestConversation is one conversation from the first word to the last.
func TestConversation(t *testing.T) {
	t.Parallel()
	r := newRoom(t, "user")
	for _, c := range []struct{ message, want, actions, providers string }{
		{"hello", "Hello. What would you like to talk about?", "REPLY", "USER_PREFERENCES"},
		{"who are you?", "I'm Eliza. To be honest with you, I'm a small script after the method of 1966, not a language model.", "REPLY", ""},
		{"what do I prefer?", "You have not told me yet.", "REPLY", "USER_PREFERENCES"},
		{"I prefer dark theme and Spanish language", "I'll remember that: theme dark, language Spanish.", "STORE_USER_PREFERENCES,REPLY", ""},
		{"what do I prefer?", "You prefer a dark theme and Spanish.", "REPLY", "USER_PREFERENCES"},
		{"which language do I like?", "You prefer Spanish.", "REPLY", "USER_PREFERENCES"},
		{"which theme do I prefer?", "You prefer a dark theme.", "REPLY", "USER_PREFERENCES"},
		{"what's my name?", "You have not told me that yet.", "REPLY", "USER_PREFERENCES"},
		{"please call me Ada", "I'll remember that: name Ada.", "STORE_USER_PREFERENCES,REPLY", ""},
		{"what's my name?", "Your name is Ada.", "REPLY", "USER_PREFERENCES"},
		{"hi", "Hello again, Ada. Where shall we go on?", "REPLY", "USER_PREFERENCES"},
		{"my favourite colour is <green> & I like jazz", "I'll remember that: favourite colour green, you like jazz.", "STORE_USER_PREFERENCES,REPLY", ""},
		{"what's my favorite color?", "Your favourite colour is green.", "REPLY", "USER_PREFERENCES"},
		{"what is my favourite food?", "You have not told me that yet.", "REPLY", "USER_PREFERENCES"},
		{"I prefer tea over coffee", "I'll remember that: you prefer tea to coffee.", "STORE_USER_PREFERENCES,REPLY", ""},
		{"which do I prefer, tea or coffee?", "You prefer tea to coffee.", "REPLY", "USER_PREFERENCES"},
		{"turn notifications off and use metric units", "I'll remember that: units metric, notifications off.", "STORE_USER_PREFERENCES,REPLY", ""},
		{"are my notifications on?", "You prefer notifications off.", "REPLY", "USER_PREFERENCES"},
		{"I have a cat named Miso", "Miso is a good name for a cat. What is Miso like?", "REPLY", ""},
		{"my sister is getting married", "How is it for you that your sister is getting married?", "REPLY", ""},
		{"what did I say about my cat?", `You told me: "I have a cat named Miso" (2026-11-20).`, "REPLY", "RECALL"},
		{"do you remember my bicycle?", "I find nothing about that in what you told me.", "REPLY", "RECALL"},
		{"hmm", "Earlier you spoke of your sister. How do things stand there?", "REPLY", ""},
		{"I don't like dark theme", "What is it about dark theme that you don't like?", "REPLY", ""},
		{"bye", "Goodbye. I liked listening to you.", "REPLY", ""},
	} {
		assert.Equal(t, c.want, r.say(c.message), "%q", c.message)
		assert.Equal(t, c.actions, r.decision["actions"], "%q", c.message)
		assert.Equal(t, c.providers, r.decision["providers"], "%q", c.message)
	}
	assert.Equal(t, "dark", r.preferences["theme"], "a dislike must change nothing")
}

// An agent that does not have the preferences plugin must not claim to have
// saved anything.
func TestNothingIsChosenThatIsNotListed(t *testing.T) {
	t.Parallel()
	for _, actions := range []string{"- REPLY: Answers\n", ""} {
		r := newRoom(t, "Ada")
		r.actions = actions
		said := r.say("I prefer dark theme")
		assert.NotContains(t, r.decision["actions"], "STORE")
		assert.NotContains(t, said, "remember")
		if actions == "" {
			assert.Empty(t, r.decision["actions"])
		}
	}
}

func TestActionNamedInFull(t *testing.T) {
	t.Parallel()
	r := newRoom(t, "Ada")
	r.actions += "- ROLL_DICE: Rolls\n"
	r.say("please ROLL_DICE, not SELL_HOUSE")
	assert.Equal(t, "ROLL_DICE,REPLY", r.decision["actions"])
}

func TestGreetsByLabel(t *testing.T) {
	t.Parallel()
	r := newRoom(t, "Ada")
	assert.Equal(t, "Hello. What would you like to talk about?", r.say("hello"), "no name is known yet")
	assert.Equal(t, "Hello again, Ada. Where shall we go on?", r.say("hello"))
}

// The same conversation has the same answers in another process.
func TestGoesOnAfterARestart(t *testing.T) {
	t.Parallel()
	first, second := newRoom(t, "Ada"), newRoom(t, "Ada")
	for _, m := range []string{"my dog ran away", "I feel sad", "hmm", "I feel sad"} {
		assert.Equal(t, first.say(m), second.say(m))
	}
	assert.NotEqual(t, first.lines[3], first.lines[7], "the same message twice has two answers")
	again := newRoom(t, "Ada")
	again.lines = first.lines
	assert.Equal(t, first.say("I feel sad"), again.say("I feel sad"))
}
