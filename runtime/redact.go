package runtime

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/elizago/elizago/core"
)

// redactor takes secrets out of what plugins say of themselves before it is
// kept: an error of an HTTP client holds the whole URL, often with its key.
type redactor struct{ known *strings.Replacer }

// shortSecret is up to how many bytes a secret is too short to be looked for:
// it would be found in other words.
const shortSecret = 3

// newRedactor knows the character's secrets.
func newRedactor(character *core.Character) *redactor {
	secrets := slices.Collect(maps.Values(character.Secrets))
	if more, ok := character.Settings["secrets"].(map[string]any); ok {
		for _, value := range more {
			text, _ := settingText(value)
			secrets = append(secrets, text)
		}
	}
	// Of two that begin alike the longer one is replaced.
	slices.SortFunc(secrets, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	var pairs []string
	for _, secret := range secrets {
		if len(secret) > shortSecret {
			pairs = append(pairs, secret, hidden)
		}
	}
	return &redactor{strings.NewReplacer(pairs...)}
}

const hidden = "***"

// What looks like a secret, whoever's it is: a password in a URL, a header or
// a parameter that is named for one.
var (
	userinfo = regexp.MustCompile(`://[^/\s@]+@`)
	bearer   = regexp.MustCompile(`(?i)\b(bearer|basic)\s+[^\s"',;]+`)
	named    = regexp.MustCompile(`(?i)([a-z_-]*(?:key|token|secret|passw(?:or)?d))(["']?\s*[=:]\s*["']?)[^\s"'&,;]+`)
)

// longestKept is how many bytes are kept of one text: why something failed
// stands at its beginning, a prompt that was sent back to us does not.
const longestKept = 500

// brief is a text as it is kept.
func (r *redactor) brief(text string) string {
	text = r.known.Replace(text)
	text = userinfo.ReplaceAllString(text, "://"+hidden+"@")
	text = bearer.ReplaceAllString(text, "$1 "+hidden)
	text = named.ReplaceAllString(text, "$1$2"+hidden)
	if len(text) > longestKept {
		text = strings.ToValidUTF8(text[:longestKept], "") + "..."
	}
	return text
}
