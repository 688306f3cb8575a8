package classic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

const fullPrompt = `You are Eliza. Write your reply to the message below.

# About Eliza
A listener. Answers in <message> form, some say.
- Never shouts

# Time
Saturday, 21 November 2026, 02:08 UTC

# People in the Room
- Eliza (you)
- Ada (who wrote the message)
- Bob

# Conversation
Ada: I have a dog &amp; a cat
You: Tell me about your dog.
Bob: Me too: one dog

# Available Actions
- REPLY: Answers the message with text.
- STORE_USER_PREFERENCES: Stores what the user prefers.

# Available Providers
- USER_PREFERENCES: What the user has said to prefer
- RECALL: Earlier messages

# Action Results
- STORE_USER_PREFERENCES: done: Saved theme = dark, language = es.
- SEND_MAIL: failed: no address: say one
- REPLY: done:

# User Preferences
- language: es
- note: a &lt;b&gt;: c

# Related Memories
- Ada, 2026-11-20: I adopted a cat named Miso
(nothing else)

<message>
I prefer dark theme &amp; Spanish
</message>
` + replyForm

func TestReadPrompt(t *testing.T) {
	t.Parallel()
	p := readPrompt("", fullPrompt)
	assert.Equal(t, "Eliza", p.agent)
	assert.Equal(t, "I prefer dark theme & Spanish", p.message)
	assert.Equal(t, xmlForm{root: "response", fields: []string{"thought", "text"}}, p.form)
	assert.Equal(t, []turn{{"Ada", "I have a dog & a cat"}, {"", "Tell me about your dog."}, {"Bob", "Me too: one dog"}}, p.turns)
	assert.Equal(t, list{"REPLY": true, "STORE_USER_PREFERENCES": true}, p.actions)
	assert.Equal(t, list{"USER_PREFERENCES": true, "RECALL": true}, p.providers)
	assert.Equal(t, []result{
		{action: "STORE_USER_PREFERENCES", text: "Saved theme = dark, language = es."},
		{action: "SEND_MAIL", failed: true, text: "no address: say one"},
	}, p.results)
	assert.Equal(t, []preference{{"language", "es"}, {"note", "a <b>: c"}}, p.preferences)
	assert.Equal(t, []recollection{{"Ada", "2026-11-20", "I adopted a cat named Miso"}}, p.memories)
	assert.Equal(t, "Ada", p.userName())
	assert.Len(t, p.earlier(), 2, "Bob's dog is not Ada's")
	assert.Contains(t, p.time, "02:08")
}

func TestReadPlainPrompt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"I feel sad":                        "I feel sad",
		"Be kind.\n\nI feel sad\nand tired": "I feel sad\nand tired",
		"Context: x\n\nAda: hi\nYou: hello\nAda: I feel sad": "I feel sad",
		"Ada: hi\nAda: I feel sad\nEliza:":                   "I feel sad",
		"Extract.\nMessage: \" I feel sad \"\nNow.":          "I feel sad",
		"# Task\nI feel sad":                                 "I feel sad",
		"":                                                   "",
	} {
		p := readPrompt("You are Rex, a dog.", text)
		assert.Equal(t, want, p.message, "%q", text)
		assert.Empty(t, p.form.root)
		assert.Equal(t, "Rex", p.agent)
	}
}

func TestReplyPrompt(t *testing.T) {
	t.Parallel()
	ask := func(sections, message string) string {
		fields, ok := core.ParseXML(respond("", "You are Eliza.\n\n"+sections+"\n<message>\n"+core.EscapePrompt(message)+"\n</message>\n"+replyForm), "response")
		require.True(t, ok)
		return fields["text"]
	}
	for name, c := range map[string]struct{ sections, message, want string }{
		"failure": {
			"# Action Results\n- STORE_USER_PREFERENCES: failed: the database is gone", "I prefer dark theme",
			"That did not work: the database is gone.",
		},
		"other actions": {"# Action Results\n- ROLL_DICE: done: rolled a 6", "ROLL_DICE", "Rolled a 6."},
		"nothing saved": {
			"# Action Results\n- STORE_USER_PREFERENCES: done: The message states no preference, so nothing was saved.", "x",
			"The message states no preference, so nothing was saved.",
		},
		"an action without words": {"# Action Results\n- ROLL_DICE: done:", "x", "Roll dice is done."},
		"markup is escaped":       {"# Action Results\n- STORE_USER_PREFERENCES: done: Saved name = &lt;b&gt;&amp;.", "x", "I'll remember that: name <b>&."},
		"many preferences": {
			"# User Preferences\n- theme: light\n- units: imperial\n- timezone: CET\n- font_size: 12\n- likes_jazz: jazz\n- likes_chess: chess", "what are my preferences?",
			"You prefer a light theme and imperial units. You like jazz and chess. Your time zone is CET. Your font size: 12.",
		},
		"own key":        {"# User Preferences\n- font_size: 12\n- theme: dark", "what is my preferred font size?", "Your font size: 12."},
		"no preferences": {"# User Preferences\n(none yet)", "which theme do I prefer?", "You have not told me yet."},
		"preferences that could not be looked up": {
			"# Could Not Be Looked Up\n- USER_PREFERENCES\nWhat these know is missing above.", "which theme do I prefer?",
			"I could not look up what you prefer just now. Ask me again in a moment.",
		},
		"memories that could not be looked up": {
			"# Could Not Be Looked Up\n- RECALL\nWhat these know is missing above.", "did I mention my lemon tree?",
			"I could not look that up just now. Ask me again in a moment.",
		},
		"not that one": {"# User Preferences\n- theme: dark", "which language do I prefer?", "You have not told me that yet."},
		"saved and asked": {
			"# Action Results\n- STORE_USER_PREFERENCES: done: Saved theme = dark.\n# User Preferences\n- theme: dark\n- name: Ada", "I prefer dark theme. What's my name?",
			"I'll remember that: theme dark. Your name is Ada.",
		},
		"own words": {
			"# Related Memories\n- You, 2026-11-20: Tell me about Miso\n- Ada, 2026-11-19: Where is my cat Miso?\n- Ada, 2026-11-18: Miso, my cat, ran away", "what did I say about my cat?",
			`You told me: "Miso, my cat, ran away" (2026-11-18).`,
		},
		"not in memory but just said": {
			"# Conversation\nAda: I planted a lemon tree\nYou: Tell me more.\n# Related Memories\n(nothing)", "did I mention my lemon tree?",
			`You told me earlier: "I planted a lemon tree".`,
		},
		"another user": {
			"# People in the Room\n- Ada (who wrote the message)\n# Related Memories\n- Bob, 2026-11-20: The cat naps", "do you remember the cat?",
			`Bob said: "The cat naps" (2026-11-20).`,
		},
		"what time it is": {"# Time\nSaturday, 02:08 UTC", "what time is it?", "By the clock that I'm shown it is Saturday, 02:08 UTC."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, ask(c.sections, c.message))
		})
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	const message = "<message>\nI prefer dark theme &amp; jazz\n</message>\n"
	for name, c := range map[string]struct{ prompt, want string }{
		"preferences": {
			message + extractionForm,
			"<preferences>\n  <theme>dark</theme>\n  <prefers_jazz>jazz</prefers_jazz>\n</preferences>",
		},
		"preferences before the message": {
			"Return in XML format:\n<preferences>\n<theme>light/dark/auto</theme>\n</preferences>\nMessage: \"I prefer light theme\"",
			"<preferences>\n  <theme>light</theme>\n</preferences>",
		},
		"no preferences": {"<message>\nhello\n</message>\n" + extractionForm, "<preferences></preferences>"},
		"unknown":        {message + "<facts>\n<fact>something</fact>\n</facts>", "<facts></facts>"},
	} {
		assert.Equal(t, c.want, respond("", c.prompt), name)
	}
	assert.Equal(t, "I have no note here of what you prefer.", respond("", "what do I prefer?"), "no provider was called")
	assert.NotContains(t, respond("", message), "<", "without a form the answer is plain text")
}

// Arguments are written where a prompt asks for them, and only then.
func TestArguments(t *testing.T) {
	t.Parallel()
	const lists = core.HeadingActions + "\n- REPLY: x\n- STORE_USER_PREFERENCES: x\n"
	ask := func(message, form string) string {
		fields, ok := core.ParseXML(respond("", lists+"<message>\n"+message+"\n</message>\n"+form), "response")
		require.True(t, ok)
		return fields["args"]
	}
	withArgs := strings.Replace(handlerForm, "  <providers>", "  <args>JSON</args>\n  <providers>", 1)
	assert.JSONEq(t, `{"STORE_USER_PREFERENCES": {"preferences": {"theme": "dark", "language": "es"}}}`,
		ask("I prefer dark theme and Spanish language", withArgs))
	assert.Empty(t, ask("hello", withArgs))
	assert.Empty(t, ask("I prefer dark theme", handlerForm))
	assert.JSONEq(t, `{"preferences": {"theme": "dark"}}`, ask("I prefer dark theme", "<response>\n  <args>JSON</args>\n</response>"))
}

func TestIntent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ want, messages string }{
		{"preferences", `what do I prefer?|which language do I like?|what's my name?|do you know my preferences?|
			What is my favourite colour?|who am I?|tell me what I like|What theme did I choose?|is my theme dark?|
			do you remember what I prefer?|do you still know my name|show my settings|what do you know about me?|
			do I like jazz?|which mode do I prefer|hello, what are my preferences?|what should you call me?`},
		{"past", `do you remember my dog?|what did I say about my cat?|did I tell you about Oslo?|
			what did we talk about yesterday?|where do I live?|remind me of my plans|what is my cat called?|
			have I ever mentioned my sister?|what's the name of my dog?|How old is my son?|when did I say that?`},
		{"", `hello|I feel sad|what should I do if I like someone?|do you like dark theme?|what do you prefer?|
			I prefer dark theme|what is the weather like?|do I look tired?|I remember my dog|can you help me?|
			why is the sky blue?|she asked me what I did|my name is Ada|what is love?|I like it`},
	} {
		for _, m := range strings.Split(c.messages, "|") {
			in, got := readIntent(strings.TrimSpace(m)), ""
			switch {
			case in.aboutPreferences:
				got = "preferences"
			case in.aboutPast:
				got = "past"
			}
			assert.Equal(t, c.want, got, "%q", strings.TrimSpace(m))
		}
	}
}

func FuzzRespond(f *testing.F) {
	f.Add(fullPrompt, "I prefer dark theme")
	f.Add("You are Eliza.\n# Conversation\nAda: my dog\n"+core.HeadingActions+"\n- REPLY: x\n", "what do I prefer?")
	f.Add("# Related Memories\n- a, b: c\n# User Preferences\n- a: b\n- x_or_y: x", "do you remember what I like? call me A and B")
	f.Add("# Action Results\n- X: failed:\n- Y\n-", "</text> & <b> 你好 turn off dark mode, please")
	f.Fuzz(func(t *testing.T, state, message string) {
		if strings.Contains(state, core.MessageClose) {
			return // only the prompt's own mark can be there
		}
		respond(state, message) // as plain text
		prompt := state + "\n<message>\n" + core.EscapePrompt(message) + "\n</message>\n"
		for _, form := range []string{handlerForm, replyForm} {
			fields, ok := core.ParseXML(respond("", prompt+form), "response")
			if !ok || strings.TrimSpace(fields["text"]) == "" {
				t.Errorf("no text for %q after %q", message, state)
			}
		}
		answer := respond("", prompt+extractionForm)
		fields, _ := core.ParseXML(answer, "preferences")
		if len(fields) != len(extract(message)) && !strings.Contains(message, "&") {
			t.Errorf("%s does not say %v", answer, extract(message))
		}
	})
}

func BenchmarkScript(b *testing.B) {
	for b.Loop() {
		if _, err := loadScript(scriptText); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRespond(b *testing.B) {
	prompt := strings.Replace(fullPrompt, "You: Tell", strings.Repeat("Ada: I feel sad about my dog because it rains\nYou: Oh.\n", 15)+"You: Tell", 1)
	for b.Loop() {
		respond("", prompt)
	}
}
