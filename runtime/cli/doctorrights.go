package cli

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/runtime"
)

// rightsSQL returns the statements that grant the role what it lacks on the tables
// $2 in the schemas $1.
const rightsSQL = `
WITH tables AS (
	SELECT n.nspname, n.oid AS schema, c.relname, c.oid
	FROM unnest($1::text[], $2::text[]) AS declared (namespace, name)
	JOIN pg_catalog.pg_namespace n ON n.nspname = declared.namespace
	JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = declared.name AND c.relkind IN ('r', 'p')
), lacking AS (
	SELECT DISTINCT 1 AS rank, pg_catalog.format('GRANT USAGE ON SCHEMA %I TO %I;', nspname, current_user) AS statement
	FROM tables WHERE NOT pg_catalog.has_schema_privilege(schema, 'USAGE')
	UNION ALL
	SELECT 2, pg_catalog.format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I.%I TO %I;', nspname, relname, current_user)
	FROM tables WHERE NOT (pg_catalog.has_table_privilege(oid, 'SELECT') AND pg_catalog.has_table_privilege(oid, 'INSERT')
		AND pg_catalog.has_table_privilege(oid, 'UPDATE') AND pg_catalog.has_table_privilege(oid, 'DELETE'))
)
SELECT coalesce(string_agg(statement, ' ' ORDER BY rank, statement), '') FROM lacking`

// rights names the rights that the role lacks on the tables of the plugins.
func (d *doctor) rights(ctx context.Context, db core.Database, plugins []*core.Plugin) error {
	var namespaces, names []string
	for _, unit := range runtime.Units(plugins) {
		namespace, err := migration.NamespaceOf(unit)
		if err != nil {
			return err
		}
		for _, table := range unit.Schema.Tables {
			namespaces = append(namespaces, namespace)
			names = append(names, table.Name)
		}
	}
	var statements string
	if err := db.Pool().QueryRowContext(ctx, rightsSQL, namespaces, names).Scan(&statements); err != nil {
		return err
	}
	if statements != "" {
		return fmt.Errorf("the role lacks rights that agents need: run %s as the owner of the tables", statements)
	}
	return nil
}
