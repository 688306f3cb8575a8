package toposort_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/internal/toposort"
)

func sorted(nodes []string, edges map[string][]string) ([]string, error) {
	return toposort.Sort(nodes,
		func(node string) string { return node },
		func(node string) ([]string, error) { return edges[node], nil })
}

func TestSort(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		nodes []string
		edges map[string][]string
		want  []string
		err   string
	}{
		"nothing":            {},
		"keeps the order":    {nodes: []string{"c", "a", "b"}, want: []string{"c", "a", "b"}},
		"dependencies first": {nodes: []string{"a", "b", "c"}, edges: map[string][]string{"a": {"c"}}, want: []string{"c", "a", "b"}},
		"a diamond": {
			nodes: []string{"a", "b", "c", "d"},
			edges: map[string][]string{"a": {"c", "b"}, "b": {"d"}, "c": {"d"}},
			want:  []string{"d", "c", "b", "a"},
		},
		"a circle is named alone": {
			nodes: []string{"a", "b", "c"},
			edges: map[string][]string{"a": {"b"}, "b": {"c"}, "c": {"b"}},
			err:   "plugins depend on each other in a circle, b -> c -> b: remove one of these dependencies",
		},
		"itself": {
			nodes: []string{"a"}, edges: map[string][]string{"a": {"a"}},
			err: "plugins depend on each other in a circle, a -> a: remove one of these dependencies",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := sorted(tt.nodes, tt.edges)
			if tt.err != "" {
				require.EqualError(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, tt.want, got)
		})
	}
}

func TestAnErrorOfDependenciesEndsTheSort(t *testing.T) {
	t.Parallel()
	unknown := errors.New("unknown")
	_, err := toposort.Sort([]string{"a"},
		func(node string) string { return node },
		func(string) ([]string, error) { return nil, unknown })
	require.ErrorIs(t, err, unknown)
}
