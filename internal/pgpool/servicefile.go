package pgpool

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// ServiceFile writes the connection to a service file (PostgreSQL documentation,
// section 34.17), readable by its owner only, and returns the environment that
// makes PostgreSQL's client programs use it. Each of a program's arguments
// overrides the file's value. remove deletes the file.
func (db *DB) ServiceFile() (environment []string, remove func(), err error) {
	words := conninfo(db.shared.url)
	var b strings.Builder
	fmt.Fprintln(&b, "[elizago]")
	for _, name := range slices.Sorted(maps.Keys(words)) {
		if strings.ContainsAny(words[name], "\r\n") {
			return nil, nil, fmt.Errorf("pgpool: %s in the connection string has a line break, which no service file can hold: write it without", name)
		}
		if name == "service" || name == "servicefile" || strings.HasPrefix(name, "pool_") {
			continue // pgx's own, or a file that names a file
		}
		fmt.Fprintf(&b, "%s=%s\n", name, words[name])
	}
	file, err := os.CreateTemp("", "elizago-service-*") // mode 600
	if err != nil {
		return nil, nil, fmt.Errorf("pgpool: the connection cannot be handed on (%w): make room for temporary files", err)
	}
	remove = func() { _ = os.Remove(file.Name()) }
	_, writeErr := file.WriteString(b.String())
	if err := errors.Join(writeErr, file.Close()); err != nil {
		remove()
		return nil, nil, fmt.Errorf("pgpool: the connection cannot be handed on (%w): make room for temporary files", err)
	}
	return []string{"PGSERVICE=elizago", "PGSERVICEFILE=" + file.Name()}, remove, nil
}
