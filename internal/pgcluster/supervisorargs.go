package pgcluster

import (
	"bytes"
	"encoding/base64"
	"encoding/gob"
	"fmt"
)

// supervisorArgs are the arguments of a supervisor, passed to it in
// supervisorVariable.
type supervisorArgs struct {
	Dir      string
	BinDir   string
	Settings map[string]string
	Adopt    int // a running server's process id
	Forbid   forbidden
}

// encode returns the value of the environment variable. It uses gob because
// JSON replaces the bytes of a path that are not UTF-8, and the supervisor would
// look elsewhere.
func (o supervisorArgs) encode() (string, error) {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(o); err != nil {
		return "", fmt.Errorf("pgcluster: encode the arguments of the supervisor: %w", err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}

// decodeSupervisorArgs reads what encode returned.
func decodeSupervisorArgs(text string) (o supervisorArgs, err error) {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return o, err
	}
	return o, gob.NewDecoder(bytes.NewReader(b)).Decode(&o)
}
