package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/pgvector/pgvector-go"
	pgxvector "github.com/pgvector/pgvector-go/pgx"
)

// registerVector makes pgx send vectors in binary, the fastest format.
func registerVector(ctx context.Context, conn *pgx.Conn) error {
	return pgxvector.RegisterTypes(ctx, conn)
}

// rowOf is a row written by our adapter, for bare statements that write the
// same columns with the same kinds of values.
type rowOf struct {
	table   string
	columns []string
	values  []any
}

// sampleRow returns any row, without columns that are NULL or generated.
func sampleRow(ctx context.Context, conn *pgx.Conn, table string) (*rowOf, error) {
	generated, err := generatedColumns(ctx, conn, table)
	if err != nil {
		return nil, err
	}
	rows, err := conn.Query(ctx, "SELECT * FROM "+table+" LIMIT 1")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !rows.Next() {
		return nil, fmt.Errorf("table %s is empty: %w", table, rows.Err())
	}
	values, err := rows.Values()
	if err != nil {
		return nil, err
	}
	sample := &rowOf{table: table}
	for i, field := range rows.FieldDescriptions() {
		if values[i] != nil && !generated[field.Name] {
			sample.columns = append(sample.columns, field.Name)
			sample.values = append(sample.values, values[i])
		}
	}
	return sample, nil
}

func generatedColumns(ctx context.Context, conn *pgx.Conn, table string) (map[string]bool, error) {
	rows, err := conn.Query(ctx, `
		SELECT attname FROM pg_attribute
		WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated <> ''`, table)
	if err != nil {
		return nil, err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	generated := map[string]bool{}
	for _, name := range names {
		generated[name] = true
	}
	return generated, err
}

// insert returns the statement that writes such a row.
func (r *rowOf) insert() string {
	places := make([]string, len(r.columns))
	names := make([]string, len(r.columns))
	for i, name := range r.columns {
		places[i] = fmt.Sprintf("$%d", i+1)
		names[i] = pgx.Identifier{name}.Sanitize()
	}
	return fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", r.table, strings.Join(names, ", "), strings.Join(places, ", "))
}

// with returns the row's values for another memory.
func (r *rowOf) with(id, memory uuid.UUID, vector []float32) []any {
	values := make([]any, len(r.values))
	for i, value := range r.values {
		switch _, isVector := value.(pgvector.Vector); {
		case isVector:
			value = pgvector.NewVector(vector)
		case r.columns[i] == "id":
			value = id
		case r.columns[i] == "memory_id":
			value = memory
		}
		values[i] = value
	}
	return values
}
