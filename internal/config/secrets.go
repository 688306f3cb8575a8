package config

import (
	"net/url"
	"regexp"
	"strings"
)

// secretName matches the names of variables whose values are secrets.
var secretName = regexp.MustCompile(`(?i)key|token|secret|passw|passphrase|credential|salt|private`)

// leastSecret is the least length of a value that is a secret by its variable's
// name alone.
const leastSecret = 8

// Secrets returns the secrets in the environment and in .env, for keeping them
// out of the log and of what is printed.
func (c Config) Secrets() []string {
	secrets := []string{c.SecretSalt}
	for name, value := range c.environment {
		if secretName.MatchString(name) && len(value) >= leastSecret && !strings.HasPrefix(value, "/") {
			secrets = append(secrets, value)
		}
		secrets = append(secrets, passwordIn(value)...)
	}
	return secrets
}

var inURL = regexp.MustCompile(`^\w[\w+.-]*://[^:@/?#\s]*:([^@\s]+)@`)

// passwordIn returns the password in a URL, or in PostgreSQL's list of keywords,
// as it stands there and decoded.
func passwordIn(value string) []string {
	if found := inURL.FindStringSubmatch(strings.TrimSpace(value)); found != nil {
		decoded, err := url.PathUnescape(found[1])
		if err != nil {
			decoded = found[1]
		}
		return []string{found[1], decoded}
	}
	if found := inKeywords.FindStringSubmatch(value); found != nil {
		return []string{found[1] + found[2]}
	}
	return nil
}

var inKeywords = regexp.MustCompile(`(?:^|\s)password\s*=\s*(?:'([^']*)'|(\S+))`)
