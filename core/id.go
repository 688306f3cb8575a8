package core

import (
	"crypto/sha1" //nolint:gosec // an identifier, not a secret; elizaOS defines it so
	"strings"

	"github.com/google/uuid"
)

// NewID returns a new random identifier. It is a UUIDv7: ids made one after
// the other sort one after the other, which keeps inserts local in an index.
func NewID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// IDFromText returns the identifier that elizaOS's stringToUuid gives the same
// text, so that both systems name the same user alike. A text that is a UUID
// already is returned as that UUID. Any other text is percent-encoded as
// JavaScript's encodeURIComponent does and hashed with SHA-1; the first 16
// bytes become the id, with version 0 and the RFC 9562 variant.
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

// ScopedID returns the id that an agent gives to something known by name, such
// as a user or a room: the same name is another id for another agent. It is
// elizaOS's createUniqueUuid.
func ScopedID(agentID uuid.UUID, name string) uuid.UUID {
	if name == agentID.String() {
		return agentID
	}
	return IDFromText(name + ":" + agentID.String())
}

// encodeURIComponent escapes every byte but ECMAScript's unreserved ones
// (ECMA-262, section 19.2.6.4). Go's url.QueryEscape differs in !'()* and the
// space. Bytes that are no UTF-8 become U+FFFD first, since JavaScript's
// strings cannot hold them.
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
