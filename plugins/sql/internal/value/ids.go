package value

import (
	"strings"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// EnsureID sets a zero id to a new one.
func EnsureID(id *uuid.UUID) {
	if *id == uuid.Nil {
		*id = core.NewID()
	}
}

// IDTexts returns ids as a parameter for $1::text[]::uuid[].
func IDTexts(ids []uuid.UUID) []string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = id.String()
	}
	return list
}

// IDArray returns ids as the text of a uuid[], for a parameter $1::uuid[].
func IDArray(ids []uuid.UUID) string {
	return "{" + strings.Join(IDTexts(ids), ",") + "}"
}
