package sql

// convert converts each row.
func convert[R, V any](rows []R, from func(R) V) []V {
	values := make([]V, len(rows))
	for i, row := range rows {
		values[i] = from(row)
	}
	return values
}
