//go:build !linux && !darwin

package pgcluster

// memory is how many bytes the machine has, zero where it does not say.
func memory() uint64 { return 0 }
