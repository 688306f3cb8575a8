package sql

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/internal/pgpool"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// leastVector is the oldest version of pgvector that has half vectors.
const leastVector = "0.7.0"

var errNotOpen = errors.New("sql: the database is not open: call Open first")

// Check implements core.Checker: a pooler must keep transactions together and give
// the program more than one connection, and pgvector, where there is one already,
// must be new enough, and its schema accessible.
func (a *Adapter) Check(ctx context.Context) error {
	if a.db == nil {
		return errNotOpen
	}
	if a.conn.Pooled() {
		if err := checkPooler(ctx, a.conn.Pool()); err != nil {
			return err
		}
	}
	found, err := a.db.extension(ctx)
	if err != nil || found == nil {
		return err
	}
	return found.check()
}

var errStatementMode = errors.New("sql: the pooler at POSTGRES_URL refuses transactions, as PgBouncer does with pool_mode = statement, and elizago cannot work without: " +
	"set pool_mode to transaction or session, or let POSTGRES_URL name the server itself")

var errOneConnection = errors.New("sql: the pooler at POSTGRES_URL gives this program one connection and keeps a second one waiting, as it has no more, or other programs have the rest: " +
	"raise its default_pool_size to the POSTGRES_POOL_MAX of all programs together, or set pool_mode to transaction")

// checkingPooler is held meanwhile: two that each hold a connection would wait for
// each other.
var checkingPooler sync.Mutex

// secondLimit is how long a second connection is waited for.
const secondLimit = 10 * time.Second

// checkPooler begins a transaction, which a pooler that gives each statement
// another connection refuses, and uses a second connection beside an idle one.
func checkPooler(ctx context.Context, pool *pgxpool.Pool) error {
	checkingPooler.Lock()
	defer checkingPooler.Unlock()
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return pgtx.Explain("could not look at the pooler", err)
	}
	defer conn.Release()
	_, err = conn.Exec(ctx, "BEGIN", pgx.QueryExecModeSimpleProtocol)
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == pgerrcode.ProtocolViolation {
		return errStatementMode
	}
	if err == nil {
		_, err = conn.Exec(ctx, "ROLLBACK", pgx.QueryExecModeSimpleProtocol)
	}
	if err != nil || pool.Config().MaxConns == 1 {
		return pgtx.Explain("could not look at the pooler", err)
	}
	limited, cancel := context.WithTimeout(ctx, secondLimit)
	defer cancel()
	second, err := pool.Acquire(limited)
	if err == nil {
		_, err = second.Exec(limited, "SELECT 1", pgx.QueryExecModeSimpleProtocol)
		second.Release()
	}
	var full *pgpool.FullError
	switch {
	case errors.As(err, &full): // the program itself has them all in use
		return nil
	case err != nil && ctx.Err() == nil && (limited.Err() != nil || pgerr.TimeLimit(err)):
		return errOneConnection
	}
	return pgtx.Explain("could not look at the pooler", err)
}

// extension is pgvector in a database.
type extension struct {
	version, schema string
	usable          bool // this role has USAGE on the schema
	role, owner     string
	offered         string // the version that the server has the files of
}

const extensionSQL = `
SELECT e.extversion, n.nspname, pg_catalog.has_schema_privilege(n.oid, 'USAGE'), current_user, pg_catalog.pg_get_userbyid(e.extowner),
	COALESCE((SELECT a.default_version FROM pg_catalog.pg_available_extensions a WHERE a.name = 'vector'), '')
FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname = 'vector'`

// extension returns nil if the database does not have it.
func (d *Database) extension(ctx context.Context) (*extension, error) {
	found, err := pgtx.Query(ctx, d.driver, extensionSQL, []any{pgtx.Once}, func(row pgtx.Scanner) (*extension, error) {
		var e extension
		return &e, row.Scan(&e.version, &e.schema, &e.usable, &e.role, &e.owner, &e.offered)
	})
	if err != nil || len(found) == 0 {
		return nil, pgtx.Explain("could not look for pgvector", err)
	}
	return found[0], nil
}

func (e *extension) check() error {
	switch {
	case older(e.version, leastVector) && older(e.offered, leastVector):
		return fmt.Errorf("sql: pgvector %s is too old: elizago needs %s or newer: install it on the server, then run ALTER EXTENSION vector UPDATE; as role %s",
			e.version, leastVector, quoted(e.owner))
	case older(e.version, leastVector):
		return fmt.Errorf("sql: pgvector %s is too old: elizago needs %s or newer, and the server has %s: run ALTER EXTENSION vector UPDATE; as role %s",
			e.version, leastVector, e.offered, quoted(e.owner))
	case !e.usable:
		return fmt.Errorf("sql: pgvector is in the schema %s, which role %s may not use: run GRANT USAGE ON SCHEMA %s TO %s; as its owner or as an administrator",
			e.schema, quoted(e.role), quoted(e.schema), quoted(e.role))
	}
	return nil
}

func quoted(name string) string { return pgx.Identifier{name}.Sanitize() }

// older compares versions by their numbers. What is no number counts as 0.
func older(version, than string) bool {
	a, b := strings.Split(version, "."), strings.Split(than, ".")
	for i := range max(len(a), len(b)) {
		if x, y := number(a, i), number(b, i); x != y {
			return x < y
		}
	}
	return false
}

func number(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, _ := strconv.Atoi(parts[i])
	return n
}
