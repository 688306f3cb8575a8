package classic

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const smallest = "none\n  say Go on.\nsilence\n  say Yes?\n"

func TestLoadScript(t *testing.T) {
	t.Parallel()
	s, err := loadScript(scriptText)
	require.NoError(t, err)
	ranks := map[*keyword]bool{}
	for _, k := range s.keywords {
		ranks[k] = true
		assert.NotEmpty(t, k.rules, "keyword %s", k.name)
	}
	assert.Greater(t, len(ranks), 34)
}

func TestLoadScriptErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ script, want string }{
		{"", "none and silence are both needed"},
		{"shout x", `line 1: "shout" is no statement`},
		{"key dream", "line 1: want: key WORD RANK"},
		{"key dream high", `the rank "high" is no number`},
		{"key a 1 = a", `the keyword "a" is there twice`},
		{"when * a *", "when belongs under a key or memory"},
		{"say hello", "say belongs under when, none or silence"},
		{"key a 1\nwhen * @pets *\nsay x", "line 2: the word class @pets is not defined"},
		{"key a 1\nwhen a\nsay {1}", "line 3: {1} is not one of the 0 parts"},
		{"key a 1\nwhen * a\nsay {mood}", "line 3: {mood} is not known"},
		{"key a 1\nwhen a\ngoto b\n" + smallest, `goes to "b", which is no keyword`},
		{"key a 1\nwhen a\n" + smallest, "the rule of line 2 has nothing to say"},
		{"key a 1\nwhen\nsay x", "line 2: the pattern is empty"},
		{"swap you", "want: swap WORDS = WORDS"},
		{"class pets", "want: class NAME = WORDS"},
		{"none\n next\nsilence\n say x", "can only be plain text"},
		{"none\n say Hello{, name}.\nsilence\n say x", "can only be plain text"},
	} {
		_, err := loadScript(c.script)
		require.Error(t, err, "%q", c.script)
		assert.ErrorContains(t, err, c.want)
		assert.True(t, strings.HasPrefix(err.Error(), "classic: script"), err)
	}
}

// Circles are allowed in a script, and harmless.
func TestGotoCircle(t *testing.T) {
	t.Parallel()
	s, err := loadScript("key a 1\nwhen *\ngoto b\nkey b 1\nwhen *\ngoto a\n" + smallest)
	require.NoError(t, err)
	said, _ := newDialogue(s, names{}).answer("a")
	assert.Equal(t, "Go on.", said)
}

func FuzzLoadScript(f *testing.F) {
	f.Add(smallest)
	f.Add("class c = a b\nkey a 3 = b\nwhen * @c +\nsay {1} {2} {agent}{, name}\ngoto a\nnext\nmemory\nwhen my +\nsay {1}\n" + smallest)
	f.Add("swap you = I / me\n" + smallest)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := loadScript(text)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "classic: script") {
				t.Errorf("%v", err)
			}
			return
		}
		d := newDialogue(s, names{})
		for _, m := range []string{"a", "my dog hates you", "", "a b a b a b"} {
			if said, _ := d.answer(m); said == "" && !strings.Contains(text, "{") && s.none.replies[0].say[0].text != "" {
				t.Errorf("no answer to %q", m)
			}
		}
	})
}
