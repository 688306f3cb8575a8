package core

import (
	"fmt"
	"strings"
)

// Tool returns the action as models see it: Description, and after it the
// Examples, in one line.
func (a Action) Tool() Tool {
	description := a.Description
	for _, example := range a.Examples {
		var lines []string
		for _, line := range example {
			name := strings.NewReplacer("{{user}}", "user", "{{agent}}", "you").Replace(line.Name)
			text := strings.Join(strings.Fields(line.Content.Text), " ")
			if len(line.Content.Actions) > 0 {
				text = strings.TrimSpace(text + " [" + strings.Join(line.Content.Actions, ", ") + "]")
			}
			lines = append(lines, fmt.Sprintf("%s: %s", name, text))
		}
		description += " Example: " + strings.Join(lines, " / ")
	}
	return Tool{Name: a.Name, Description: description, Schema: a.Args}
}
