package pgcluster

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRefusesToBeginOnADiskThatIsTooSmall(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	_, err := Start(t.Context(), Config{Dir: dir, need: 1 << 60})
	var tooFull *SpaceError
	require.ErrorAs(t, err, &tooFull)
	require.ErrorContains(t, err, "a new cluster needs about 1099511627776 MB and the disk of "+dir+" has ")
	require.NoFileExists(t, filepath.Join(dir, "pgdata"))
}

// initdb and the server have the same words for it, which are found in what
// they print.
func TestInitdbThatFindsTheDiskFull(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	bin := fakeServer(t, root, "bin", "17.4")
	write(t, "", root, "share", "postgres.bki")
	write(t, "", root, "share", "extension", "vector.control")
	write(t, "#!/bin/sh\necho 'initdb: error: could not write to file: No space left on device' >&2; exit 1\n", bin, "initdb")
	require.NoError(t, os.Chmod(filepath.Join(bin, "initdb"), 0o755))
	openTree(t, root)
	dir := newDir(t)
	_, err := Start(t.Context(), Config{Dir: dir, BinDir: bin})
	var full *SpaceError
	require.ErrorAs(t, err, &full)
	require.ErrorContains(t, err, "no space left on the disk of "+dir)
}
