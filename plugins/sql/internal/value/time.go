package value

import "time"

// Now is the present in PostgreSQL's resolution, so that what is saved equals
// what is read back.
func Now() time.Time { return time.Now().Truncate(time.Microsecond) }

// CheckTime refuses times that PostgreSQL, or JSON, cannot say. Beyond the year
// 292277 the driver would make another time of them. Zero times pass.
func CheckTime(what string, times ...time.Time) error {
	for _, at := range times {
		if year := at.UTC().Year(); !at.IsZero() && (year < 1 || year > 9999) {
			return Invalid("sql: %s has a time in the year %d: years go from 1 to 9999", what, year)
		}
	}
	return nil
}

// JSONTime is a time in the resolution that PostgreSQL has. It would round what
// is finer, where pgx cuts it off.
func JSONTime(t time.Time) string { return t.Truncate(time.Microsecond).Format(time.RFC3339Nano) }
