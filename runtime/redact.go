package runtime

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/elizago/elizago/core"
)

// redactor removes secrets from plugins' messages before they are stored: an
// error of an HTTP client holds the whole URL, often with a key.
type redactor struct{ known *strings.Replacer }

// shortSecret is the length in bytes up to which secrets are not redacted, as
// they would match in other words.
const shortSecret = 3

// newRedactor returns a redactor of the character's secrets.
func newRedactor(character *core.Character) *redactor {
	secrets := slices.Collect(maps.Values(character.Secrets))
	if more, ok := character.Settings["secrets"].(map[string]any); ok {
		for _, value := range more {
			text, _ := settingText(value)
			secrets = append(secrets, text)
		}
	}
	// Longer secrets first: one may be a prefix of another.
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

// Patterns of secrets in general: a password in a URL, a header or parameter
// with the name of one.
var (
	userinfo = regexp.MustCompile(`://[^/\s@]+@`)
	bearer   = regexp.MustCompile(`(?i)\b(bearer|basic)\s+[^\s"',;]+`)
	named    = regexp.MustCompile(`(?i)([a-z_-]*(?:key|token|secret|passw(?:or)?d))(["']?\s*[=:]\s*["']?)[^\s"'&,;]+`)
)

// longestKept is how many bytes are kept of a text: the reason of a failure is
// at its beginning, an echoed prompt is not.
const longestKept = 500

// brief returns text redacted and truncated for storage.
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
