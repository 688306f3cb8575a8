package migration

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"github.com/jackc/pgerrcode"

	"github.com/elizago/elizago/internal/pgerr"
	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
	"github.com/elizago/elizago/migration/plan"
)

// server holds the properties of the database that a run depends on.
type server struct {
	role     string
	database string
	major    int
	// namespaces are the existing namespaces of the schema owners, with whether
	// the role may create in them.
	namespaces map[string]bool
	// extensions are the namespaces of the installed extensions that the schema
	// owners need.
	extensions map[string]string
	// available are the extensions that the server offers.
	available []string
	canCreate bool // in the database: namespaces, extensions
	hasPublic bool
	// readOnly says why the server takes no writes. Empty: it does.
	readOnly string
}

func inspectServer(ctx context.Context, tx *sql.Tx, d *desired.State) (*server, error) {
	s := &server{namespaces: make(map[string]bool), extensions: make(map[string]string)}
	var version int
	err := tx.QueryRowContext(ctx, `SELECT current_user, current_database(), current_setting('server_version_num')::int,
		has_database_privilege(current_database(), 'CREATE'), EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = 'public'),
		CASE
			WHEN pg_is_in_recovery() THEN 'it is a replica: connect to the primary'
			WHEN current_setting('transaction_read_only')::bool THEN coalesce((
				SELECT format('default_transaction_read_only is on for %s (hosting services set it when a disk is full): free space if that is the cause, then run ALTER %s RESET default_transaction_read_only, and start again',
					CASE WHEN r.oid IS NULL THEN 'database ' || quote_ident(d.datname) WHEN d.oid IS NULL THEN 'role ' || quote_ident(r.rolname)
						ELSE format('role %I in database %I', r.rolname, d.datname) END,
					CASE WHEN r.oid IS NULL THEN 'DATABASE ' || quote_ident(d.datname) WHEN d.oid IS NULL THEN 'ROLE ' || quote_ident(r.rolname)
						ELSE format('ROLE %I IN DATABASE %I', r.rolname, d.datname) END)
				FROM pg_catalog.pg_db_role_setting x
				LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.setrole
				LEFT JOIN pg_catalog.pg_database d ON d.oid = x.setdatabase
				WHERE (r.oid IS NULL OR r.rolname = session_user) AND (d.oid IS NULL OR d.datname = current_database())
					AND EXISTS (SELECT 1 FROM unnest(x.setconfig) s WHERE s IN ('default_transaction_read_only=on', 'default_transaction_read_only=true', 'default_transaction_read_only=1', 'default_transaction_read_only=yes'))
				ORDER BY r.oid IS NULL, d.oid IS NULL LIMIT 1),
				'default_transaction_read_only is on, in the server''s configuration or in POSTGRES_URL: turn it off there (hosting services set it when a disk is full), and start again')
			ELSE '' END`, catalog.OneRoundTrip).
		Scan(&s.role, &s.database, &version, &s.canCreate, &s.hasPublic, &s.readOnly)
	if err != nil {
		return nil, fmt.Errorf("migration: ask the server what it allows: %w", err)
	}
	if err := s.inspectExtensions(ctx, tx, d); err != nil {
		return nil, err
	}
	s.major = version / 10000
	var names []string
	for i := range d.Units {
		if d.Units[i].Model != nil {
			names = append(names, d.Units[i].Namespace)
		}
	}
	rows, err := tx.QueryContext(ctx, `SELECT nspname, has_schema_privilege(oid, 'CREATE') AND has_schema_privilege(oid, 'USAGE')
		FROM pg_catalog.pg_namespace WHERE nspname = ANY($1::text[])`, catalog.OneRoundTrip, names)
	if err != nil {
		return nil, fmt.Errorf("migration: ask the server what it allows: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		var may bool
		if err := rows.Scan(&name, &may); err != nil {
			return nil, fmt.Errorf("migration: ask the server what it allows: %w", err)
		}
		s.namespaces[name] = may
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: ask the server what it allows: %w", err)
	}
	return s, nil
}

// require returns an error with the command that an administrator must run if
// the role lacks a right that the run needs.
func (s *server) require(d *desired.State) error {
	if s.readOnly != "" {
		return unmet(nil, "the server takes no writes: %s", s.readOnly)
	}
	if !s.canCreate {
		return unmet(nil, "role %q may not create schemas in database %q: as an administrator run GRANT CREATE ON DATABASE %s TO %s",
			s.role, s.database, catalog.Quote(s.database), catalog.Quote(s.role))
	}
	for i := range d.Units {
		namespace := d.Units[i].Namespace
		if may, ok := s.namespaces[namespace]; ok && !may && d.Units[i].Model != nil {
			return unmet(nil, "role %q may not create tables in schema %q, where plugin %q has its own: as an administrator run GRANT CREATE, USAGE ON SCHEMA %s TO %s",
				s.role, namespace, d.Units[i].Plugin, catalog.Quote(namespace), catalog.Quote(s.role))
		}
	}
	return nil
}

func (s *server) inspectExtensions(ctx context.Context, tx *sql.Tx, d *desired.State) error {
	var names []string
	for i := range d.Units {
		names = append(names, d.Units[i].Extensions...)
	}
	if len(names) == 0 {
		return nil
	}
	rows, err := tx.QueryContext(ctx, `SELECT want.name, coalesce(n.nspname, ''),
			EXISTS (SELECT 1 FROM pg_catalog.pg_available_extensions a WHERE a.name = want.name)
		FROM unnest($1::text[]) AS want(name)
		LEFT JOIN pg_catalog.pg_extension e ON e.extname = want.name
		LEFT JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace`, catalog.OneRoundTrip, names)
	if err != nil {
		return fmt.Errorf("migration: ask the server for its extensions: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var name, namespace string
		var available bool
		if err := rows.Scan(&name, &namespace, &available); err != nil {
			return fmt.Errorf("migration: ask the server for its extensions: %w", err)
		}
		if namespace != "" {
			s.extensions[name] = namespace
		}
		if available {
			s.available = append(s.available, name)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("migration: ask the server for its extensions: %w", err)
	}
	return nil
}

// ensureExtensions creates the needed extensions that do not exist, in public,
// so that their types and operators are found from every namespace. It returns
// those that it created.
func (s *server) ensureExtensions(ctx context.Context, tx *sql.Tx, d *desired.State) ([]extension, error) {
	var out []extension
	for i := range d.Units {
		for _, name := range d.Units[i].Extensions {
			if s.extensions[name] != "" {
				continue
			}
			plugin := d.Units[i].Plugin
			x := extension{plugin: plugin, name: name}
			switch {
			case slices.Contains(s.available, name):
			case name == "vector":
				return nil, unmet(nil, "the server has no pgvector, which the tables with vectors need: install the package postgresql-%d-pgvector on it (for a private cluster: make setup), and start again", s.major)
			default:
				return nil, unmet(nil, "the server has no extension %q, which plugin %q needs: install it on the server, and start again", name, plugin)
			}
			if !s.hasPublic {
				if _, err := tx.ExecContext(ctx, createPublic(plugin).SQL); err != nil {
					return nil, fmt.Errorf("migration: create the schema public for the extension %s: %w", name, err)
				}
			}
			_, err := tx.ExecContext(ctx, x.statement().SQL)
			if pgerr.Is(err, pgerrcode.InsufficientPrivilege) {
				return nil, unmet(err, "role %q may not create the extension %s in database %q: as an administrator run %s in that database",
					s.role, name, s.database, x.statement().SQL)
			}
			if err != nil {
				return nil, fmt.Errorf("migration: create the extension %s for plugin %q: %w", name, plugin, err)
			}
			s.extensions[name] = "public"
			out = append(out, x)
		}
	}
	return out, nil
}

// createPublic returns the statement that creates the schema public, which a
// database may have lost.
func createPublic(plugin string) plan.Statement {
	return plan.Statement{Unit: plugin, SQL: "CREATE SCHEMA IF NOT EXISTS public", Comment: "create the schema public, for extensions", Transactional: true}
}

// extension is an extension that is created for a plugin.
type extension struct{ plugin, name string }

func (x extension) statement() plan.Statement {
	return plan.Statement{
		Unit: x.plugin, SQL: "CREATE EXTENSION IF NOT EXISTS " + extensionName(x.name) + " WITH SCHEMA public",
		Comment: "create the extension " + x.name, Transactional: true,
	}
}

func (x extension) change() plan.Change {
	return plan.Change{Unit: x.plugin, Kind: plan.AddExtension, Class: plan.Safe, Object: x.name}
}

// extensionName returns the name, quoted if necessary.
func extensionName(name string) string {
	if desired.IsPlain(name) {
		return name
	}
	return catalog.Quote(name)
}
