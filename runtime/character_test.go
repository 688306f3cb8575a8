package runtime

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// Both files hold the same character, with all of elizaOS's fields.
const (
	adaJSON = `{
  "id": "b850bc30-45f8-0041-a00a-83df46d8555d",
  "name": "Ada", "username": "ada", "system": "Be exact.",
  "bio": ["Wrote the first program.", "Likes numbers."],
  "templates": {"replyTemplate": "{{agentName}}: {{message}}"},
  "messageExamples": [[{"name": "{{user1}}", "content": {"text": "Hi"}}, {"name": "Ada", "content": {"text": "Good day", "actions": ["REPLY"]}}]],
  "postExamples": ["On engines"], "topics": ["mathematics"], "adjectives": ["exact"],
  "knowledge": ["Engines compute.", {"path": "notes.md", "shared": true}],
  "plugins": ["@elizaos/plugin-sql"],
  "settings": {"model": "small", "TEMPERATURE": 0.5, "secrets": {"KEY": "x"}},
  "secrets": {"TOKEN": "y"},
  "style": {"all": ["be brief"], "chat": ["ask"], "post": ["sign"]}
}`
	adaYAML = `
id: b850bc30-45f8-0041-a00a-83df46d8555d
name: Ada
username: ada
system: Be exact.
bio: [Wrote the first program., Likes numbers.]
templates:
  replyTemplate: "{{agentName}}: {{message}}"
messageExamples:
  - - {name: "{{user1}}", content: {text: Hi}}
    - {name: Ada, content: {text: Good day, actions: [REPLY]}}
postExamples: [On engines]
topics: [mathematics]
adjectives: [exact]
knowledge:
  - Engines compute.
  - {path: notes.md, shared: true}
plugins: ["@elizaos/plugin-sql"]
settings: {model: small, TEMPERATURE: 0.5, secrets: {KEY: x}}
secrets: {TOKEN: "y"}
style: {all: [be brief], chat: [ask], post: [sign]}
`
)

func TestLoadCharacterFromBothFormats(t *testing.T) {
	t.Parallel()
	fromJSON, err := LoadCharacter(write(t, "ada.json", adaJSON))
	require.NoError(t, err)
	fromYAML, err := LoadCharacter(write(t, "ada.YML", adaYAML))
	require.NoError(t, err)
	require.Equal(t, fromJSON, fromYAML)
	require.Equal(t, core.IDFromText("Eliza"), fromJSON.ID)
	require.Equal(t, core.Lines{"Wrote the first program.", "Likes numbers."}, fromJSON.Bio)
	require.Equal(t, "Good day", fromJSON.MessageExamples[0][1].Content.Text)
	require.Equal(t, core.Knowledge{Path: "notes.md", Shared: true}, fromJSON.Knowledge[1])
	require.Equal(t, "y", fromJSON.Secrets["TOKEN"])
}

func TestLoadCharacterErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ file, text, want string }{
		"no JSON":        {"a.json", "{\n\"name\": \"Ada\",\n}", "is no JSON: line 3:"},
		"no YAML":        {"a.yaml", "name: [", "is no YAML:"},
		"no name":        {"a.json", "{}", `field "name" is missing`},
		"wrong kind":     {"a.json", `{"name": ["Ada"]}`, `has a list in field "name", where a text belongs`},
		"no list":        {"a.json", `{"name": "Ada", "topics": "x"}`, `has a text in field "topics", where a list belongs`},
		"another format": {"a.toml", "", `ends in ".toml": use .json, .yaml or .yml`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := write(t, tt.file, tt.text)
			_, err := LoadCharacter(path)
			require.ErrorContains(t, err, tt.want)
			require.ErrorContains(t, err, path)
		})
	}
	_, err := LoadCharacter("no/such/file.json")
	require.EqualError(t, err, "runtime: there is no character file no/such/file.json: check the path given to --character")
}

func FuzzLoadCharacter(f *testing.F) {
	f.Add(adaJSON, true)
	f.Add(adaYAML, false)
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string, isJSON bool) {
		name := "c.yaml"
		if isJSON {
			name = "c.json"
		}
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		if character, err := LoadCharacter(path); err == nil {
			require.NotEmpty(t, character.Name)
		}
	})
}

// Fields that are not known are named, whatever their letter case, and nothing
// else is.
func TestUnknownFieldsOfACharacterAreNamed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ada.yaml")
	require.NoError(t, os.WriteFile(path, []byte("NAME: Ada\nlore: [x]\nstyle: {all: [a], al: [b]}\nsettings: {anything: 1}\nsetings: {b: 2}\n"), 0o600))
	character, err := LoadCharacter(path)
	require.NoError(t, err)
	require.Equal(t, "Ada", character.Name)
	require.Equal(t, []string{"lore", "setings", "style.al"}, character.Unknown)
}
