package sql_test

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
)

// Who is in a room, and to whom the agent does not listen there.
func ExampleDatabase_SetParticipantState() {
	example(func(ctx context.Context, db core.Database) error {
		inLounge := func(entity uuid.UUID) core.ParticipantKey {
			return core.ParticipantKey{AgentID: ada, RoomID: lounge, EntityID: entity}
		}
		for _, entity := range []uuid.UUID{grace, alan} {
			if err := db.AddParticipant(ctx, inLounge(entity)); err != nil {
				return err
			}
		}
		if err := db.SetParticipantState(ctx, inLounge(alan), core.ParticipantMuted); err != nil {
			return err
		}

		entities, err := db.Participants(ctx, ada, lounge)
		if err != nil {
			return err
		}
		for _, entity := range entities {
			state, err := db.ParticipantState(ctx, inLounge(entity.ID))
			if err != nil {
				return err
			}
			fmt.Printf("%s %q\n", entity.Name(), state)
		}
		return nil
	})
	// Output:
	// Grace ""
	// Alan "MUTED"
}
