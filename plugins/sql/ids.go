package sql

import (
	"strings"

	"github.com/google/uuid"
)

// idTexts are ids as a parameter for $1::text[]::uuid[].
func idTexts(ids []uuid.UUID) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = id.String()
	}
	return list
}

// uuidArray is a uuid[] in PostgreSQL's text: one parameter for any number.
func uuidArray(ids []uuid.UUID) string {
	return "{" + strings.Join(idTexts(ids), ",") + "}"
}
