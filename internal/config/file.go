package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"

	"github.com/joho/godotenv"
)

var variable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.]*$`)

// readFile returns the variables of a .env file, none if it does not exist. Its
// errors name the line and do not quote it, as it may hold a secret.
func readFile(path string) (map[string]string, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("config: the settings in %s cannot be read (%w): make it a readable file, or move it away", path, errors.Unwrap(err))
	}
	values, err := godotenv.Unmarshal(string(text))
	if err != nil {
		return nil, fmt.Errorf("config: %s, line %d, cannot be understood: write NAME=value, and close every quote", path, badLine(string(text)))
	}
	for name := range values {
		if !variable.MatchString(name) {
			return nil, fmt.Errorf("config: %s, line %d, has no NAME=value: put = between name and value", path, lineOf(string(text), name))
		}
	}
	return values, nil
}

// badLine returns the number of the first line up to which the text cannot be
// parsed.
func badLine(text string) int {
	lines := strings.SplitAfter(text, "\n")
	for n := range lines {
		if _, err := godotenv.Unmarshal(strings.Join(lines[:n+1], "")); err != nil {
			return n + 1
		}
	}
	return len(lines)
}

// lineOf returns the number of the line that begins with a text.
func lineOf(text, beginning string) int {
	for n, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), beginning) {
			return n + 1
		}
	}
	return 1
}
