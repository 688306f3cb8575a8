// Command notes migrates the database that DATABASE_URL names to the schemas
// beside it, and writes and reads what they declare.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"reflect"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/pgvector/pgvector-go"

	"github.com/elizago/elizago/core"
	coremigrate "github.com/elizago/elizago/ent/migrate"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"

	"example.com/notes/ent"
	"example.com/notes/ent/booking"
	"example.com/notes/ent/migrate"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	db, err := sql.Open("pgx", os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	defer db.Close()
	engine, err := migration.New(migration.Config{DB: db})
	if err != nil {
		return err
	}
	units := []migration.Unit{
		{Plugin: migration.Core, Schema: core.Schema{Tables: coremigrate.Tables, Annotations: coremigrate.Annotations}},
		{Plugin: "notes", Schema: core.Schema{Tables: migrate.Tables, Annotations: migrate.Annotations}},
	}
	if _, err := engine.Run(ctx, units, migration.Options{}); err != nil {
		return err
	}
	again, err := engine.Run(ctx, units, migration.Options{Full: true})
	if err != nil {
		return err
	}
	if !again.UpToDate {
		return fmt.Errorf("a second run changes something: %v", again.Plan)
	}
	client := ent.NewClient(ent.Driver(entsql.OpenDB(dialect.Postgres, db)))
	if err := values(ctx, client); err != nil {
		return err
	}
	return enforced(ctx, client)
}

// values writes all kinds of fields and reads them back.
func values(ctx context.Context, client *ent.Client) error {
	guests := entpg.UUIDs{uuid.New(), uuid.New()}
	start := entpg.Now()
	terms := entpg.Sparse{SparseVector: pgvector.NewSparseVectorFromMap(map[int32]float32{7: 1.5, 29999: 2}, 30000)}
	nothing := entpg.Sparse{SparseVector: pgvector.NewSparseVectorFromMap(nil, 30000)}
	made, err := client.Booking.Create().SetRoom("a").SetHandle("h").SetStarts(start).SetEnds(start.Add(time.Hour)).
		SetMood(booking.MoodHappy).SetScores(entpg.Int64s{-1, 1 << 62}).SetGuests(guests).
		SetExtras(map[string]any{"k": "v"}).SetTerms(terms).SetSmall(pgvector.NewVector(make([]float32, 8))).Save(ctx)
	if err != nil {
		return err
	}
	got, err := client.Booking.Get(ctx, made.ID)
	if err != nil {
		return err
	}
	if got.Number != 1000 || got.Rank != 1 || got.Mood != booking.MoodHappy || got.MoodBefore != nil ||
		!reflect.DeepEqual(got.Scores, entpg.Int64s{-1, 1 << 62}) || !reflect.DeepEqual(got.Guests, guests) ||
		!reflect.DeepEqual(got.Terms.Slice(), terms.Slice()) || got.Extras["k"] != "v" || got.HostID != nil {
		return fmt.Errorf("read %v", got)
	}
	open, err := client.OpenBooking.Query().Only(ctx)
	if err != nil {
		return err
	}
	if open.ID != got.ID || open.Room != "a" {
		return fmt.Errorf("the view has %v", open)
	}
	if err := got.Update().SetMoodBefore(booking.MoodBeforeSoSo).SetTerms(nothing).SetCancelled(true).Exec(ctx); err != nil {
		return err
	}
	got, err = client.Booking.Query().Where(booking.MoodBeforeIn(booking.MoodBeforeSoSo, booking.MoodBeforeSad), booking.MoodEQ(booking.MoodHappy)).Only(ctx)
	if err != nil {
		return err
	}
	if len(got.Terms.Indices()) != 0 || got.Terms.Dimensions() != 30000 {
		return fmt.Errorf("read terms %v", got.Terms)
	}
	return client.Booking.DeleteOne(got).Exec(ctx)
}

// enforced does what the constraints forbid.
func enforced(ctx context.Context, client *ent.Client) error {
	start := entpg.Now()
	book := func(room, handle string, after time.Duration) error {
		return client.Booking.Create().SetRoom(room).SetHandle(handle).
			SetStarts(start.Add(after)).SetEnds(start.Add(after + time.Hour)).Exec(ctx)
	}
	if err := book("a", "x", 0); err != nil {
		return err
	}
	if err := book("b", "y", 0); err != nil {
		return err
	}
	for what, err := range map[string]error{
		"overlap":                 book("a", "z", time.Minute),
		"handle, twice":           book("c", "X", 0),
		"end before start":        client.Booking.Create().SetRoom("d").SetHandle("v").SetStarts(start).SetEnds(start.Add(-1)).Exec(ctx),
		"host that is not there":  client.Booking.Create().SetRoom("e").SetHandle("w").SetStarts(start).SetEnds(start.Add(time.Hour)).SetHostID(uuid.New()).Exec(ctx),
		"agent that is not there": client.Note.Create().SetTitle("t").SetUser(uuid.New()).SetAgentID(uuid.New()).Exec(ctx),
	} {
		if err == nil {
			return fmt.Errorf("%s is let through", what)
		}
	}
	return nil
}
