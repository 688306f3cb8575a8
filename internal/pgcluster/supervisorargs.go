package pgcluster

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"fmt"
)

// order is what a supervisor is told.
type order struct {
	Dir      string
	BinDir   string
	Settings map[string]string
	Adopt    int // a running server's process id
	Forbid   forbidden
}

// encode is for an environment variable. Gob and not JSON, which replaces the
// bytes of a path that are no UTF-8: the supervisor would look elsewhere.
func (o order) encode() (string, error) {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(o); err != nil {
		return "", fmt.Errorf("pgcluster: the order for the supervisor: %w", err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

func decodeOrder(text string) (o order, err error) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return o, err
	}
	return o, gob.NewDecoder(bytes.NewReader(b)).Decode(&o)
}
