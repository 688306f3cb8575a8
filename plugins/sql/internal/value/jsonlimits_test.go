package value

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What CheckJSON accepts, encoding/json decodes.
func TestCheckJSON(t *testing.T) {
	t.Parallel()
	nested := func(levels int) json.RawMessage {
		return json.RawMessage(strings.Repeat("[", levels) + strings.Repeat("]", levels))
	}
	var deep any
	for range maxDepth {
		deep = []any{deep}
	}
	for name, tt := range map[string]struct {
		value any
		fine  bool
	}{
		"nothing":               {nil, true},
		"an object":             {map[string]any{"a": []any{1, 2.5, "1e400", nil, true}}, true},
		"the largest number":    {[]any{math.MaxFloat64, json.Number("1e308")}, true},
		"nearly nothing":        {json.Number("1e-400"), true},
		"beyond float64":        {map[string]any{"a": json.Number("1e400")}, false},
		"beyond it, negative":   {[]any{json.RawMessage(`{"a":[-1E309]}`)}, false},
		"beyond it, long":       {json.RawMessage("1" + strings.Repeat("0", 309)), false},
		"in a text":             {json.RawMessage(`"a\"1e400"`), true},
		"in a key":              {json.RawMessage(`{"1e400\\":1}`), true},
		"not a number":          {map[string]any{"a": math.NaN()}, false},
		"infinite":              {[]any{math.Inf(-1)}, false},
		"no JSON":               {map[string]any{"a": func() {}}, false},
		"deep":                  {nested(maxDepth), true},
		"deep in an object":     {map[string]any{"a": nested(maxDepth - 1)}, true},
		"too deep in an object": {map[string]any{"a": nested(maxDepth)}, false},
		"values, deep":          {deep, true},
		"values, too deep":      {[]any{deep}, false},
	} {
		err := CheckJSON("it", tt.value)
		if !tt.fine {
			require.Error(t, err, name)
			require.NotContains(t, err.Error(), "\n", name)
			continue
		}
		require.NoError(t, err, name)
		text, err := json.Marshal(tt.value)
		require.NoError(t, err, name)
		var into any
		require.NoError(t, json.Unmarshal(text, &into), name)
	}
}
