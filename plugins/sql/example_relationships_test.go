package sql_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/elizago/elizago/core"
)

// How two stand to each other, as an agent sees it, found by one of its tags.
func ExampleDatabase_CreateRelationship() {
	example(func(ctx context.Context, db core.Database) error {
		relationship := core.Relationship{AgentID: ada, SourceID: grace, TargetID: alan, Tags: []string{"colleague", "friend"}}
		if err := db.CreateRelationship(ctx, &relationship); err != nil {
			return err
		}
		friends, err := db.Relationships(ctx, core.RelationshipQuery{AgentID: ada, EntityID: alan, Tags: []string{"friend"}})
		if err != nil {
			return err
		}
		for _, r := range friends {
			fmt.Println(r.SourceID == grace, r.Tags)
		}

		again := core.Relationship{AgentID: ada, SourceID: grace, TargetID: alan}
		err = db.CreateRelationship(ctx, &again)
		fmt.Println("there is one:", errors.Is(err, core.ErrConflict))
		return nil
	})
	// Output:
	// true [colleague friend]
	// there is one: true
}
