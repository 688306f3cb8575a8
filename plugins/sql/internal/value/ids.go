package value

import (
	"strings"

	"github.com/google/uuid"
)

// IDTexts are ids as a parameter for $1::text[]::uuid[].
func IDTexts(ids []uuid.UUID) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = id.String()
	}
	return list
}

// IDArray is a uuid[] in PostgreSQL's text: one parameter for any number.
func IDArray(ids []uuid.UUID) string {
	return "{" + strings.Join(IDTexts(ids), ",") + "}"
}
