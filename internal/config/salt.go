package config

// leastSalt and leastVariety are the least length of SECRET_SALT and its least
// number of different bytes. The salt is all that keeps the secrets in a stolen
// database from being read, and no one types it.
const (
	leastSalt    = 16
	leastVariety = 8
)

// WeakSalt reports whether a SECRET_SALT could be guessed.
func WeakSalt(salt string) bool {
	different := map[byte]bool{}
	for i := range len(salt) {
		different[salt[i]] = true
	}
	return len(salt) < leastSalt || len(different) < leastVariety
}
