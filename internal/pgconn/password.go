package pgconn

import (
	"net/url"
	"strings"

	driver "github.com/jackc/pgx/v5/pgconn"
)

// withoutPassword takes the password out of a connection string, which is a
// URL or a list such as "host=localhost password=secret".
func withoutPassword(text string) (rest, password string) {
	if parsed, err := driver.ParseConfig(text); err == nil {
		password = parsed.Password
	}
	u, err := url.Parse(text)
	if err == nil && u.Scheme != "" {
		if u.User != nil {
			u.User = url.User(u.User.Username())
		}
		query := u.Query()
		if query.Has("password") {
			query.Del("password")
			u.RawQuery = query.Encode()
		}
		return u.String(), password
	}
	var kept []string
	for _, word := range splitWords(text) {
		name, _, _ := strings.Cut(word, "=")
		if strings.TrimSpace(name) != "password" {
			kept = append(kept, word)
		}
	}
	return strings.Join(kept, " "), password
}

// splitWords splits a key=value list at spaces outside of single quotes
// (PostgreSQL documentation, section 34.1.1.1).
func splitWords(text string) []string {
	var words []string
	var word strings.Builder
	quoted, escaped := false, false
	for _, r := range text {
		switch {
		case escaped:
			escaped = false
		case r == '\\':
			escaped = true
		case r == '\'':
			quoted = !quoted
		case r == ' ' && !quoted:
			if word.Len() > 0 {
				words = append(words, word.String())
				word.Reset()
			}
			continue
		}
		word.WriteRune(r)
	}
	if word.Len() > 0 {
		words = append(words, word.String())
	}
	return words
}
