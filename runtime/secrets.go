package runtime

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Secrets are the secrets of a program, which it keeps out of logs, stored
// errors and output: those of its characters, of its settings, and what Add is
// given. They are found as they are, and as they are written in URLs, JSON and
// base64, also within longer base64. It is safe for concurrent use.
type Secrets struct {
	mu       sync.RWMutex
	known    map[string]bool
	forms    []string // longest first
	replacer *strings.Replacer
}

// NewSecrets returns an empty set.
func NewSecrets() *Secrets {
	return &Secrets{known: map[string]bool{}, replacer: strings.NewReplacer()}
}

// shortSecret is the length in bytes up to which secrets are not redacted, as
// they would match in other words.
const shortSecret = 3

// hidden stands for a secret.
const hidden = "***"

// plainWords are values that are no secrets, though settings have them under the
// names of some. Replaced, they would take the sense out of other texts.
var plainWords = []string{"true", "false", "null", "none", "default", "postgres", "password", "secret", "admin", "root", "user", "localhost"}

// Add adds secrets. Short ones, and plain words such as "true", are left out.
func (s *Secrets) Add(secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	changed := false
	for _, secret := range secrets {
		secret = strings.TrimSpace(secret)
		if len(secret) <= shortSecret || s.known[secret] || slices.Contains(plainWords, strings.ToLower(secret)) {
			continue
		}
		if _, err := strconv.Atoi(secret); err == nil && len(secret) < 8 {
			continue // a port, a number of rows
		}
		s.known[secret] = true
		changed = true
	}
	if !changed {
		return
	}
	forms := map[string]bool{}
	for secret := range s.known {
		for _, form := range formsOf(secret) {
			forms[form] = true
		}
	}
	// Longer ones first: one may be a prefix of another.
	s.forms = slices.SortedFunc(maps.Keys(forms), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	})
	pairs := make([]string, 0, 2*len(s.forms))
	for _, form := range s.forms {
		pairs = append(pairs, form, hidden)
	}
	s.replacer = strings.NewReplacer(pairs...)
}

// userinfo matches user and password in a URL, exampleUser what stands for them
// where the program says how to write one.
var (
	userinfo    = regexp.MustCompile(`://[^/\s@"'` + "`" + `]+@`)
	exampleUser = "://user:password@"
)

// Redact returns the text with *** in place of each secret, and of user and
// password in URLs.
func (s *Secrets) Redact(text string) string {
	s.mu.RLock()
	replacer := s.replacer
	s.mu.RUnlock()
	text = replacer.Replace(text)
	if strings.Contains(text, "://") {
		text = userinfo.ReplaceAllStringFunc(text, func(found string) string {
			if found == exampleUser {
				return found
			}
			return "://" + hidden + "@"
		})
	}
	return text
}

// Begun returns the length of the longest end of the text that a secret may
// begin with, so that a writer can wait for the rest of it.
func (s *Secrets) Begun(text []byte) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	longest := 0
	for _, form := range s.forms {
		for n := min(len(form)-1, len(text)); n > longest; n-- {
			if bytes.HasSuffix(text, []byte(form[:n])) {
				longest = n
				break
			}
		}
	}
	return longest
}

// formsOf returns a secret as it may be written.
func formsOf(secret string) []string {
	all := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), strings.ReplaceAll(url.QueryEscape(secret), "+", "%20"),
		strings.Trim(strconv.Quote(secret), `"`)}
	if quoted, err := json.Marshal(secret); err == nil {
		all = append(all, strings.Trim(string(quoted), `"`))
	}
	for _, form := range all[1:4] {
		all = append(all, lowerEscapes.ReplaceAllStringFunc(form, strings.ToLower))
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 { // bytes of its first group
			text := encoding.EncodeToString(append(make([]byte, before), secret...))
			first, last := (before*8+5)/6, (before+len(secret))*8/6
			if last-first >= 8 {
				all = append(all, text[first:last])
			}
		}
		if text := encoding.EncodeToString([]byte(secret)); len(text) > shortSecret+3 {
			all = append(all, text)
		}
	}
	return all
}

var lowerEscapes = regexp.MustCompile(`%[0-9A-F]{2}`)
