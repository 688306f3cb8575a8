package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatARunWritesIsReadBack(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "results.jsonl")
	file, err := os.Create(name)
	require.NoError(t, err)
	written := newFigures(file)
	require.NoError(t, written.add("cache", our, map[string]float64{"get_16_per_s": 100}))
	_, err = io.WriteString(file, "bench: a warning\n"+`{"goal": "cache get", "came": "reached"}`+"\n")
	require.NoError(t, err)
	require.NoError(t, written.add("cache", "bun", map[string]float64{"get_16_per_s": 50}))
	require.NoError(t, file.Close())

	read := newFigures(io.Discard)
	require.NoError(t, read.read(name))
	require.Equal(t, written.samples, read.samples)
	require.Error(t, read.read(name+".missing"))
}
