package catalog

import (
	"context"
	"database/sql"
	"fmt"
)

// OwnSequence is the default of a serial column in Object.Expr: the next value of
// a sequence that belongs to the column. The sequence's name follows neither its
// table nor its column when they are renamed, so it is not compared.
const OwnSequence = "nextval(its own sequence)"

// Sequence is a sequence that belongs to a column.
type Sequence struct {
	// Name is qualified and quoted, Local is not qualified.
	Name, Local string
	// Identity reports that it counts an identity column, so that it cannot be
	// without it. Otherwise it is owned by the column, as a serial column's is.
	Identity bool
	// Upwards reports that its numbers grow.
	Upwards bool
	// Shared reports that something else than the column's default uses it.
	Shared bool
}

// sequencesSQL lists the sequences of the column $3 of the table $1.$2.
const sequencesSQL = `
SELECT sn.nspname, s.relname, d.deptype = 'i', seq.seqincrement > 0, EXISTS (
	SELECT 1
	FROM pg_catalog.pg_depend o
	LEFT JOIN pg_catalog.pg_attrdef ad ON o.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND ad.oid = o.objid
	WHERE o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND o.refobjid = s.oid AND o.deptype = 'n'
		AND (ad.adrelid, ad.adnum) IS DISTINCT FROM (a.attrelid, a.attnum))
FROM pg_catalog.pg_class t
JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid
JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = t.oid
	AND d.refobjsubid = a.attnum AND d.classid = d.refclassid AND d.deptype IN ('a', 'i')
JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_catalog.pg_sequence seq ON seq.seqrelid = s.oid
JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
WHERE n.nspname = $1 AND t.relname = $2 AND a.attname = $3
ORDER BY 3 DESC, 1, 2`

// SequencesOf returns the sequences of a column, that of an identity first.
func SequencesOf(ctx context.Context, tx *sql.Tx, column Key) ([]Sequence, error) {
	rows, err := tx.QueryContext(ctx, sequencesSQL, OneRoundTrip, column.Namespace, column.Table, column.Name)
	if err != nil {
		return nil, fmt.Errorf("migration: read the sequences of %s: %w", column, err)
	}
	defer rows.Close()
	var out []Sequence
	for rows.Next() {
		var s Sequence
		var namespace, name string
		if err := rows.Scan(&namespace, &name, &s.Identity, &s.Upwards, &s.Shared); err != nil {
			return nil, fmt.Errorf("migration: read the sequences of %s: %w", column, err)
		}
		s.Name, s.Local = Relation(namespace, name), Quote(name)
		out = append(out, s)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("migration: read the sequences of %s: %w", column, err)
	}
	return out, nil
}

// FreeName returns the qualified, quoted name of a relation that does not exist:
// the given one, or one with a number.
func FreeName(ctx context.Context, tx *sql.Tx, namespace, name string) (string, error) {
	var out string
	err := tx.QueryRowContext(ctx, `
SELECT format('%I.%I', $1::text, c.name)
FROM generate_series(0, 10000) AS n
CROSS JOIN LATERAL (SELECT left($2, 55) || CASE WHEN n > 0 THEN n::text ELSE '' END) AS c (name)
WHERE NOT EXISTS (
	SELECT 1 FROM pg_catalog.pg_class r JOIN pg_catalog.pg_namespace s ON s.oid = r.relnamespace
	WHERE s.nspname = $1 AND r.relname = c.name)
ORDER BY n LIMIT 1`, OneRoundTrip, namespace, name).Scan(&out)
	if err != nil {
		return "", fmt.Errorf("migration: find a name for a sequence of %s: %w", namespace, err)
	}
	return out, nil
}
