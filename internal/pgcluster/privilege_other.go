//go:build !linux

package pgcluster

// namespaces exist on Linux only.
func namespaces(_, _ int, _ bool, _ forbidden) []way { return nil }

// accounts is the one way as user postgres.
func accounts(forbidden) []way { return []way{{account: true}} }
