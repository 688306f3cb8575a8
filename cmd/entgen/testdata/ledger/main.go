// Command ledger migrates the database that DATABASE_URL names to the schemas
// beside it, and checks what their client has.
package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"reflect"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration"

	"example.com/notes/ent"
	"example.com/notes/ent/account"
	"example.com/notes/ent/entry"
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
	units := []migration.Unit{{Plugin: "ledger", Schema: core.Schema{Tables: migrate.Tables, Annotations: migrate.Annotations}}}
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
	if err := rows(ctx, db, client); err != nil {
		return err
	}
	return described(client)
}

// rows writes into all tables, and reads from those with a client.
func rows(ctx context.Context, db *sql.DB, client *ent.Client) error {
	vault := uuid.New()
	if _, err := db.ExecContext(ctx, `INSERT INTO ledger.vaults (id) VALUES ($1)`, vault); err != nil {
		return err
	}
	a, err := client.Account.Create().SetVaultID(vault).Save(ctx)
	if err != nil {
		return err
	}
	if a, err = a.Update().SetName("savings").SetVaultID(vault).Save(ctx); err != nil {
		return err
	}
	for _, insert := range []string{
		`INSERT INTO ledger.entries (amount, account_id) VALUES (3, $1), (4, $1)`,
		`INSERT INTO ledger.balances (account_id, currency, amount) VALUES ($1, 'EUR', 7)`,
	} {
		if _, err := db.ExecContext(ctx, insert, a.ID); err != nil {
			return err
		}
	}
	e, err := client.Entry.Query().Where(entry.AmountGT(3), entry.HasAccountWith(account.VaultID(vault))).WithAccount().Only(ctx)
	if err != nil {
		return err
	}
	if e.Edges.Account.Name != "savings" || e.CreatedAt.IsZero() {
		return fmt.Errorf("entry %v", e)
	}
	// What refers to an account goes with it.
	if err := client.Account.DeleteOne(a).Exec(ctx); err != nil {
		return err
	}
	n, err := client.Entry.Query().Count(ctx)
	if err != nil || n != 0 {
		return fmt.Errorf("%d entries are left, %w", n, err)
	}
	return nil
}

// described checks what the client and the description of the tables have.
func described(client *ent.Client) error {
	for _, name := range []string{"Balance", "Vault"} {
		if _, ok := reflect.TypeOf(*client).FieldByName(name); ok {
			return fmt.Errorf("the client has %s", name)
		}
		if _, ok := reflect.TypeOf(client.Account).MethodByName("Query" + name); ok {
			return fmt.Errorf("the client of Account has Query%s", name)
		}
	}
	for _, writes := range []string{"Create", "CreateBulk", "MapCreateBulk", "Update", "UpdateOne", "UpdateOneID", "Delete", "DeleteOne", "DeleteOneID"} {
		if _, ok := reflect.TypeOf(client.Account).MethodByName(writes); !ok {
			return fmt.Errorf("the client of Account has no %s: this check checks nothing", writes)
		}
		if _, ok := reflect.TypeOf(client.Entry).MethodByName(writes); ok {
			return fmt.Errorf("the client of Entry has %s", writes)
		}
	}
	var names []string
	for _, t := range migrate.Tables {
		names = append(names, t.Schema+"."+t.Name)
	}
	if want := []string{"ledger.accounts", "ledger.balances", "ledger.entries", "ledger.vaults"}; !reflect.DeepEqual(names, want) {
		return fmt.Errorf("tables %v", names)
	}
	return nil
}
