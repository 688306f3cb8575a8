package elizago_test

import (
	"testing"

	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/stretchr/testify/require"
)

// The file for the Atlas command line takes the schema from the program, and
// its policies stand at the root, where alone they count.
func TestAtlasFile(t *testing.T) {
	t.Parallel()
	file, problems := hclparse.NewParser().ParseHCLFile("atlas.hcl")
	require.False(t, problems.HasErrors(), "%v", problems)
	blocks := map[string]*hclsyntax.Block{}
	for _, b := range file.Body.(*hclsyntax.Body).Blocks {
		blocks[b.Type] = b
	}
	for _, name := range []string{"variable", "data", "env", "lint", "diff"} {
		require.Contains(t, blocks, name)
	}
	for _, b := range blocks["env"].Body.Blocks {
		require.NotContains(t, []string{"lint", "diff"}, b.Type)
	}
	require.Equal(t, []string{"external_schema", "elizago"}, blocks["data"].Labels)
	value, problems := blocks["data"].Body.Attributes["program"].Expr.Value(nil)
	require.False(t, problems.HasErrors(), "%v", problems)
	var program []string
	for _, v := range value.AsValueSlice() {
		program = append(program, v.AsString())
	}
	require.Equal(t, []string{"go", "run", "./cmd/elizago", "schema", "print", "--format", "sql"}, program)
}
