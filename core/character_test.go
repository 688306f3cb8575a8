package core_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

func TestCharacterReadsBothSpellings(t *testing.T) {
	t.Parallel()
	var c core.Character
	require.NoError(t, json.Unmarshal([]byte(`{
		"name": "Ada", "bio": "one line",
		"knowledge": ["a fact", {"path": "a.md", "shared": true}, {"directory": "docs"}]
	}`), &c))
	require.Equal(t, core.Lines{"one line"}, c.Bio)
	require.Equal(t, []core.Knowledge{{Text: "a fact"}, {Path: "a.md", Shared: true}, {Directory: "docs"}}, c.Knowledge)

	again, err := json.Marshal(c)
	require.NoError(t, err)
	var back core.Character
	require.NoError(t, json.Unmarshal(again, &back))
	require.Equal(t, c, back)

	require.NoError(t, json.Unmarshal([]byte(`{"bio": ["one", "two"]}`), &c))
	require.Equal(t, "one two", c.Bio.String())
	require.ErrorContains(t, json.Unmarshal([]byte(`{"bio": 3}`), &c), "want a string or a list of strings")
	require.ErrorContains(t, json.Unmarshal([]byte(`{"knowledge": [{"path": "a", "directory": "b"}]}`), &c), "want either path or directory")
}

func TestCharacterValidate(t *testing.T) {
	t.Parallel()
	c := core.Character{MessageExamples: [][]core.ExampleLine{{{}}}}
	err := c.Validate()
	require.ErrorContains(t, err, `field "name" is missing`)
	require.ErrorContains(t, err, `field "messageExamples[0][0].name" is missing`)
	require.NoError(t, (&core.Character{Name: "Ada"}).Validate())
}
