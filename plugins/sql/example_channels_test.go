package sql_test

import (
	"context"
	"fmt"

	"github.com/elizago/elizago/core"
)

// Two users who write to each other get one channel, in whatever order they ask.
func ExampleDatabase_DirectChannel() {
	example(func(ctx context.Context, db core.Database) error {
		server := &core.MessageServer{Name: "website", SourceType: "web"}
		if err := db.SaveMessageServer(ctx, server); err != nil {
			return err
		}
		channel, err := db.DirectChannel(ctx, server.ID, grace, alan)
		if err != nil {
			return err
		}
		same, err := db.DirectChannel(ctx, server.ID, alan, grace)
		if err != nil {
			return err
		}
		fmt.Println("one channel:", channel.ID == same.ID)

		question := &core.Message{ChannelID: channel.ID, AuthorID: grace, Content: "Can machines think?"}
		if err := db.CreateMessage(ctx, question); err != nil {
			return err
		}
		answer := &core.Message{ChannelID: channel.ID, AuthorID: alan, Content: "Ask one.", InReplyTo: question.ID}
		if err := db.CreateMessage(ctx, answer); err != nil {
			return err
		}
		messages, err := db.Messages(ctx, core.MessageQuery{ChannelID: channel.ID})
		if err != nil {
			return err
		}
		for _, m := range messages {
			fmt.Println(m.Content)
		}
		return nil
	})
	// Output:
	// one channel: true
	// Ask one.
	// Can machines think?
}
