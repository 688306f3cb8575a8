package pgcluster

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A start waits for a recovery that makes progress, and no longer for one that
// makes none.
func TestARecoveryThatMakesProgressIsWaitedFor(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	require.NoError(t, os.MkdirAll(dir, 0o700))
	h := &home{dir: dir}
	log := filepath.Join(dir, "server.log")
	write := func(text string) {
		f, err := os.OpenFile(log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		require.NoError(t, err)
		_, err = f.WriteString(text)
		require.NoError(t, err)
		require.NoError(t, f.Close())
	}
	write("2026-01-01 LOG:  an earlier start, elapsed time: 90.00 s\n")
	info, err := os.Stat(log)
	require.NoError(t, err)
	began := info.Size()

	p := newPatience(time.Minute)
	now := time.Now()
	require.Empty(t, h.recovery(began))
	require.False(t, p.over(now, h.recovery(began)))
	write("2026-01-01 LOG:  redo in progress, elapsed time: 10.00 s, current LSN: 0/3000028\n")
	now = now.Add(59 * time.Second)
	require.Equal(t, "redo in progress, elapsed time: 10.00 s, current LSN: 0/3000028", h.recovery(began))
	require.False(t, p.over(now, h.recovery(began)))
	now = now.Add(59 * time.Second)
	require.False(t, p.over(now, h.recovery(began)), "it has made a step since")
	write("2026-01-01 LOG:  redo in progress, elapsed time: 20.00 s, current LSN: 0/4000028\n")
	require.False(t, p.over(now, h.recovery(began)))
	write("2026-01-01 FATAL:  the database system is starting up\n")
	now = now.Add(61 * time.Second)
	require.True(t, p.over(now, h.recovery(began)), "who tries to connect is no progress")
}
