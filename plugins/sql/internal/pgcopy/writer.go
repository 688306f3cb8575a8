package pgcopy

import (
	"encoding/binary"
	"math"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Writer encodes values as PostgreSQL's receive functions read them.
type Writer struct{ bytes []byte }

// BeginRow begins a row with a number of columns.
func (w *Writer) BeginRow(columns int) {
	w.bytes = binary.BigEndian.AppendUint16(w.bytes, uint16(columns))
}

func (w *Writer) size(n int) {
	w.bytes = binary.BigEndian.AppendUint32(w.bytes, uint32(n))
}

// Null writes NULL.
func (w *Writer) Null() { w.bytes = binary.BigEndian.AppendUint32(w.bytes, math.MaxUint32) }

// UUID writes a uuid.
func (w *Writer) UUID(id uuid.UUID) {
	w.size(len(id))
	w.bytes = append(w.bytes, id[:]...)
}

// NullableUUID writes a uuid, or NULL for a zero id.
func (w *Writer) NullableUUID(id uuid.UUID) {
	if id == uuid.Nil {
		w.Null()
		return
	}
	w.UUID(id)
}

// Text writes a text.
func (w *Writer) Text(text string) {
	w.size(len(text))
	w.bytes = append(w.bytes, text...)
}

// JSON writes a jsonb: its version, and the text.
func (w *Writer) JSON(text string) {
	w.size(1 + len(text))
	w.bytes = append(append(w.bytes, 1), text...)
}

// Bool writes a boolean.
func (w *Writer) Bool(value bool) {
	w.size(1)
	if value {
		w.bytes = append(w.bytes, 1)
	} else {
		w.bytes = append(w.bytes, 0)
	}
}

// epoch is where PostgreSQL's timestamps begin, in microseconds of Unix time.
var epoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()

// Time writes a timestamptz.
func (w *Writer) Time(at time.Time) {
	w.size(8)
	w.bytes = binary.BigEndian.AppendUint64(w.bytes, uint64(at.UnixMicro()-epoch))
}

// Vector writes a vector of pgvector: its length, two reserved bytes, the
// components.
func (w *Writer) Vector(vector []float32) {
	w.size(4 + 4*len(vector))
	w.bytes = binary.BigEndian.AppendUint16(w.bytes, uint16(len(vector)))
	w.bytes = append(w.bytes, 0, 0)
	w.bytes = slices.Grow(w.bytes, 4*len(vector))
	for _, value := range vector {
		w.bytes = binary.BigEndian.AppendUint32(w.bytes, math.Float32bits(value))
	}
}
