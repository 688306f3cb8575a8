package desired

import (
	"context"
	"database/sql/driver"
	"errors"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

// stubDriver replaces the server while ent converts its tables to Atlas's. ent
// only queries the version, to choose features that every supported version
// has.
type stubDriver struct{}

var errStubDriver = errors.New("migration: there is no server behind this driver")

func (stubDriver) Dialect() string                              { return dialect.Postgres }
func (stubDriver) Close() error                                 { return nil }
func (stubDriver) Tx(context.Context) (dialect.Tx, error)       { return nil, errStubDriver }
func (stubDriver) Exec(context.Context, string, any, any) error { return errStubDriver }

func (stubDriver) Query(_ context.Context, query string, _, v any) error {
	rows, ok := v.(*entsql.Rows)
	if !ok || query != "SHOW server_version_num" {
		return errStubDriver
	}
	rows.ColumnScanner = &versionRow{}
	return nil
}

// versionRow is the single row of the answer.
type versionRow struct {
	entsql.ColumnScanner
	read bool
}

func (r *versionRow) Next() bool {
	defer func() { r.read = true }()
	return !r.read
}

func (*versionRow) Scan(dest ...any) error {
	version, ok := dest[0].(*string)
	if !ok || len(dest) != 1 {
		return driver.ErrBadConn
	}
	*version = "150000"
	return nil
}

func (*versionRow) Err() error   { return nil }
func (*versionRow) Close() error { return nil }
