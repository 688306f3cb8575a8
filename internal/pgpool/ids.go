package pgpool

import (
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
	pgxuuid "github.com/vgarvardt/pgx-google-uuid/v5"
)

// registerIDs makes pgx write and read ids in binary. By default it uses their
// database/sql methods, and so text.
func registerIDs(types *pgtype.Map) {
	pgxuuid.Register(types)
	types.RegisterType(&pgtype.Type{Name: "uuid", OID: pgtype.UUIDOID, Codec: idCodec{}})
	// Without asking the server, pgx does not know the type of a list of them.
	types.RegisterDefaultPgType([]uuid.UUID(nil), "_uuid")
}

// idCodec is pgxuuid's, but for reading: pgx asks an id's database/sql method
// before what pgxuuid makes of it, and a codec before either.
type idCodec struct{ pgxuuid.UUIDCodec }

// PlanScan implements pgtype.Codec.
func (c idCodec) PlanScan(types *pgtype.Map, oid uint32, format int16, into any) pgtype.ScanPlan {
	switch id := into.(type) {
	case *uuid.UUID:
		return idPlan{c.UUIDCodec.PlanScan(types, oid, format, (*scannedID)(id))}
	case *uuid.NullUUID:
		return nullIDPlan{c.UUIDCodec.PlanScan(types, oid, format, (*pgxuuid.NullUUID)(id))}
	}
	return c.UUIDCodec.PlanScan(types, oid, format, into)
}

// scannedID takes NULL as the zero id, as its database/sql method does.
type scannedID uuid.UUID

// ScanUUID implements pgtype.UUIDScanner.
func (i *scannedID) ScanUUID(value pgtype.UUID) error {
	*i = value.Bytes
	return nil
}

type idPlan struct{ pgtype.ScanPlan }

// Scan implements pgtype.ScanPlan.
func (p idPlan) Scan(from []byte, into any) error {
	return p.ScanPlan.Scan(from, (*scannedID)(into.(*uuid.UUID)))
}

type nullIDPlan struct{ pgtype.ScanPlan }

// Scan implements pgtype.ScanPlan.
func (p nullIDPlan) Scan(from []byte, into any) error {
	return p.ScanPlan.Scan(from, (*pgxuuid.NullUUID)(into.(*uuid.NullUUID)))
}
