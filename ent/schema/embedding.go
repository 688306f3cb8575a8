package schema

import (
	"fmt"
	"strconv"
	"strings"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"github.com/google/uuid"

	"github.com/elizago/elizago/migration/entpg"
)

// Embedding holds the vector of a memory, in the column of its dimension, and
// beside it what a search filters by, so that no row of memories is read before
// the nearest are known. The copies are the memory's own values and never change
// but for world_id, which a foreign key clears in both tables.
//
// A new row is fresh: not indexed. To insert a vector into an HNSW graph takes
// several times as long as all else that is written for a memory, so it is done
// later and by somebody else (plugins/sql/indexer.go). A search walks the graph
// and compares with the fresh rows one by one.
type Embedding struct{ ent.Schema }

// Mixin implements ent.Interface.
func (Embedding) Mixin() []ent.Mixin { return []ent.Mixin{public{}} }

// dimensions are the lengths of vectors that have a column.
var dimensions = []int{384, 512, 768, 1024, 1536, 3072}

// isDimension is a CHECK for a number that may be NULL.
func isDimension(column string) string {
	return column + " IN (384, 512, 768, 1024, 1536, 3072)"
}

// Fields implements ent.Interface. What de-duplication reads of every row comes
// first, then what a search compares: PostgreSQL steps over all that stands before
// a value, and each 64 bytes more have to come from memory. What else a search is
// narrowed by is mostly looked up in an index. created_at is when the memory was
// made, not the vector.
func (Embedding) Fields() []ent.Field {
	fields := []ent.Field{
		entpg.ID(),
		// Of two vectors of length one, no part is farther apart than the whole.
		// So this part tells of most rows that they are not nearly the same,
		// without the vector being read (plugins/sql/dedup.go).
		entpg.HalfVector("sketch", 0).Optional().Nillable().
			Annotations(entpg.Generated(sketch()), entpg.ColumnStorage(entpg.StoragePlain)).
			Comment("The beginning of the vector, of length one; NULL where there are two vectors."),
		ref("agent_id"),
		field.Bool("indexed").Default(false).Annotations(entsql.DefaultExpr("false")).
			Comment("Whether the HNSW index has the row."),
		entpg.Text("type"),
	}
	for _, n := range dimensions {
		fields = append(fields, entpg.Vector(column(n), n).Optional().Nillable())
	}
	fields = append(fields,
		// What a search compares with. It is half as long as the vector, and stays
		// in the row. PostgreSQL moves the longest values that it may out of a row
		// of more than 2 kB, and so the vector, which is read only of what may be
		// among the nearest (plugins/sql/searchexact.go).
		entpg.HalfVector("half", 0).Optional().Nillable().
			Annotations(entpg.Generated(half()), entpg.ColumnStorage(entpg.StoragePlain)).
			Comment("The vector in half precision, of length one; NULL where there are two vectors."),
		// Unique by its edge: a memory has one vector.
		field.UUID("memory_id", uuid.UUID{}),
		optionalRef("entity_id"),
		optionalRef("room_id"),
		optionalRef("world_id"),
	)
	return append(fields, entpg.Timestamps{}.Fields()...)
}

// Edges implements ent.Interface. A row goes with its memory, and a memory with
// its agent, room and entity; only a world may go alone.
func (Embedding) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("memory", Memory.Type).Ref("embedding").Unique().Required().Field("memory_id"),
		toOptional("world", World.Type, fk{"embeddings", "world_id", "worlds", entsql.SetNull}),
	}
}

// Indexes implements ent.Interface. They find the few rows behind a narrow
// filter, whose vectors are then compared one by one.
func (Embedding) Indexes() []ent.Index {
	by := func(column, name string) ent.Index {
		return index.Fields(column, "type", "created_at").StorageKey(name)
	}
	return []ent.Index{
		by("agent_id", "idx_embeddings_agent_type_created"),
		by("room_id", "idx_embeddings_room_type_created"),
		by("world_id", "idx_embeddings_world_type_created"),
		by("entity_id", "idx_embeddings_entity_type_created"),
	}
}

// Annotations implements ent.Interface. A row has a second vector while its
// agent's are rebuilt with another dimension.
func (Embedding) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entsql.Checks(map[string]string{
			"embeddings_one_vector_check": "num_nonnulls(dim_384, dim_512, dim_768, dim_1024, dim_1536, dim_3072) IN (1, 2)",
		}),
		entpg.Indexes(append(hnsw(), entpg.Index{
			Name:  "idx_embeddings_fresh",
			Parts: []entpg.Part{{Column: "agent_id"}, {Column: "type"}},
			Where: "NOT indexed",
		})...),
	}
}

// SketchPart is of how many components of a vector one is in its sketch. Fewer
// would tell apart too little.
const SketchPart = 6

func sketch() string {
	return onlyVector("subvector(l2_normalize(%[1]s), 1, vector_dims(%[1]s) / " + strconv.Itoa(SketchPart) + ")::halfvec")
}

func half() string { return onlyVector("l2_normalize(%s)::halfvec") }

// onlyVector is an expression of a row's vector, NULL where it has two.
func onlyVector(expression string) string {
	columns := make([]string, len(dimensions))
	for i, n := range dimensions {
		columns[i] = column(n)
	}
	all := strings.Join(columns, ", ")
	return "CASE WHEN num_nonnulls(" + all + ") = 1 THEN " + fmt.Sprintf(expression, "COALESCE("+all+")") + " END"
}

// hnsw is one index per dimension, each over the indexed rows of that dimension
// alone. It holds half vectors: half of what a walk has to fetch from memory, and
// half of the disk, and pgvector indexes no others of more than 2,000 dimensions.
// They are of length one, since a half can be neither large nor small. A search
// must write them as the index does, and compares some more than it wants in full:
//
//	ORDER BY l2_normalize(dim_384)::halfvec(384) <=> l2_normalize($1)::halfvec(384)
func hnsw() []entpg.Index {
	var indexes []entpg.Index
	for _, n := range dimensions {
		name := fmt.Sprintf("idx_embeddings_dim_%d", n)
		half := entpg.HNSWHalf(name, "l2_normalize("+column(n)+")", n, entpg.HalfVectorCosine)
		half.Where = "indexed AND " + column(n) + " IS NOT NULL"
		indexes = append(indexes, half)
	}
	return indexes
}

func column(dimension int) string { return fmt.Sprintf("dim_%d", dimension) }
