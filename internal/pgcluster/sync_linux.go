package pgcluster

import (
	"os"

	"golang.org/x/sys/unix"
)

// syncTree makes a new data directory durable: one call for the file system
// in place of initdb's thousand for its files.
func syncTree(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.Syncfs(int(f.Fd()))
}
