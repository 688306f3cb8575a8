package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/elizago/elizago/core"
)

// batchRounds is how often both are measured in turn.
const batchRounds = 3

// batchWork saves many memories with vectors at once into empty tables with all
// their indexes, and for comparison copies the same rows into the same tables
// by INSERT ... SELECT.
func batchWork(ctx context.Context, s *store) (*results, error) {
	conn, err := s.bare(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	vectors := newDataset(s.work.Data, s.work.Rows, 0).Stored
	var ours, bare []time.Duration
	for round := range batchRounds {
		memories := make([]*core.Memory, len(vectors))
		for i, vector := range vectors {
			memories[i] = s.memory(i, vector)
		}
		took, err := clock(func() error { return s.CreateMemories(ctx, memories) })
		if err != nil {
			return nil, err
		}
		ours = append(ours, took)
		if round == 0 {
			if err := setAside(ctx, conn); err != nil {
				return nil, err
			}
		}
		if err := emptied(ctx, conn); err != nil {
			return nil, err
		}
		if took, err = clock(func() error { return insertSelect(ctx, conn) }); err != nil {
			return nil, err
		}
		bare = append(bare, took)
		if err := emptied(ctx, conn); err != nil {
			return nil, err
		}
	}
	return &results{Metrics: map[string]float64{
		"batch_ms":      milliseconds(quantile(ours, 0.5)),
		"bare_ms":       milliseconds(quantile(bare, 0.5)),
		"batch_per_s":   perSecond(s.work.Rows, quantile(ours, 0.5)),
		"bare_per_s":    perSecond(s.work.Rows, quantile(bare, 0.5)),
		"batch_best_ms": milliseconds(quantile(ours, 0)),
		"bare_best_ms":  milliseconds(quantile(bare, 0)),
	}}, nil
}

var batchTables = []string{"memories", "embeddings"}

// setAside copies the rows of both tables to tables without indexes.
func setAside(ctx context.Context, conn *pgx.Conn) error {
	for _, table := range batchTables {
		_, err := conn.Exec(ctx, fmt.Sprintf("CREATE TABLE aside_%s AS SELECT * FROM %[1]s; ANALYZE aside_%[1]s", table))
		if err != nil {
			return err
		}
	}
	// As when ours are saved, in case some have been indexed already.
	_, err := conn.Exec(ctx, "UPDATE aside_embeddings SET indexed = false WHERE indexed")
	return err
}

// emptied empties the tables, and runs a checkpoint.
func emptied(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "TRUNCATE "+strings.Join(batchTables, ", ")+" CASCADE")
	if err != nil {
		return err
	}
	return checkpoint(ctx, conn)
}

func insertSelect(ctx context.Context, conn *pgx.Conn) error {
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		for _, table := range batchTables {
			columns, err := plainColumns(ctx, tx.Conn(), table)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, fmt.Sprintf("INSERT INTO %s (%s) SELECT %[2]s FROM aside_%[1]s", table, columns)); err != nil {
				return err
			}
		}
		return nil
	})
}

// plainColumns lists the columns that are not generated.
func plainColumns(ctx context.Context, conn *pgx.Conn, table string) (string, error) {
	var names string
	err := conn.QueryRow(ctx, `
		SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`, table).Scan(&names)
	return names, err
}
