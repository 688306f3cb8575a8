package pgtx

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/elizago/elizago/internal/pgpool"
)

// Vector stands for the schema of pgvector in hand-written statements, before
// types, functions and operators: $1::@pgvector.halfvec, OPERATOR(@pgvector.<=>).
// The extension may be in any schema, and the search_path lacks it as a rule.
const Vector = "@pgvector"

// onVectors calls do with the statement as the connection's database
// understands it.
func onVectors(ctx context.Context, conn *pgx.Conn, statement string, do func(statement string) error) error {
	if !strings.Contains(statement, Vector+".") {
		return do(statement)
	}
	schema, err := pgpool.VectorSchema(ctx, conn)
	if err != nil {
		return err
	}
	err = do(strings.ReplaceAll(statement, Vector+".", schema+"."))
	var refused *pgconn.PgError
	if errors.As(err, &refused) && slices.Contains(codesOfMissing, refused.Code) {
		pgpool.ForgetVectorSchema(conn)
	}
	return err
}

// codesOfMissing are the codes of a schema, type, function or operator that does
// not exist.
var codesOfMissing = []string{"3F000", "42704", "42883"}
