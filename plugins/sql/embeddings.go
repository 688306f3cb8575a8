package sql

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/google/uuid"
	"github.com/pgvector/pgvector-go"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent"
	"github.com/elizago/elizago/ent/embedding"
	"github.com/elizago/elizago/ent/memory"
)

// columnLengths are the lengths of vectors that have a column.
var columnLengths = []int{384, 512, 768, 1024, 1536, 3072}

// SetEmbedding implements core.MemoryStore.
func (d *Database) SetEmbedding(ctx context.Context, memoryID uuid.UUID, vector []float32) error {
	return d.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		owned, err := t.client.Memory.Query().Where(memory.ID(memoryID)).Select(memory.FieldAgentID).Only(ctx)
		if err != nil {
			return explain("memory "+memoryID.String(), err)
		}
		if _, err := t.client.Embedding.Delete().Where(embedding.MemoryID(memoryID)).Exec(ctx); err != nil {
			return explain("could not replace the embedding of memory "+memoryID.String(), err)
		}
		return t.insertEmbedding(ctx, owned.AgentID, memoryID, vector)
	})
}

// insertEmbedding saves a vector in the column of its length. An agent keeps
// to one length, since vectors of two cannot be compared.
func (d *Database) insertEmbedding(ctx context.Context, agentID, memoryID uuid.UUID, vector []float32) error {
	if err := checkVector(vector); err != nil {
		return err
	}
	if err := d.checkDimension(ctx, agentID, len(vector)); err != nil {
		return err
	}
	create := d.client.Embedding.Create().SetMemoryID(memoryID)
	if err := create.Mutation().SetField(vectorColumn(len(vector)), pgvector.NewVector(vector)); err != nil {
		return fmt.Errorf("sql: %w", err)
	}
	if err := create.Exec(ctx); err != nil {
		return explain("could not save the embedding of memory "+memoryID.String(), err)
	}
	d.dimensions.set(agentID, len(vector))
	return nil
}

// checkVector refuses what PostgreSQL cannot store or compare.
func checkVector(vector []float32) error {
	if !slices.Contains(columnLengths, len(vector)) {
		return fmt.Errorf("sql: %w: a vector of length %d has no column (there are %v)", core.ErrDimension, len(vector), columnLengths)
	}
	for i, value := range vector {
		if math.IsNaN(float64(value)) || math.IsInf(float64(value), 0) {
			return fmt.Errorf("sql: component %d of the vector is %v: only finite numbers can be compared", i, value)
		}
	}
	return nil
}

// checkDimension compares a length with that of the agent's earlier vectors.
func (d *Database) checkDimension(ctx context.Context, agentID uuid.UUID, length int) error {
	earlier, ok := d.dimensions.get(agentID)
	if !ok {
		first, err := d.client.Embedding.Query().
			Where(embedding.HasMemoryWith(memory.AgentID(agentID))).
			First(ctx)
		switch {
		case ent.IsNotFound(err):
			return nil
		case err != nil:
			return explain("could not look up the agent's embedding dimension", err)
		}
		earlier = len(vectorOf(first))
		d.dimensions.set(agentID, earlier)
	}
	if earlier != length {
		return fmt.Errorf("sql: %w: its vectors have %d dimensions, this one has %d: use the embedding model that it had",
			core.ErrDimension, earlier, length)
	}
	return nil
}

// vectorOf returns the one vector of a row.
func vectorOf(row *ent.Embedding) []float32 {
	for _, vector := range []*pgvector.Vector{row.Dim384, row.Dim512, row.Dim768, row.Dim1024, row.Dim1536, row.Dim3072} {
		if vector != nil {
			return vector.Slice()
		}
	}
	return nil
}

func vectorColumn(length int) string { return fmt.Sprintf("dim_%d", length) }

// dimensions remembers each agent's embedding dimension. A transaction that is
// rolled back leaves no wrong entry that matters: the next vector of the agent
// is held to the same model's length.
type dimensions struct {
	mu sync.Mutex
	of map[uuid.UUID]int
}

func (d *dimensions) get(agentID uuid.UUID) (int, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	length, ok := d.of[agentID]
	return length, ok
}

func (d *dimensions) set(agentID uuid.UUID, length int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.of == nil {
		d.of = map[uuid.UUID]int{}
	}
	d.of[agentID] = length
}
