//go:build !linux

package pgpool

import "os"

// namelessFile returns a file that is removed already.
func namelessFile() (*os.File, error) { return removedFile() }
