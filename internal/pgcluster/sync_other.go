//go:build !linux

package pgcluster

// syncTree has nothing to do: initdb syncs its files where the whole file
// system cannot be synced at once.
func syncTree(string) error { return nil }
