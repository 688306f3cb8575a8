package core

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
)

// Character defines an agent's personality and settings. The fields and JSON
// names are elizaOS's, so its character files work unchanged;
// runtime.LoadCharacter reads them from JSON and YAML. Nil lists and maps are
// empty.
type Character struct {
	// ID is derived from Name when it is zero.
	ID       uuid.UUID `json:"id,omitzero"`
	Name     string    `json:"name"` // required
	Username string    `json:"username,omitempty"`
	// System is the system prompt. Empty: derived from Name and Bio.
	System string `json:"system,omitempty"`
	// Templates replaces the default prompts, by name (see package runtime).
	Templates       map[string]string `json:"templates,omitempty"`
	Bio             Lines             `json:"bio,omitempty"`
	MessageExamples [][]ExampleLine   `json:"messageExamples,omitempty"`
	PostExamples    []string          `json:"postExamples,omitempty"`
	Topics          []string          `json:"topics,omitempty"`
	Adjectives      []string          `json:"adjectives,omitempty"`
	Knowledge       []Knowledge       `json:"knowledge,omitempty"`
	// Plugins names the plugins that the agent uses, with or without
	// organisation. Empty: all of the program. Otherwise actions, providers and
	// services are those of the named plugins, of those that they depend on, and
	// of the base plugins (Plugin.Base); models of other plugins serve where
	// these have none. A plugin that the program does not contain is a warning at
	// start.
	Plugins  []string       `json:"plugins,omitempty"`
	Settings map[string]any `json:"settings,omitempty"`
	// Secrets are settings that are encrypted at rest and never logged.
	Secrets map[string]string `json:"secrets,omitempty"`
	Style   Style             `json:"style,omitzero"`

	// Unknown names the fields of the character's file that are none of these, in
	// the form "style.al". They have no effect; the start warns of them.
	Unknown []string `json:"-"`
}

// Style is a character's writing style.
type Style struct {
	All  []string `json:"all,omitempty"`
	Chat []string `json:"chat,omitempty"`
	Post []string `json:"post,omitempty"`
}

// ExampleLine is one line of an example conversation.
type ExampleLine struct {
	Name    string  `json:"name"`
	Content Content `json:"content"`
}

// Validate returns every error in the character, joined; nil if it can run.
func (c *Character) Validate() error {
	var errs []error
	if strings.TrimSpace(c.Name) == "" {
		errs = append(errs, errors.New(`field "name" is missing`))
	}
	for i, example := range c.MessageExamples {
		for j, line := range example {
			if line.Name == "" {
				errs = append(errs, fmt.Errorf(`field "messageExamples[%d][%d].name" is missing`, i, j))
			}
		}
	}
	return errors.Join(errs...)
}

// Identify sets ID from Name when it is zero, and returns it.
func (c *Character) Identify() uuid.UUID {
	if c.ID == uuid.Nil {
		c.ID = IDFromText(c.Name)
	}
	return c.ID
}

// Lines is one or more lines of text; in JSON a string or a list of strings.
type Lines []string

// UnmarshalJSON reads a string or a list of strings.
func (l *Lines) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	var one string
	if json.Unmarshal(data, &one) == nil {
		*l = Lines{one}
		return nil
	}
	var many []string
	if err := json.Unmarshal(data, &many); err != nil {
		return errors.New("want a string or a list of strings")
	}
	*l = many
	return nil
}

// String joins the lines with spaces.
func (l Lines) String() string { return strings.Join(l, " ") }

// Knowledge is initial knowledge of a character: a text, a file or a directory.
// In JSON it is a string or an object.
type Knowledge struct {
	// Text is the knowledge itself. Exactly one of Text, Path and Directory is
	// set.
	Text      string `json:"-"`
	Path      string `json:"path,omitempty"`
	Directory string `json:"directory,omitempty"`
	// Shared makes the knowledge available to all agents of the database.
	Shared bool `json:"shared,omitempty"`
}

// MarshalJSON writes a string for a text, and an object otherwise.
func (k Knowledge) MarshalJSON() ([]byte, error) {
	if k.Text != "" {
		return json.Marshal(k.Text)
	}
	type object Knowledge
	return json.Marshal(object(k))
}

// UnmarshalJSON reads a string or an object with path or directory.
func (k *Knowledge) UnmarshalJSON(data []byte) error {
	*k = Knowledge{}
	if json.Unmarshal(data, &k.Text) == nil {
		return nil
	}
	type object Knowledge
	if err := json.Unmarshal(data, (*object)(k)); err != nil {
		return errors.New("want a string or an object with path or directory")
	}
	if (k.Path == "") == (k.Directory == "") {
		return errors.New("want either path or directory")
	}
	return nil
}
