package migration

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/plan"
)

// tried is what history keeps of a run whose data migrations were rolled back: the
// same program on the same rows would end in the same way, after the same work.
type tried struct {
	// Key identifies the program, its schemas and data migrations, and the rows.
	Key string `json:"key,omitempty"`
	// Tables are those that the run has read or written.
	Tables []string `json:"tables,omitempty"`
}

// orNil is nil where nothing is kept.
func (t tried) orNil() *tried {
	if t.Key == "" {
		return nil
	}
	return &t
}

// triedError is the error of a run that has not run its data migrations.
type triedError struct {
	text    string // of the run that has, as in history
	outcome string
	refused *RefusedError // nil: it was not refused
	program string
}

// Error repeats the text, and says how to run the data migrations all the same.
func (e *triedError) Error() string {
	return fmt.Sprintf("%s: the data migrations ran then, for nothing, and were not run again, as neither the program nor the rows have changed: `%s migrate apply` runs them all the same",
		e.text, e.program)
}

// Unwrap returns the refusal of the run that has run them.
func (e *triedError) Unwrap() error {
	if e.refused == nil {
		return nil
	}
	return e.refused
}

// triedTables returns the tables that the transaction has read or written, and those
// that its plan changes. It undoes the data migrations, and so gives up their locks.
// It returns none if no data migration has run, or if the outcome may come from
// something else than the program and the rows.
func (r *run) triedTables(ctx context.Context, tx *sql.Tx, cause error) []string {
	var refused *RefusedError
	isRefused := errors.As(cause, &refused)
	code := pgerr.Code(cause)
	if !r.ranData || !isRefused && !strings.HasPrefix(code, "22") && !strings.HasPrefix(code, "23") {
		return nil
	}
	if _, err := tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT elizago_data"); err != nil {
		return nil
	}
	var list string
	err := tx.QueryRowContext(ctx, `SELECT coalesce(string_agg(pg_catalog.format('%I.%I', schemaname, relname), E'\n'), '')
		FROM pg_catalog.pg_stat_xact_user_tables
		WHERE schemaname <> $1 AND coalesce(seq_scan, 0) + coalesce(idx_scan, 0) + n_tup_ins + n_tup_upd + n_tup_del > 0`,
		catalog.OneRoundTrip, string(r.engine.history)).Scan(&list)
	if err != nil || list == "" {
		return nil // track_counts is off
	}
	tables := strings.Split(list, "\n")
	for _, c := range r.classified {
		if k := c.Difference.Key; k.Table != "" {
			var name string
			if err := tx.QueryRowContext(ctx, "SELECT pg_catalog.format('%I.%I', $1::text, $2::text)", catalog.OneRoundTrip, k.Namespace, k.Table).Scan(&name); err != nil {
				return nil
			}
			tables = append(tables, name)
		}
	}
	slices.Sort(tables)
	return slices.Compact(tables)
}

// tryAgain returns a *triedError if the newest run was one of the same program on the
// same rows, with the same data migrations, and failed.
func (r *run) tryAgain(ctx context.Context, tx *sql.Tx, past past) error {
	if r.options.GoBack || !past.exists || !r.pendingData(past) {
		return nil
	}
	var last tried
	e := triedError{program: r.engine.program}
	var text, changes []byte
	err := tx.QueryRowContext(ctx, r.engine.history.in(`SELECT outcome, error, changes, coalesce(versions -> 'tried', '{}')
		FROM migrations.runs ORDER BY id DESC LIMIT 1`), catalog.OneRoundTrip).Scan(&e.outcome, &e.text, &changes, &text)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("migration: read the newest run of the history: %w", err)
	}
	if err := json.Unmarshal(text, &last); err != nil || last.Key == "" {
		return nil //nolint:nilerr // of another version
	}
	if same, err := r.sameKey(ctx, tx, last); err != nil || !same {
		return err
	}
	var all []plan.Change
	if e.outcome == "refused" && json.Unmarshal(changes, &all) == nil {
		all = slices.DeleteFunc(all, func(c plan.Change) bool { return !c.Refused })
		e.refused = &RefusedError{Changes: all, program: r.engine.program}
	}
	return &e
}

// sameKey reports whether the key of a run would be the same now. A table that
// cannot be read, as it is a view by now, is not the same.
func (r *run) sameKey(ctx context.Context, tx *sql.Tx, last tried) (bool, error) {
	if executable() == "" {
		return false, nil
	}
	same := false
	err := either(ctx, tx, func() error {
		key, err := r.triedKey(ctx, tx, last.Tables)
		same = err == nil && key == last.Key
		return err
	}, func() error { return nil })
	return same, err
}

// triedKey returns the key of a run as it would be now.
func (r *run) triedKey(ctx context.Context, tx *sql.Tx, tables []string) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, executable(), r.desired.Hash(r.versions), r.options.Force)
	for i := range r.desired.Units {
		for _, m := range r.desired.Units[i].Data {
			fmt.Fprintln(sum, r.desired.Units[i].Namespace, m.Name, m.Position, runtime.FuncForPC(reflect.ValueOf(m.Run).Pointer()).Name())
		}
	}
	for _, t := range tables {
		var there bool
		if err := tx.QueryRowContext(ctx, "SELECT pg_catalog.to_regclass($1) IS NOT NULL", catalog.OneRoundTrip, t).Scan(&there); err != nil {
			return "", fmt.Errorf("migration: look for table %s: %w", t, err)
		}
		rows := "none"
		if there {
			// Every version of a row has another place or another transaction.
			err := tx.QueryRowContext(ctx, `SELECT count(*)::text || ' ' || coalesce(sum(pg_catalog.hashtextextended(ctid::text || ' ' || xmin::text, 0)), 0)::text
				FROM ONLY `+t, catalog.OneRoundTrip).Scan(&rows)
			if err != nil {
				return "", fmt.Errorf("migration: look for changes in table %s: %w", t, err)
			}
		}
		fmt.Fprintln(sum, t, rows)
	}
	return hex.EncodeToString(sum.Sum(nil)[:16]), nil
}

// rememberTried returns what history keeps of a transaction that has failed and not
// ended yet: the rows as they were before its data migrations, so that rows which
// others correct meanwhile count as changed. Another connection reads them; where
// there is none, and of tables that take long to read, nothing is kept, and the data
// migrations run again.
func (r *run) rememberTried(ctx context.Context, tx *sql.Tx, cause error) tried {
	tables := r.triedTables(ctx, tx, cause)
	if len(tables) == 0 || executable() == "" || r.engine.db.Stats().MaxOpenConnections == 1 {
		return tried{}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	before, err := r.engine.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return tried{}
	}
	defer func() { _ = before.Rollback() }()
	if _, err := before.ExecContext(ctx, "SET TRANSACTION SNAPSHOT "+catalog.Literal(r.snapshot)); err != nil {
		return tried{}
	}
	key, err := r.triedKey(ctx, before, tables)
	if err != nil {
		return tried{}
	}
	return tried{Key: key, Tables: tables}
}

// executable identifies the program by its file, if that can be read: its code may have changed while
// all names and versions stayed.
var executable = sync.OnceValue(func() string {
	// On Linux the file that runs, and not one that a deployment has put in its
	// place.
	file, err := os.Open("/proc/self/exe")
	if err != nil {
		path, err := os.Executable()
		if err != nil {
			return ""
		}
		if file, err = os.Open(path); err != nil {
			return ""
		}
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return ""
	}
	return hex.EncodeToString(sum.Sum(nil))
})
