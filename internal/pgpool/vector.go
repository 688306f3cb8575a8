package pgpool

import (
	"cmp"
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
// format or parse. The type's OID and its schema differ by database, and exist
// only once the extension does. A connection that does not know the OID sends
// text.
type vectors struct {
	oid    atomic.Uint32
	schema atomic.Pointer[string] // quoted; nil: unknown
	asked  atomic.Int64           // when last, in nanoseconds
}

// vectorsKey is the key of a pool's vectors in the custom data of a connection.
const vectorsKey = "elizago.vectors"

// lookUpEvery is how often the OID is looked up while there is none.
const lookUpEvery = 100 * time.Millisecond

// register makes a connection know the type, and the pool's schema of it.
func (v *vectors) register(ctx context.Context, conn *pgx.Conn) {
	conn.PgConn().CustomData()[vectorsKey] = v
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
	oid, _, _ := v.find(ctx, conn)
	return oid
}

// findVectorSQL reads where the extension is, wherever it was created.
const findVectorSQL = `SELECT t.oid, n.nspname FROM pg_catalog.pg_extension e
	JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
	JOIN pg_catalog.pg_type t ON t.typnamespace = e.extnamespace AND t.typname = 'vector'
	WHERE e.extname = 'vector'`

// find asks for OID and schema, and keeps them. Without the extension they are
// zero and empty.
func (v *vectors) find(ctx context.Context, conn *pgx.Conn) (oid uint32, schema string, err error) {
	results, err := conn.PgConn().Exec(ctx, findVectorSQL).ReadAll()
	if err != nil || len(results) != 1 || len(results[0].Rows) != 1 {
		return 0, "", err
	}
	row := results[0].Rows[0]
	number, err := strconv.ParseUint(string(row[0]), 10, 32)
	if err != nil {
		return 0, "", err
	}
	schema = pgx.Identifier{string(row[1])}.Sanitize()
	v.schema.Store(&schema)
	v.oid.Store(uint32(number))
	return uint32(number), schema, nil
}

// VectorSchema returns the quoted name of the schema that has pgvector's types
// and operators, such as "public" or "extensions". It asks the server if no
// connection of the pool has done so. Without the extension it is "public".
func VectorSchema(ctx context.Context, conn *pgx.Conn) (string, error) {
	v, ok := conn.PgConn().CustomData()[vectorsKey].(*vectors)
	if !ok {
		v = &vectors{} // a connection that is not of a pool
	} else if schema := v.schema.Load(); schema != nil {
		return *schema, nil
	}
	_, schema, err := v.find(ctx, conn)
	return cmp.Or(schema, `"public"`), err
}

// ForgetVectorSchema makes VectorSchema ask again, as after an error that says
// that a type does not exist: the extension may have been moved.
func ForgetVectorSchema(conn *pgx.Conn) {
	if v, ok := conn.PgConn().CustomData()[vectorsKey].(*vectors); ok {
		v.schema.Store(nil)
	}
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
