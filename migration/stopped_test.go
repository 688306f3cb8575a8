package migration_test

import (
	"errors"
	"regexp"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/migration"
)

// What was made by hand and is in the way of a change is named before anything is
// done, also where the change is refused for its values, and what the words say
// works and loses no row of anybody's.
func TestMadeByHandIsInTheWay(t *testing.T) {
	t.Parallel()
	before := func() migration.Unit {
		return plugin("hand", []*schema.Table{table("notes", nullable(integer("word")), nullable(text("more")))})
	}
	retyped := func() migration.Unit {
		return plugin("hand", []*schema.Table{table("notes", nullable(text("word")), nullable(text("more")))})
	}
	dropped := func() migration.Unit { return plugin("hand", []*schema.Table{table("notes", nullable(text("more")))}) }
	gone := func() migration.Unit { return plugin("hand", []*schema.Table{table("others")}) }
	added := func() migration.Unit {
		return plugin("hand", []*schema.Table{table("notes", nullable(integer("word")), nullable(text("more")), nullable(text("new")))})
	}
	for name, c := range map[string]struct {
		hand  []string
		next  func() migration.Unit
		force bool
		words string
		undo  string // instead of what the words have
		check string
	}{
		"a generated column, type": {
			hand: []string{`ALTER TABLE test_hand.notes ADD twice bigint GENERATED ALWAYS AS (2 * word) STORED`}, next: retyped,
			words: "generated column test_hand.notes.twice depends on it, and no schema declares it: drop it, start again", undo: "ALTER TABLE test_hand.notes DROP twice",
		},
		"a generated column, drop": {
			hand: []string{`ALTER TABLE test_hand.notes ADD twice bigint GENERATED ALWAYS AS (2 * word) STORED`}, next: dropped, force: true,
			words: "generated column test_hand.notes.twice depends on it", undo: "ALTER TABLE test_hand.notes DROP twice",
		},
		"a view, drop": {
			hand: []string{"CREATE VIEW test_hand.seen AS SELECT word FROM test_hand.notes"}, next: dropped, force: true,
			words: "view test_hand.seen depends on it, and no schema declares it: drop it", undo: "DROP VIEW test_hand.seen",
		},
		"a publication, drop": {
			hand: []string{"CREATE PUBLICATION " + "pub FOR TABLE test_hand.notes (id, word)"}, next: dropped, force: true,
			words: "in publication pub depends on it", undo: "DROP PUBLICATION pub",
		},
		"inheriting table, end of the table": {
			hand: []string{"CREATE TABLE test_hand.kid () INHERITS (test_hand.notes)", "INSERT INTO test_hand.kid (word) VALUES (5)"}, next: gone, force: true,
			words: "table test_hand.kid depends on it", check: "SELECT word = 5 FROM test_hand.kid",
		},
		"inherited column, type": {
			hand: []string{"CREATE TABLE test_hand.par (word bigint)", "ALTER TABLE test_hand.notes INHERIT test_hand.par"}, next: retyped,
			words: "table test_hand.par, from which test_hand.notes inherits, depends on it",
		},
		"inherited column, drop": {
			hand: []string{"CREATE TABLE test_hand.par (word bigint)", "ALTER TABLE test_hand.notes INHERIT test_hand.par"}, next: dropped, force: true,
			words: "table test_hand.par, from which test_hand.notes inherits, depends on it",
		},
		"partition, type": {
			hand: []string{
				"CREATE TABLE test_hand.par (id uuid NOT NULL, word bigint, more text) PARTITION BY LIST (word)",
				"ALTER TABLE test_hand.par ATTACH PARTITION test_hand.notes DEFAULT",
			}, next: retyped,
			words: "table test_hand.par, of which test_hand.notes is a partition, depends on it",
		},
		"type of its rows": {
			hand: []string{"CREATE TABLE test_hand.log (row test_hand.notes)", "INSERT INTO test_hand.log SELECT n FROM test_hand.notes n"}, next: retyped,
			words: "column test_hand.log.row, which has the type of its rows, depends on it", check: "SELECT row LIKE '%,3,%' FROM test_hand.log",
		},
		"policy that does not fit": {
			hand: []string{"CREATE POLICY few ON test_hand.notes USING (word > 2)"}, next: retyped,
			words: "restore policy test_hand.notes.few .*: no schema declares it, and it does not fit", undo: "DROP POLICY few ON test_hand.notes",
		},
		"of a type": {
			hand: []string{"CREATE TYPE test_hand.kind AS (id uuid, word bigint, more text)", "ALTER TABLE test_hand.notes OF test_hand.kind"}, next: added,
			words: `NOT OF\), and start again`, undo: "ALTER TABLE test_hand.notes NOT OF",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t)
			apply(t, db, before())
			execute(t, db, "INSERT INTO test_hand.notes (word) VALUES (3)")
			execute(t, db, c.hand...)
			_, err := engine(t, db).Run(t.Context(), []migration.Unit{c.next()}, migration.Options{})
			require.Error(t, err)
			require.Regexp(t, c.words, err.Error())
			var refused *migration.RefusedError
			if errors.As(err, &refused) {
				require.NotContains(t, err.Error(), "--force", "it would not help yet")
			}
			undo := c.undo
			if undo == "" {
				found := regexp.MustCompile(`: run ([^;]+); and start again`).FindStringSubmatch(err.Error())
				require.NotNil(t, found, err)
				undo = found[1]
			}
			execute(t, db, undo)
			_, err = engine(t, db).Run(t.Context(), []migration.Unit{c.next()}, migration.Options{})
			if c.force {
				require.ErrorContains(t, err, "--force")
				_, err = engine(t, db).Run(t.Context(), []migration.Unit{c.next()}, migration.Options{Force: true})
			}
			require.NoError(t, err)
			settled(t, db, c.next())
			if c.check != "" {
				require.True(t, query[bool](t, db, c.check))
			}
		})
	}
}
