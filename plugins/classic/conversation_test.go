package classic

import (
	"context"
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
	return answer.Text
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

func TestConversation(t *testing.T) {
	t.Parallel()
	r := newRoom(t, "user")
	for _, m := range strings.Split(transcript, "\n") {
		t.Logf("> %s\n  %s   [%s | %s]", m, r.say(m), r.decision["actions"], r.decision["providers"])
	}
	_ = context.Background
	_ = assert.Equal
}

const transcript = `hello
who are you?
are you real?
what can you do?
I prefer dark theme & Spanish language
call me Ada
My favourite colour is green and I like jazz
what do I prefer?
which language do I like?
what's my name?
what is my favourite food?
what's my favorite color?
I have a cat named Miso
I adopted a dog
my sister is getting married in June
I am happy because she found someone
How are you?
what did I say about my cat?
do you remember my sister?
do you remember my bicycle?
hmm
the river runs
blue skies
I feel sad
nobody understands me
I can't sleep
I think that you hate me
do you know my preferences?
I'd rather drink tea than coffee
which do I prefer, tea or coffee?
turn notifications off please
are my notifications on?
what should I do if I like someone?
do you like dark theme?
thanks
I don't like dark theme
why don't you help me?
what time is it
I need you to do my homework
can you sing?
hello
bye`
