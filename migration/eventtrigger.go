package migration

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgerrcode"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/migration/internal/catalog"
)

// eventTriggerSQL returns the event triggers that are enabled and whose function is
// named in $1, the server's description of where an error occurred.
const eventTriggerSQL = `
SELECT t.evtname, format('%I.%I()', n.nspname, p.proname)
FROM pg_catalog.pg_event_trigger t
JOIN pg_catalog.pg_proc p ON p.oid = t.evtfoid
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE t.evtenabled <> 'D' AND position(p.proname || '()' IN $1) > 0
ORDER BY 1 LIMIT 1`

// nameEventTrigger adds to an error the event trigger of the database whose function
// raised it. The function runs with the search_path of a migration, which is empty.
func (e *Engine) nameEventTrigger(ctx context.Context, err error) error {
	server := pgerr.Server(err)
	if server == nil || server.Where == "" {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	var name, function string
	if e.db.QueryRowContext(ctx, eventTriggerSQL, catalog.OneRoundTrip, server.Where).Scan(&name, &function) != nil {
		return err
	}
	advice := fmt.Sprintf("if it is meant to forbid this, as an administrator run ALTER EVENT TRIGGER %s DISABLE while the migration runs, and start again", catalog.Quote(name))
	switch server.Code {
	case pgerrcode.UndefinedTable, pgerrcode.UndefinedFunction, pgerrcode.UndefinedObject, pgerrcode.UndefinedParameter, pgerrcode.InvalidSchemaName:
		advice = fmt.Sprintf("let the function find what it uses, as by ALTER FUNCTION %s SET search_path = public, and start again", function)
	}
	return fmt.Errorf("%w: this was raised by the event trigger %q of the database, which runs its function %s at each statement that creates or changes tables, with the search_path of the migration: %s",
		err, name, function, advice)
}

// eventTriggers lists the enabled event triggers of the database, or returns "".
func eventTriggers(ctx context.Context, tx *sql.Tx) (string, error) {
	var names string
	err := tx.QueryRowContext(ctx, "SELECT coalesce(string_agg(evtname, ', ' ORDER BY evtname), '') FROM pg_catalog.pg_event_trigger WHERE evtenabled <> 'D'",
		catalog.OneRoundTrip).Scan(&names)
	if err != nil {
		return "", fmt.Errorf("migration: look for event triggers: %w", err)
	}
	return names, nil
}
