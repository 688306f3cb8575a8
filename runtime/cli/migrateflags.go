package cli

import (
	"cmp"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/elizago/elizago/runtime"
)

// migrationFlags adds the flags for how tables are brought up to date. They
// override the environment.
func (p *program) migrationFlags(cmd *cobra.Command) {
	f, m := cmd.Flags(), &p.migration
	f.Var(timeout{&m.LockTimeout}, "lock-timeout", "wait for others who migrate or use the tables for this `TIME`; ELIZA_MIGRATION_LOCK_TIMEOUT or 1m otherwise")
	f.Var(timeout{&m.TableTimeout}, "table-timeout", "have a statement wait for a table for this `TIME` before it is retried; ELIZA_MIGRATION_TABLE_TIMEOUT or 2s otherwise")
	f.Var(timeout{&m.StatementTimeout}, "statement-timeout", "let one statement take this `TIME`; ELIZA_MIGRATION_STATEMENT_TIMEOUT or 10m otherwise")
	f.BoolVar(&m.Strict, "strict", false, "refuse a database that a newer version has migrated, on which a start goes on otherwise, and migrate apply goes back")
	f.BoolVar(&m.Full, "full", false, "compare all tables, also when nothing seems to have changed")
}

// migrationSettings are the flags, and the environment where there is none.
func (p *program) migrationSettings() runtime.Migration {
	m := p.migration
	m.Program, m.History = p.name, p.config.MigrationHistory
	m.LockTimeout = cmp.Or(m.LockTimeout, p.config.MigrationLockTimeout)
	m.TableTimeout = cmp.Or(m.TableTimeout, p.config.MigrationTableTimeout)
	m.StatementTimeout = cmp.Or(m.StatementTimeout, p.config.MigrationStatementTimeout)
	return m
}

// timeout is a time above zero as a flag. It implements pflag.Value.
type timeout struct{ time *time.Duration }

// Set implements pflag.Value.
func (t timeout) Set(text string) error {
	parsed, err := time.ParseDuration(text)
	if err != nil || parsed <= 0 {
		return errors.New(`give it a time above zero, such as "30s"`)
	}
	*t.time = parsed
	return nil
}

// String implements pflag.Value. Zero is not shown as a default.
func (t timeout) String() string {
	if t.time == nil || *t.time == 0 {
		return ""
	}
	return t.time.String()
}

// Type implements pflag.Value.
func (t timeout) Type() string { return "time" }
