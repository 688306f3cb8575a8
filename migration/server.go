package migration

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// server is what the engine must know of the database before it changes it.
type server struct {
	role     string
	database string
	major    int
	// namespaces are those of the units' that exist, with whether the role
	// may create in them.
	namespaces map[string]bool
	// vectorIn is the namespace of the extension vector, "" when it is not
	// there.
	vectorIn string
	// vectorAvailable says whether the server could create it.
	vectorAvailable bool
	canCreate       bool // in the database: namespaces, extensions
}

func inspectServer(ctx context.Context, tx *sql.Tx, d *desired) (*server, error) {
	s := &server{namespaces: make(map[string]bool)}
	var version int
	err := tx.QueryRowContext(ctx, `SELECT current_user, current_database(), current_setting('server_version_num')::int,
		has_database_privilege(current_database(), 'CREATE'),
		coalesce((SELECT n.nspname FROM pg_catalog.pg_extension e
			JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector'), ''),
		EXISTS (SELECT 1 FROM pg_catalog.pg_available_extensions WHERE name = 'vector')`, oneRoundTrip).
		Scan(&s.role, &s.database, &version, &s.canCreate, &s.vectorIn, &s.vectorAvailable)
	if err != nil {
		return nil, fmt.Errorf("migration: ask the server what it allows: %w", err)
	}
	s.major = version / 10000
	var names []string
	for i := range d.units {
		if d.units[i].schema != nil {
			names = append(names, d.units[i].namespace)
		}
	}
	rows, err := tx.QueryContext(ctx, `SELECT nspname, has_schema_privilege(oid, 'CREATE') AND has_schema_privilege(oid, 'USAGE')
		FROM pg_catalog.pg_namespace WHERE nspname = ANY($1::text[])`, oneRoundTrip, names)
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

// require names the command that an administrator must run where the role may
// not do what the engine needs to do.
func (s *server) require(d *desired) error {
	if !s.canCreate {
		return fmt.Errorf("migration: role %q may not create schemas in database %q: as an administrator run GRANT CREATE ON DATABASE %s TO %s",
			s.role, s.database, quoted(s.database), quoted(s.role))
	}
	for i := range d.units {
		namespace := d.units[i].namespace
		if may, ok := s.namespaces[namespace]; ok && !may && d.units[i].schema != nil {
			return fmt.Errorf("migration: role %q may not create tables in schema %q, where plugin %q has its own: as an administrator run GRANT CREATE, USAGE ON SCHEMA %s TO %s",
				s.role, namespace, d.units[i].Plugin, quoted(namespace), quoted(s.role))
		}
	}
	return nil
}

// ensureVector creates the extension where a unit needs it. It goes into
// public, so that its types and operators are found from everywhere.
func (s *server) ensureVector(ctx context.Context, tx *sql.Tx, d *desired) error {
	if s.vectorIn != "" || d.needsVector() == "" {
		return nil
	}
	if !s.vectorAvailable {
		return fmt.Errorf("migration: the server has no pgvector, which the tables with vectors need: install the package postgresql-%d-pgvector on it (for a private cluster: make setup), and start again", s.major)
	}
	_, err := tx.ExecContext(ctx, createVector)
	if state(err) == insufficientPrivilege {
		return fmt.Errorf("migration: role %q may not create the extension vector in database %q: as an administrator run %s in that database: %w",
			s.role, s.database, createVector, err)
	}
	if err != nil {
		return fmt.Errorf("migration: create the extension vector: %w", err)
	}
	s.vectorIn = "public"
	return nil
}

const createVector = "CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public"

// searchPath is where names without a namespace are looked up in the author's
// words: public, and wherever vector is.
func (s *server) searchPath() string {
	path := []string{quoted("public")}
	if s.vectorIn != "" && s.vectorIn != "public" {
		path = append(path, quoted(s.vectorIn))
	}
	return strings.Join(path, ", ")
}
