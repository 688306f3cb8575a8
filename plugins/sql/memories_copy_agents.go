package sql

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

// copiedAgent is an agent of the memories, with the dimensions of its vectors
// and the first memory of each. During a rebuild two dimensions are valid.
type copiedAgent struct {
	id      uuid.UUID
	first   int // memory
	lengths []int
	at      []int
}

// agentsOf returns the agents of the memories, ordered by id, as all statements
// that lock several agents do.
func agentsOf(memories []*core.Memory) []*copiedAgent {
	byID := map[uuid.UUID]*copiedAgent{}
	var agents []*copiedAgent
	for i, m := range memories {
		one := byID[m.AgentID]
		if one == nil {
			one = &copiedAgent{id: m.AgentID, first: i}
			byID[m.AgentID] = one
			agents = append(agents, one)
		}
		if length := len(m.Embedding); length > 0 && !slices.Contains(one.lengths, length) {
			one.lengths, one.at = append(one.lengths, length), append(one.at, i)
		}
	}
	slices.SortFunc(agents, func(a, b *copiedAgent) int { return bytes.Compare(a.id[:], b.id[:]) })
	return agents
}

// claim is claimDimension for all dimensions of the agent's vectors. An error
// comes with the index of its memory.
func (a *copiedAgent) claim(ctx context.Context, d *Database) (memory int, err error) {
	if len(a.lengths) == 0 {
		_, err := d.claimDimension(ctx, a.id, 0)
		return a.first, err
	}
	vectors, err := d.claimDimension(ctx, a.id, a.lengths[0])
	if err != nil {
		return a.at[0], err
	}
	for i, length := range a.lengths {
		if !vectors.accepts(length) {
			return a.at[i], vectors.refusal(length)
		}
	}
	return 0, nil
}

// copyLine matches the table and the row in the context of the server's error,
// in any language: COPY memories, line 3.
var copyLine = regexp.MustCompile(`(?m)^COPY (\w+)\D+(\d+)`)

// refusedMemory returns an error that names the memory that the server refused,
// if that is known.
func refusedMemory(memories []*core.Memory, err error) error {
	at := -1
	var server *pgconn.PgError
	if errors.As(err, &server) {
		if column, key, ok := pgtx.RefusedKey(server.Detail); ok {
			at = memoryWithKey(memories, column, key)
		}
		if line := copyLine.FindStringSubmatch(server.Where); at < 0 && line != nil && line[1] == "memories" {
			if row, err := strconv.Atoi(line[2]); err == nil && row <= len(memories) {
				at = row - 1
			}
		}
	}
	if at < 0 {
		return pgtx.Explain(fmt.Sprintf("could not save %d memories", len(memories)), err)
	}
	return pgtx.Explain(fmt.Sprintf("could not save memory %d of %d, %s", at+1, len(memories), memories[at].ID), err)
}

// memoryWithKey returns the index of the memory with a value in a column, or
// -1. Of two memories with one id, the second was refused.
func memoryWithKey(memories []*core.Memory, column, value string) (found int) {
	found = -1
	for i, m := range memories {
		switch {
		case column == "id" && m.ID.String() == value, column == "memory_id" && m.ID.String() == value:
			found = i
		case found >= 0:
		case column == "agent_id" && m.AgentID.String() == value, column == "room_id" && m.RoomID.String() == value,
			column == "world_id" && m.WorldID.String() == value, column == "entity_id" && m.EntityID.String() == value:
			found = i
		}
	}
	return found
}
