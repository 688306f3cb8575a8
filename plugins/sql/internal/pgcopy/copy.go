package pgcopy

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/jackc/pgx/v5"
)

// reader is what COPY ... FROM STDIN BINARY reads: rows that are written
// when they are asked for (PostgreSQL documentation, COPY, Binary Format).
type reader struct {
	rows, next int
	write      func(w *Writer, row int) error
	pending    Writer
	read       int // of pending

	mu      sync.Mutex
	refused error // of write
	stopped bool
}

// Copy copies into a table, which is named with its columns. An error of
// write ends it, and is what it returns. pgx calls write on a goroutine of its
// own: a panic of it is returned as a panicked, for the caller to go on with.
func Copy(ctx context.Context, conn *pgx.Conn, into string, rows int, write func(w *Writer, row int) error) error {
	r := &reader{rows: rows, write: write}
	r.pending.bytes = append(r.pending.bytes, "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
	_, err := conn.PgConn().CopyFrom(ctx, r, "COPY "+into+" FROM STDIN BINARY")
	return cmp.Or(r.stop(), err)
}

// stop makes sure that no row is written any more: where the connection breaks,
// pgx does not wait for its reading to end.
func (r *reader) stop() (refused error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped = true
	return r.refused
}

// PanicError is what somebody panicked with.
type PanicError struct{ Value any }

func (p PanicError) Error() string { return fmt.Sprint("panic: ", p.Value) }

// writeRow is write, whose panic it returns.
func (r *reader) writeRow(row int) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = PanicError{value}
		}
	}()
	return r.write(&r.pending, row)
}

var errRefused = errors.New("a row was refused")

// chunkBytes is somewhat less than what pgx asks for at once, so that the last row
// mostly goes with the others.
const chunkBytes = 60 << 10

// Read implements io.Reader.
func (r *reader) Read(into []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stopped {
		return 0, io.ErrClosedPipe
	}
	if r.read == len(r.pending.bytes) {
		if r.next > r.rows {
			return 0, io.EOF
		}
		r.pending.bytes, r.read = r.pending.bytes[:0], 0
		for ; r.next < r.rows && len(r.pending.bytes) < chunkBytes; r.next++ {
			if r.refused = r.writeRow(r.next); r.refused != nil {
				return 0, errRefused // the server gets to see this, and need not see more
			}
		}
		if r.next == r.rows {
			r.next++
			r.pending.bytes = append(r.pending.bytes, 0xff, 0xff) // no more rows
		}
	}
	n := copy(into, r.pending.bytes[r.read:])
	r.read += n
	return n, nil
}
