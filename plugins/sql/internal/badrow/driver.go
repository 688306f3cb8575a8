package badrow

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
)

// Driver is a driver whose queries return rows without the values that their
// columns' types cannot decode.
type Driver struct {
	dialect.Driver
	columns  map[string]Decode
	reporter *Reporter
}

// NewDriver returns a driver on another. columns are the JSON columns, by name.
func NewDriver(driver dialect.Driver, columns map[string]Decode, reporter *Reporter) *Driver {
	return &Driver{driver, columns, reporter}
}

// Query implements dialect.Driver.
func (d *Driver) Query(ctx context.Context, query string, args, v any) error {
	return d.query(ctx, d.Driver, query, args, v)
}

// Tx implements dialect.Driver.
func (d *Driver) Tx(ctx context.Context) (dialect.Tx, error) {
	began, err := d.Driver.Tx(ctx)
	if err != nil {
		return nil, err
	}
	return tx{began, d}, nil
}

// tx is a transaction of a Driver, as ent begins one to update a row.
type tx struct {
	dialect.Tx
	driver *Driver
}

// Query implements dialect.Tx.
func (t tx) Query(ctx context.Context, query string, args, v any) error {
	return t.driver.query(ctx, t.Tx, query, args, v)
}

func (d *Driver) query(ctx context.Context, on dialect.ExecQuerier, query string, args, v any) error {
	if err := on.Query(ctx, query, args, v); err != nil {
		return err
	}
	if found, ok := v.(*entsql.Rows); ok {
		found.ColumnScanner = &rows{ColumnScanner: found.ColumnScanner, driver: d, query: query}
	}
	return nil
}

// rows are the rows of a query.
type rows struct {
	entsql.ColumnScanner
	driver *Driver
	query  string
	names  []string
}

// Scan implements entsql.ColumnScanner.
func (r *rows) Scan(into ...any) error {
	if r.names == nil {
		names, err := r.Columns()
		if err != nil {
			return err
		}
		r.names = names
	}
	if len(r.names) != len(into) {
		return r.ColumnScanner.Scan(into...)
	}
	scanners := make([]any, len(into))
	bad := make([]error, len(into))
	var id *uuid.UUID
	for i, one := range into {
		scanners[i] = one
		if at, is := one.(*uuid.UUID); is {
			if r.names[i] == "id" {
				id = at
			}
		} else if scanner, is := one.(sql.Scanner); is {
			scanners[i] = &lenient{scanner, &bad[i]}
		}
	}
	if err := r.ColumnScanner.Scan(scanners...); err != nil {
		return err
	}
	for i, name := range r.names {
		text, is := into[i].(*[]byte)
		if decode := r.driver.columns[name]; is && decode != nil && *text != nil {
			*text, bad[i] = decode(*text)
		}
		if bad[i] != nil {
			r.report(id, name, bad[i])
		}
	}
	return nil
}

// tableOf matches the table in a query of ent.
var tableOf = regexp.MustCompile(` (?:FROM|INTO) "public"\."(\w+)"`)

func (r *rows) report(id *uuid.UUID, column string, err error) {
	table, row := "", "unknown"
	if found := tableOf.FindStringSubmatch(r.query); found != nil {
		table = found[1]
	}
	if id != nil {
		row = id.String()
	}
	r.driver.reporter.Report(table, row, column, err)
}

// lenient is a scanner that leaves its value zero where that cannot be scanned.
type lenient struct {
	into sql.Scanner
	bad  *error
}

// Scan implements sql.Scanner.
func (l *lenient) Scan(from any) error {
	if at, is := l.into.(*sql.NullTime); is {
		var read Time
		err := read.Scan(from)
		*at, *l.bad = read.NullTime, err
		if err == nil {
			*l.bad = read.Err()
		}
		return nil
	}
	if err := l.into.Scan(from); err != nil {
		*l.bad = fmt.Errorf("it cannot be decoded: %w", err)
	}
	return nil
}
