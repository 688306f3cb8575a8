package classic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const testScript = `
swap i = you
swap me = you
swap my = your
swap am = are
swap i am = you are
swap you = I / me
swap your = my
swap you are = I am
class family = mother sister
key dream 4 = dreamt
  when * i dreamt of +
    say {2}, first
    say {2}, second
    goto you
  when *
    next
key you 1
  when * you +
    say Me {2}?
key mother 5 = sister
  when * my @family +
    say Your {2} {3}, then
memory
  when * my @family *
    say Back to your {2}
none
  say One
  say Two
silence
  say Quiet
`

func hearing(t *testing.T, earlier ...string) *dialogue {
	t.Helper()
	s, err := loadScript(testScript)
	require.NoError(t, err)
	d := newDialogue(s, names{})
	for _, e := range earlier {
		d.hear(e)
	}
	return d
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		earlier       []string
		message, want string
	}{
		"decomposed and reassembled":    {nil, "I dreamt of my house", "Your house, first"},
		"the next reply the next time":  {[]string{"I dreamt of rain"}, "I dreamt of my house", "Your house, second"},
		"goto":                          {[]string{"I dreamt of a", "I dreamt of b"}, "you saw I dreamt of c", "Me saw you dreamt of c?"},
		"and around again":              {[]string{"I dreamt of a", "I dreamt of b", "I dreamt of c"}, "I dreamt of d", "D, first"},
		"the highest rank":              {nil, "you say that I dreamt of it and that my mother sings", "Your mother sings, then"},
		"next leaves it to lower ranks": {nil, "you and the dream", "Me and the dream?"},
		"the clause with the keyword":   {nil, "Nice weather, I dreamt of snow. Bye!", "Snow, first"},
		"no keyword":                    {nil, "blue skies", "One"},
		"no keyword again":              {[]string{"green fields"}, "blue skies", "Two"},
		"memory":                        {[]string{"my mother sings"}, "blue skies", "Back to your mother"},
		"a memory is used once":         {[]string{"my mother sings", "green fields"}, "blue skies", "One"},
		"memories in order":             {[]string{"my sister sings", "my mother sings", "green fields"}, "blue skies", "Back to your mother"},
		"a question is no memory":       {[]string{"is my mother there?"}, "blue skies", "One"},
		"no words":                      {nil, "...", "Quiet"},
		"none of it English":            {nil, "你好", "One"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said, why := hearing(t, c.earlier...).answer(c.message)
			assert.Equal(t, c.want, said)
			assert.NotEmpty(t, why)
		})
	}
}

func TestRepliesAreNotRepeated(t *testing.T) {
	t.Parallel()
	d := hearing(t)
	d.avoid = map[string]bool{"Snow, first": true}
	said, _ := d.answer("I dreamt of snow")
	assert.Equal(t, "Snow, second", said)
}

// Where a person may be in danger, nothing else in the message counts.
func TestDanger(t *testing.T) {
	t.Parallel()
	for _, m := range []string{"I want to kill myself", "my mother says I am suicidal", "I feel sad and I want to die", "I'll end my life"} {
		assert.Contains(t, respond("", m), "Please talk to a person now", "%q", m)
	}
	assert.NotContains(t, respond("", "how do I kill a process?"), "person now")
}

func TestReflect(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"my dog likes you":              "your dog likes me",
		"you are kind to me":            "I am kind to you",
		"I am tired of your rules":      "you are tired of my rules",
		"that you hate me":              "that I hate you",
		"you to help me":                "me to help you",
		"myself or my own":              "yourself or your own",
		"The house that we bought":      "the house that you bought",
		"I was there when you were ill": "you were there when I was ill",
	} {
		assert.Equal(t, want, defaultScript().reflect(splitClauseWords(text)), "%q", text)
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	classes := map[string]map[string]bool{"pet": set("cat dog")}
	for _, c := range []struct{ pattern, text, want string }{
		{"*", "a b", "a b"},
		{"* b *", "a b c", "a/c"},
		{"* b *", "b", "/"},
		{"+ b", "b", "no"},
		{"+ b", "a b b", "a b"},
		{"a|b _", "b c", "c"},
		{"a _", "a b c", "no"},
		{"my @pet +", "my dog sings", "dog/sings"},
		{"my @pet +", "my fish sings", "no"},
		{"* a * a *", "a a", "//"},
	} {
		p, err := parsePattern(c.pattern, classes)
		require.NoError(t, err)
		got := "no"
		if parts, ok := p.match(splitClauseWords(c.text)); ok {
			texts := make([]string, len(parts))
			for i, part := range parts {
				texts[i] = joinWords(part)
			}
			got = strings.Join(texts, "/")
		}
		assert.Equal(t, c.want, got, "%s on %q", c.pattern, c.text)
	}
}

// A pattern with many stars on a long clause would take for ever if failures
// were not remembered.
func TestMatchIsNotExponential(t *testing.T) {
	t.Parallel()
	p, err := parsePattern(strings.Repeat("* a ", 20)+"b", nil)
	require.NoError(t, err)
	_, ok := p.match(splitClauseWords(strings.Repeat("a ", maxClause)))
	assert.False(t, ok)
}

func TestSplitClauses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"I'm here, don’t go.":                  "I am here|do not go",
		"Is it 3.5 or 4?":                      "Is it 3.5 or 4?",
		"I like tea but he can't":              "I like tea|he can not",
		"Dr. Ray said so. And I know":          "Dr Ray said so|I know",
		"tea & cake":                           "tea and cake",
		"I eat and I sleep and dream":          "I eat|I sleep and dream",
		"time zone Europe/Berlin, UTC+2 10:30": "time zone Europe/Berlin|UTC+2 10:30",
		"THIS IS VERY LOUD":                    "this is very loud",
		"dark, isn't it?":                      "dark?|is not it?",
		"👍":                                    "",
	} {
		var got []string
		for _, c := range splitClauses(text) {
			mark := ""
			if c.question {
				mark = "?"
			}
			got = append(got, joinWords(c.words)+mark)
		}
		assert.Equal(t, want, strings.Join(got, "|"), "%q", text)
	}
}
