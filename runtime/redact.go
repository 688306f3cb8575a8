package runtime

import (
	"regexp"
	"strings"
)

// Patterns of secrets in general: a header or parameter with the name of one.
var (
	bearer = regexp.MustCompile(`(?i)\b(bearer|basic)\s+[^\s"',;]+`)
	named  = regexp.MustCompile(`(?i)([a-z_-]*(?:key|token|secret|passw(?:or)?d))(["']?\s*[=:]\s*["']?)[^\s"'&,;]+`)
)

// longestKept is how many bytes are kept of a text: the reason of a failure is
// at its beginning, an echoed prompt is not.
const longestKept = 500

// brief returns a plugin's text redacted and truncated for storage: an error of
// an HTTP client holds the whole URL, often with a key that is no known secret.
func (s *Secrets) brief(text string) string {
	text = s.Redact(text)
	text = bearer.ReplaceAllString(text, "$1 "+hidden)
	text = named.ReplaceAllString(text, "$1$2"+hidden)
	if len(text) > longestKept {
		text = strings.ToValidUTF8(text[:longestKept], "") + "..."
	}
	return text
}
