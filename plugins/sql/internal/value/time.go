package value

import "time"

// CheckTime returns an error for a time that JSON or PostgreSQL cannot represent.
// Beyond the year 292277 the driver would store another time. Zero times pass.
func CheckTime(what string, times ...time.Time) error {
	for _, at := range times {
		if year := at.UTC().Year(); !at.IsZero() && (year < 1 || year > 9999) {
			return Invalid("sql: %s has a time in the year %d: years go from 1 to 9999", what, year)
		}
	}
	return nil
}

// JSONTime formats a time for JSON, truncated to PostgreSQL's resolution as pgx
// does with parameters. The server would round it.
func JSONTime(t time.Time) string { return t.Truncate(time.Microsecond).Format(time.RFC3339Nano) }
