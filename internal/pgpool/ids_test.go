package pgpool

import (
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/stretchr/testify/require"
)

// Ids are read by the codec, in either format, and NULL as before.
func TestIDs(t *testing.T) {
	t.Parallel()
	types := pgtype.NewMap()
	registerIDs(types)
	id := uuid.New()
	for format, sent := range map[int16][]byte{pgtype.BinaryFormatCode: id[:], pgtype.TextFormatCode: []byte(id.String())} {
		var (
			one  uuid.UUID
			null uuid.NullUUID
			text string
		)
		require.IsType(t, idPlan{}, types.PlanScan(pgtype.UUIDOID, format, &one))
		require.IsType(t, nullIDPlan{}, types.PlanScan(pgtype.UUIDOID, format, &null))
		require.NoError(t, types.Scan(pgtype.UUIDOID, format, sent, &one))
		require.Equal(t, id, one)
		require.NoError(t, types.Scan(pgtype.UUIDOID, format, sent, &null))
		require.Equal(t, uuid.NullUUID{UUID: id, Valid: true}, null)
		require.NoError(t, types.Scan(pgtype.UUIDOID, format, sent, &text))
		require.Equal(t, id.String(), text)
		var none uuid.UUID
		require.NoError(t, types.Scan(pgtype.UUIDOID, format, nil, &none))
		require.Zero(t, none)
		require.NoError(t, types.Scan(pgtype.UUIDOID, format, nil, &null))
		require.False(t, null.Valid)
	}
}
