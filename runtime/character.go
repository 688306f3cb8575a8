package runtime

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/elizago/elizago/core"
)

// LoadCharacter reads a character from a .json, .yaml or .yml file with
// elizaOS's fields, and validates it. Unknown fields are ignored, as in
// elizaOS, and named in Character.Unknown. The error names the file and the
// field or line.
func LoadCharacter(path string) (*core.Character, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("runtime: there is no character file %s: check the path given to --character", path)
	}
	if err != nil {
		return nil, fmt.Errorf("runtime: cannot read the character file: %w", err)
	}
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".json":
	case ".yaml", ".yml":
		// Through JSON, so that both formats have the same names and rules.
		if data, err = yaml.YAMLToJSON(data); err != nil {
			return nil, fmt.Errorf("runtime: character file %s is no YAML: %w", path, err)
		}
	default:
		return nil, fmt.Errorf("runtime: character file %s ends in %q: use .json, .yaml or .yml", path, ext)
	}
	var character core.Character
	if err := json.Unmarshal(data, &character); err != nil {
		return nil, fmt.Errorf("runtime: character file %s %s", path, explainJSON(data, err))
	}
	if err := character.Validate(); err != nil {
		return nil, fmt.Errorf("runtime: character file %s: %w", path, err)
	}
	character.Unknown = unknownFields(data)
	return &character, nil
}

// explainJSON describes a decoding error with the line and the expected type.
func explainJSON(data []byte, err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		line := 1 + strings.Count(string(data[:min(int(syntax.Offset), len(data))]), "\n")
		return fmt.Sprintf("is no JSON: line %d: %s", line, strings.TrimPrefix(err.Error(), "json: "))
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Sprintf("has %s in field %q, where %s belongs", found(kind.Value), kind.Field, expected(kind.Type.String()))
	}
	return "is no character: " + err.Error()
}

// found returns the display name of a JSON value.
func found(value string) string {
	switch value {
	case "array":
		return "a list"
	case "object":
		return "an object"
	case "string":
		return "a text"
	case "bool":
		return "true or false"
	}
	return "a " + value
}

// expected returns the JSON name of a Go type.
func expected(goType string) string {
	switch {
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case strings.HasPrefix(goType, "map"), strings.HasPrefix(goType, "core."):
		return "an object"
	}
	return found(goType)
}
