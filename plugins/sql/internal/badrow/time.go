package badrow

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// latest is the time that stands for infinity: the last one that can be saved.
// -infinity is the zero time.
var latest = time.Date(9999, time.December, 31, 23, 59, 59, 999_999_000, time.UTC)

var errInfinite = errors.New("the time is infinite")

// Time is a timestamptz that may be NULL or infinite. It is scanned by pgx and by
// database/sql.
type Time struct {
	sql.NullTime
	Infinite bool
}

// ScanTimestamptz implements pgtype.TimestamptzScanner.
func (t *Time) ScanTimestamptz(v pgtype.Timestamptz) error {
	t.Infinite = v.InfinityModifier != pgtype.Finite
	t.Time, t.Valid = v.Time, v.Valid
	if t.Infinite {
		t.Time = infinite(v.InfinityModifier == pgtype.NegativeInfinity)
	}
	return nil
}

// Scan implements sql.Scanner.
func (t *Time) Scan(from any) error {
	text, is := from.(string)
	if t.Infinite = is && (text == "infinity" || text == "-infinity"); t.Infinite {
		t.Time, t.Valid = infinite(text[0] == '-'), true
		return nil
	}
	return t.NullTime.Scan(from)
}

// Err returns an error if the time is infinite, which Time stands in for.
func (t *Time) Err() error {
	if t.Infinite {
		return fmt.Errorf("%w: it is read as %s", errInfinite, t.Time.Format(time.RFC3339))
	}
	return nil
}

func infinite(past bool) time.Time {
	if past {
		return time.Time{}
	}
	return latest
}
