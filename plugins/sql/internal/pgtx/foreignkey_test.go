package pgtx

import (
	"testing"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// refusal is the server's error when the row of a plugin's table is in the way.
func refusal() *pgconn.PgError {
	return &pgconn.PgError{Code: pgerrcode.ForeignKeyViolation, SchemaName: "plugin", TableName: "rooms", ConstraintName: "to_room"}
}

func TestForeignKeysSayWhatToDo(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		err error
		say []string
	}{
		{(&inUseError{refusal(), refusal()}).explain("room a"), []string{"room a", "plugin.rooms", "to_room", "delete those first"}},
		{explainDeferred(refusal()), []string{"to_room", "rooms", "end of the transaction"}},
	} {
		for _, say := range tt.say {
			require.ErrorContains(t, tt.err, say)
		}
	}
}
