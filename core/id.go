package core

import (
	"crypto/sha1" //nolint:gosec // an identifier, not a secret; elizaOS defines it so
	"strings"

	"github.com/google/uuid"
)

// NewID returns a new random identifier, a UUIDv7: ids sort in the order of
// their creation, which keeps inserts local in an index.
func NewID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// IDFromText returns the identifier that elizaOS's stringToUuid returns for the
// text, so that both systems give a user the same id. A text that is a UUID is
// returned as that UUID. Any other text is percent-encoded as JavaScript's
// encodeURIComponent does and hashed with SHA-1; the first 16 bytes become the
// id, with version 0 and the RFC 9562 variant.
func IDFromText(text string) uuid.UUID {
	if len(text) == 36 {
		if id, err := uuid.Parse(text); err == nil {
			return id
		}
	}
	sum := sha1.Sum([]byte(encodeURIComponent(text))) //nolint:gosec // see above
	id := uuid.UUID(sum[:16])
	id[6] &= 0x0f
	id[8] = id[8]&0x3f | 0x80
	return id
}

// ScopedID returns an agent's id for a named thing, such as a user or a room;
// it differs between agents. It equals elizaOS's createUniqueUuid.
func ScopedID(agentID uuid.UUID, name string) uuid.UUID {
	if name == agentID.String() {
		return agentID
	}
	return IDFromText(name + ":" + agentID.String())
}

// encodeURIComponent escapes every byte except ECMAScript's unreserved ones
// (ECMA-262, section 19.2.6.4). Go's url.QueryEscape differs in !'()* and the
// space. Invalid UTF-8 becomes U+FFFD first, since JavaScript strings cannot
// hold it.
func encodeURIComponent(text string) string {
	const (
		unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()"
		hex        = "0123456789ABCDEF"
	)
	var b strings.Builder
	for _, c := range []byte(strings.ToValidUTF8(text, "\uFFFD")) {
		if strings.IndexByte(unreserved, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&0x0f])
	}
	return b.String()
}
