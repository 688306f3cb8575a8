package pgpool

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/pgvector/pgvector-go"
	pgxvector "github.com/pgvector/pgvector-go/pgx"
)

// vectors makes pgx send and receive vectors in binary, which neither side has to
// format or parse. The type's OID differs by database, and exists only once the
// extension does. A connection that does not know it sends text.
type vectors struct {
	oid   atomic.Uint32
	asked atomic.Int64 // when last, in nanoseconds
}

// lookUpEvery is how often the OID is looked up while there is none.
const lookUpEvery = 100 * time.Millisecond

// register makes a connection know the type.
func (v *vectors) register(ctx context.Context, conn *pgx.Conn) {
	oid := v.oid.Load()
	if oid == 0 {
		oid = v.lookUp(ctx, conn)
	}
	if _, known := conn.TypeMap().TypeForOID(oid); oid != 0 && !known {
		conn.TypeMap().RegisterType(&pgtype.Type{Name: "vector", OID: oid, Codec: vectorCodec{}})
	}
}

// lookUp asks for the number. Where that fails, what the connection is wanted
// for will fail as well, and say so.
func (v *vectors) lookUp(ctx context.Context, conn *pgx.Conn) uint32 {
	now, asked := time.Now().UnixNano(), v.asked.Load()
	if now-asked < int64(lookUpEvery) || !v.asked.CompareAndSwap(asked, now) {
		return 0
	}
	results, err := conn.PgConn().Exec(ctx, "SELECT to_regtype('public.vector')::oid").ReadAll()
	if err != nil || len(results) != 1 || len(results[0].Rows) != 1 {
		return 0
	}
	oid, err := strconv.ParseUint(string(results[0].Rows[0][0]), 10, 32)
	if err != nil {
		return 0 // NULL: there is no such type
	}
	v.oid.Store(uint32(oid))
	return uint32(oid)
}

// vectorCodec is pgvector-go's, for database/sql as well: that takes types that
// it does not know as text.
type vectorCodec struct{ pgxvector.VectorCodec }

// PlanScan implements pgtype.Codec.
func (c vectorCodec) PlanScan(m *pgtype.Map, oid uint32, format int16, target any) pgtype.ScanPlan {
	if _, text := target.(*string); text && format == pgx.BinaryFormatCode {
		return vectorText{}
	}
	return c.VectorCodec.PlanScan(m, oid, format, target)
}

// vectorText scans a vector in binary into its text.
type vectorText struct{}

func (vectorText) Scan(sent []byte, into any) error {
	var v pgvector.Vector
	if err := v.DecodeBinary(sent); err != nil {
		return err
	}
	*into.(*string) = v.String()
	return nil
}
