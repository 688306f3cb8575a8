package pgcluster

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// Two that begin at once in an empty folder both take it for theirs, wherever the
// one is when the other looks.
func TestTwoBeginInAnEmptyFolder(t *testing.T) {
	t.Parallel()
	for range 200 {
		dir := t.TempDir()
		errs := make([]error, 2)
		var both sync.WaitGroup
		for i := range errs {
			both.Go(func() {
				h, err := openHome(dir)
				if err == nil {
					var start *lock
					if start, err = h.openLock(h.startLock()); err == nil {
						start.close()
						err = os.MkdirAll(filepath.Join(dir, "pgdata"), 0o700)
					}
				}
				errs[i] = err
			})
		}
		both.Wait()
		require.NoError(t, errs[0])
		require.NoError(t, errs[1])
	}
}
