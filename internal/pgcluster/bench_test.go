package pgcluster

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What a program waits for before it has its database. The server keeps its
// durable settings here.

func BenchmarkAttach(b *testing.B) {
	dir := newDir(b)
	first, err := Start(b.Context(), Config{Dir: dir})
	require.NoError(b, err)
	defer end(b, first)
	for b.Loop() {
		c, err := Start(b.Context(), Config{Dir: dir})
		require.NoError(b, err)
		end(b, c)
	}
}

func BenchmarkStart(b *testing.B) {
	dir := newDir(b)
	first, err := Start(b.Context(), Config{Dir: dir})
	require.NoError(b, err)
	end(b, first)
	for b.Loop() {
		c, err := Start(b.Context(), Config{Dir: dir})
		require.NoError(b, err)
		b.StopTimer()
		end(b, c)
		b.StartTimer()
	}
}

func BenchmarkStop(b *testing.B) {
	dir := newDir(b)
	for b.Loop() {
		b.StopTimer()
		c, err := Start(b.Context(), Config{Dir: dir})
		require.NoError(b, err)
		b.StartTimer()
		end(b, c)
	}
}

func BenchmarkFirstStart(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		dir := newDir(b)
		b.StartTimer()
		c, err := Start(b.Context(), Config{Dir: dir})
		require.NoError(b, err)
		b.StopTimer()
		end(b, c)
		b.StartTimer()
	}
}
