package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/elizago/elizago/migration/entpg"
)

// Booking declares what Note and Label do not.
type Booking struct{ ent.Schema }

func (Booking) Fields() []ent.Field {
	return []ent.Field{
		entpg.ID(),
		entpg.CreatedAt(),
		field.Int64("number").Optional().Immutable().
			Annotations(entpg.Identity(entpg.IdentityColumn{Always: true, Start: 1000, Increment: 10})),
		field.Int32("rank").Optional().Annotations(entpg.Identity(entpg.IdentityColumn{})),
		entpg.Text("room").Annotations(entpg.RenamedFrom("place")),
		entpg.Text("handle").Comment(`Said "aloud" in C:\hotel.`).Annotations(entsql.DefaultExpr(`'"' || 'a\b'`)),
		field.Time("starts").Comment("The first moment."),
		field.Time("ends").Default(time.Now),
		field.Bool("cancelled").Default(false),
		entpg.Enum("mood", "mood_type", "sad", "fine", "so-so", "happy").Default("fine").
			Annotations(entsql.WithComments(true)).Comment("How the guest is."),
		entpg.Enum("mood_before", "mood_type", "sad", "fine", "so-so", "happy").Optional().Nillable(),
		entpg.Int64Array("scores"),
		entpg.UUIDArray("guests").Optional(),
		entpg.TextArray("wishes").Optional(),
		entpg.Object("extras").Optional(),
		entpg.SparseVector("terms", 30000).Optional().Nillable(),
		entpg.Vector("large", 3072).Optional().Nillable(),
		entpg.Vector("small", 8).Optional().Nillable().Annotations(entpg.ColumnStorage(entpg.StoragePlain)),
		field.UUID("host_id", uuid.UUID{}).Optional().Nillable().
			Annotations(entpg.ForeignKey(entpg.Reference{
				Name: "bookings_host", RefNamespace: "public", RefTable: "entities", RefColumn: "id",
				OnDelete: entpg.SetNull, OnUpdate: entpg.Cascade, Deferral: entpg.InitiallyDeferred,
			})),
		field.UUID("previous_id", uuid.UUID{}).Optional().Nillable().
			Annotations(entpg.ForeignKey(entpg.Reference{
				RefTable: "bookings", RefColumn: "id", OnDelete: entpg.NoAction, Deferral: entpg.Deferrable,
			})),
	}
}

func (Booking) Indexes() []ent.Index {
	return []ent.Index{index.Fields("room", "starts").StorageKey("bookings_room_starts")}
}

func (Booking) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entpg.Namespace("notes"),
		entsql.WithComments(true),
		schema.Comment(`Rooms and who "has" them.`),
		entsql.Checks(map[string]string{"bookings_order": "starts < ends"}),
		entpg.RenamedFrom("reservations"),
		entpg.Extensions("btree_gist", "pg_trgm"),
		entpg.Storage(map[string]string{"fillfactor": "80", "autovacuum_vacuum_scale_factor": "0.02"}),
		entpg.Indexes(
			entpg.IVFFlat("bookings_small", "small", entpg.VectorL2, 10),
			entpg.HNSWHalf("bookings_large", "large", 3072, entpg.HalfVectorIP),
			entpg.HNSW("bookings_terms", "terms", entpg.SparseVectorCosine),
			entpg.Index{
				Name: "bookings_handle", Unique: true, NullsNotDistinct: true, Include: []string{"room"}, Where: "NOT cancelled",
				Parts: []entpg.Part{{Expr: "lower(handle)", Collation: "C", Desc: true, Nulls: entpg.NullsLast}},
			},
			entpg.Index{Name: "bookings_search", Using: "gin", Parts: []entpg.Part{{Column: "handle", OpClass: "gin_trgm_ops"}}},
		),
		entpg.UniqueKeys(entpg.UniqueKey{
			Name: "bookings_rank", Columns: []string{"room", "rank"}, Include: []string{"handle"},
			NullsNotDistinct: true, Deferral: entpg.InitiallyDeferred,
		}),
		entpg.Exclusions(entpg.Exclusion{
			Name: "bookings_overlap",
			Parts: []entpg.ExclusionPart{
				{Column: "room", Operator: "="},
				{Expr: "tstzrange(starts, ends)", Operator: "&&"},
			},
			Where: "NOT cancelled", Deferral: entpg.Deferrable,
		}),
		entpg.ForceRowLevelSecurity(),
		entpg.Policies(
			entpg.Policy{Name: "all_rows", Using: "true"},
			entpg.Policy{Name: "no_past", Restrictive: true, For: entpg.Insert, To: []string{"pg_read_all_data"}, Check: "ends > now()"},
		),
		entpg.Online("bookings_handle", "bookings_host", "bookings_order"),
	}
}
