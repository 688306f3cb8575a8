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
// copies of the columns that a search filters by, so that no row of memories is
// read before the nearest are known. The copies never change except for
// world_id, which a foreign key clears in both tables.
//
// A new row is not yet indexed. Inserting a vector into an HNSW index takes
// several times as long as all other writes of a memory, so a background job
// does it later (plugins/sql/indexer.go). A search scans the HNSW index and
// compares with the rows not yet indexed one by one.
type Embedding struct{ ent.Schema }

// Mixin implements ent.Interface.
func (Embedding) Mixin() []ent.Mixin { return []ent.Mixin{public{}} }

// dimensions are the vector lengths that have a column.
var dimensions = []int{384, 512, 768, 1024, 1536, 3072}

// isDimension returns a CHECK for a supported dimension or NULL.
func isDimension(column string) string {
	return column + " IN (384, 512, 768, 1024, 1536, 3072)"
}

// Fields implements ent.Interface. The columns that the duplicate check reads
// of every row come first, then those that a search compares: to reach a value
// PostgreSQL reads the columns before it, a cache line per 64 bytes. Other
// filter columns are mostly looked up in an index. created_at is the time of
// the memory, not of the vector.
func (Embedding) Fields() []ent.Field {
	fields := []ent.Field{
		entpg.ID(),
		// The prefix vector. A part of two unit vectors is never farther apart
		// than the whole, so it excludes most rows as duplicates without
		// reading their vectors (plugins/sql/dedup.go).
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
		// The half vector that a search compares with, stored in the row. Of a
		// row above 2 kB PostgreSQL moves the longest values out of line, which
		// is the full vector; it is read only for candidates of the result
		// (plugins/sql/internal/search).
		entpg.HalfVector("half", 0).Optional().Nillable().
			Annotations(entpg.Generated(half()), entpg.ColumnStorage(entpg.StoragePlain)).
			Comment("The vector in half precision, of length one; NULL where there are two vectors."),
		// Unique by its edge: one vector per memory.
		field.UUID("memory_id", uuid.UUID{}),
		optionalRef("entity_id"),
		optionalRef("room_id"),
		optionalRef("world_id"),
	)
	return append(fields, entpg.Timestamps{}.Fields()...)
}

// Edges implements ent.Interface. A row is deleted with its memory, and a
// memory with its agent, room and entity; deleting a world keeps the rows.
func (Embedding) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("memory", Memory.Type).Ref("embedding").Unique().Required().Field("memory_id"),
		toOptional("world", World.Type, fk{"embeddings", "world_id", "worlds", entsql.SetNull}),
	}
}

// Indexes implements ent.Interface. They find the few rows that pass a
// selective filter, whose vectors are then compared one by one.
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
// agent's vectors are rebuilt with another dimension.
func (Embedding) Annotations() []schema.Annotation {
	return []schema.Annotation{
		// SQL alone reads and writes the rows: ent knows no distance, and has no
		// column for one of many dimensions.
		entpg.TableOnly(),
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

// SketchPart is the ratio of a vector's dimension to that of its prefix vector.
// A shorter prefix would exclude too few rows.
const SketchPart = 6

func sketch() string {
	return onlyVector("subvector(l2_normalize(%[1]s), 1, vector_dims(%[1]s) / " + strconv.Itoa(SketchPart) + ")::halfvec")
}

func half() string { return onlyVector("l2_normalize(%s)::halfvec") }

// onlyVector returns an expression of a row's only vector, NULL if it has two.
func onlyVector(expression string) string {
	columns := make([]string, len(dimensions))
	for i, n := range dimensions {
		columns[i] = column(n)
	}
	all := strings.Join(columns, ", ")
	return "CASE WHEN num_nonnulls(" + all + ") = 1 THEN " + fmt.Sprintf(expression, "COALESCE("+all+")") + " END"
}

// hnsw returns one index per dimension, each over the indexed rows of that
// dimension. It stores half vectors: half of the memory to fetch in an index
// scan, half of the disk space, and the only type that pgvector indexes above
// 2,000 dimensions. They are normalized, because of the small range of halves.
// A search must use the index's expression, and rescores some more candidates
// than it returns with the full vectors:
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
