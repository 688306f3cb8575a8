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

// reader encodes rows on demand, as the data of COPY ... FROM STDIN BINARY.
type reader struct {
	rows, next int
	write      func(w *Writer, row int) error
	pending    Writer
	read       int // bytes of pending

	mu      sync.Mutex
	refused error // the error of write
	stopped bool
}

// Copy copies rows into a table, which is named with its columns. It calls write
// for each row, on a goroutine of pgx's. It stops at the first error of write and
// returns that; a panic of write is returned as a PanicError.
func Copy(ctx context.Context, conn *pgx.Conn, into string, rows int, write func(w *Writer, row int) error) error {
	r := &reader{rows: rows, write: write}
	r.pending.bytes = append(r.pending.bytes, "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
	_, err := conn.PgConn().CopyFrom(ctx, r, "COPY "+into+" FROM STDIN BINARY")
	return cmp.Or(r.stop(), err)
}

// stop returns the error of write, and ensures that write is not called any more: if
// the connection breaks, pgx returns before its goroutine has ended.
func (r *reader) stop() (refused error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped = true
	return r.refused
}

// PanicError is a recovered panic.
type PanicError struct{ Value any }

func (p PanicError) Error() string { return fmt.Sprint("panic: ", p.Value) }

// writeRow calls write, and returns its panic as an error.
func (r *reader) writeRow(row int) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = PanicError{value}
		}
	}()
	return r.write(&r.pending, row)
}

var errRefused = errors.New("a row was refused")

// chunkBytes is somewhat less than pgx reads at once, so that the last row of a chunk
// mostly fits in.
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
				return 0, errRefused // sent to the server, which need not know more
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
