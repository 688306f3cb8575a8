// Command notes checks a client with stand-ins against the database that
// DATABASE_URL names.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"reflect"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	_ "github.com/jackc/pgx/v5/stdlib"

	"example.com/notes/ent"
	"example.com/notes/ent/agent"
	"example.com/notes/ent/memory"
	"example.com/notes/ent/migrate"
	"example.com/notes/ent/note"
)

const tables = `
CREATE TABLE public.agents (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL, bio text);
CREATE TABLE public.memories (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), type text NOT NULL, agent_id uuid NOT NULL REFERENCES public.agents);
CREATE SCHEMA notes;
CREATE TABLE notes.notes (id uuid PRIMARY KEY, title text NOT NULL, agent_id uuid NOT NULL REFERENCES public.agents);
CREATE TABLE notes.note_readers (note_id uuid REFERENCES notes.notes, agent_id uuid REFERENCES public.agents, PRIMARY KEY (note_id, agent_id));
INSERT INTO public.agents (name) VALUES ('Eliza'), ('Parry');
INSERT INTO public.memories (type, agent_id) SELECT 'fact', id FROM public.agents WHERE name = 'Parry';
`

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
	if _, err := db.ExecContext(ctx, tables); err != nil {
		return err
	}
	client := ent.NewClient(ent.Driver(entsql.OpenDB(dialect.Postgres, db)))
	eliza, err := client.Agent.Query().Where(agent.Name("Eliza")).Only(ctx)
	if err != nil {
		return err
	}
	parry, err := client.Agent.Query().Where(agent.HasMemoriesWith(memory.Type("fact"))).WithMemories().Only(ctx)
	if err != nil {
		return err
	}
	if len(parry.Edges.Memories) != 1 {
		return fmt.Errorf("memories of %v", parry)
	}
	if _, err := client.Note.Create().SetTitle("a").SetAgent(eliza).AddReaders(parry, eliza).Save(ctx); err != nil {
		return err
	}
	if _, err := client.Note.Create().SetTitle("b").SetAgentID(parry.ID).Save(ctx); err != nil {
		return err
	}
	notes, err := client.Note.Query().Where(note.HasAgentWith(agent.Name("Eliza"))).WithAgent().WithReaders().All(ctx)
	if err != nil {
		return err
	}
	if len(notes) != 1 || notes[0].Title != "a" || notes[0].Edges.Agent.Name != "Eliza" || len(notes[0].Edges.Readers) != 2 {
		return fmt.Errorf("notes of Eliza: %v", notes)
	}
	titles, err := client.Agent.Query().Where(agent.Name("Parry")).QueryReadable().Select(note.FieldTitle).Strings(ctx)
	if err != nil || len(titles) != 1 || titles[0] != "a" {
		return fmt.Errorf("notes that Parry reads: %v, %w", titles, err)
	}
	ids, err := client.Agent.QueryNotes(parry).IDs(ctx)
	if err != nil || len(ids) != 1 {
		return fmt.Errorf("notes of Parry: %v, %w", ids, err)
	}
	return described(client)
}

// described checks what the client and the description of the tables have.
func described(client *ent.Client) error {
	for _, writes := range []string{"Create", "CreateBulk", "MapCreateBulk", "Update", "UpdateOne", "UpdateOneID", "Delete", "DeleteOne", "DeleteOneID"} {
		if _, ok := reflect.TypeOf(client.Note).MethodByName(writes); !ok {
			return fmt.Errorf("the client of Note has no %s: this check checks nothing", writes)
		}
		for _, standIn := range []any{client.Agent, client.Memory} {
			if _, ok := reflect.TypeOf(standIn).MethodByName(writes); ok {
				return fmt.Errorf("%T has %s", standIn, writes)
			}
		}
	}
	for _, x := range []any{&ent.Agent{}, &ent.Memory{}} {
		if _, ok := reflect.TypeOf(x).MethodByName("Update"); ok {
			return fmt.Errorf("%T has Update", x)
		}
	}
	if len(migrate.Tables) != 2 || migrate.Tables[0].Name != "notes" || migrate.Tables[1].Name != "note_readers" {
		return fmt.Errorf("tables %v", migrate.Tables)
	}
	for _, t := range migrate.Tables {
		if t.Schema != "notes" {
			return fmt.Errorf("table %s is in %q", t.Name, t.Schema)
		}
	}
	fk := migrate.Tables[0].ForeignKeys[0]
	if fk.RefTable.Name != "agents" || fk.RefTable.Schema != "public" || fk.RefColumns[0].Name != "id" || fk.OnDelete != "CASCADE" {
		return fmt.Errorf("foreign key %v", fk)
	}
	return nil
}
