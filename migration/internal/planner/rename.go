package planner

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"ariga.io/atlas/sql/schema"

	"github.com/elizago/elizago/migration/internal/catalog"
	"github.com/elizago/elizago/migration/internal/desired"
	"github.com/elizago/elizago/migration/plan"
)

// Renaming is a table or column that the schema declares under a new name.
type Renaming struct {
	unit *desired.Unit
	from catalog.Key // the old name
	to   catalog.Key
}

// step returns the statement that renames, with its reverse.
func (r Renaming) step() Step {
	s := Step{phase: phaseRename, Statement: plan.Statement{Unit: r.unit.Plugin, Transactional: true}}
	if r.to.Kind == catalog.Table {
		s.SQL = catalog.AlterTable(r.from.Relation(), "RENAME TO "+catalog.Quote(r.to.Table))
		s.Comment = fmt.Sprintf("rename table %s to %s", r.from, r.to.Table)
		s.Reverse = []string{catalog.AlterTable(r.to.Relation(), "RENAME TO "+catalog.Quote(r.from.Table))}
		return s
	}
	s.SQL = catalog.AlterTable(r.to.Relation(), "RENAME COLUMN "+catalog.Quote(r.from.Name)+" TO "+catalog.Quote(r.to.Name))
	s.Comment = fmt.Sprintf("rename column %s to %s", r.from, r.to.Name)
	s.Reverse = []string{catalog.AlterTable(r.to.Relation(), "RENAME COLUMN "+catalog.Quote(r.to.Name)+" TO "+catalog.Quote(r.from.Name))}
	return s
}

func (r Renaming) Change() plan.Change {
	kind := plan.RenameColumn
	if r.to.Kind == catalog.Table {
		kind = plan.RenameTable
	}
	return plan.Change{Unit: r.unit.Plugin, Kind: kind, Class: plan.Safe, Object: r.from.String(), To: r.to.String()}
}

// FindRenamings returns the declared renamings that the database still needs: the
// old name is one of the schema owner's objects, and no object has the new name.
// Tables come before their columns, and a renaming that frees a name before the
// one that takes it.
func FindRenamings(d *desired.State, have catalog.Objects, ours catalog.Owned) []Renaming {
	there := make(map[catalog.Key]bool, len(have))
	for k := range have {
		there[k] = ours[k]
	}
	var out []Renaming
	try := func(r Renaming) bool {
		if _, taken := there[r.to]; taken || !there[r.from] {
			return false
		}
		out = append(out, r)
		for k, mine := range there {
			if to := r.newKey(k); to != k {
				delete(there, k)
				there[to] = mine
			}
		}
		return true
	}
	for progress := true; progress; {
		progress = false
		d.EachTable(func(u *desired.Unit, t *schema.Table) {
			if from := desired.AnnotationsOf(t).RenamedFrom; from != "" {
				k := catalog.Key{Namespace: u.Namespace, Table: t.Name, Kind: catalog.Table}
				old := k
				old.Table = from
				progress = try(Renaming{unit: u, from: old, to: k}) || progress
			}
		})
	}
	for progress := true; progress; {
		progress = false
		d.EachTable(func(u *desired.Unit, t *schema.Table) {
			for _, name := range slices.Sorted(maps.Keys(desired.AnnotationsOf(t).Columns)) {
				k := catalog.Key{Namespace: u.Namespace, Table: t.Name, Kind: catalog.Column, Name: name}
				old := k
				old.Name = desired.AnnotationsOf(t).Columns[name]
				progress = try(Renaming{unit: u, from: old, to: k}) || progress
			}
		})
	}
	return out
}

// newKey returns an object's key after the renaming.
func (r Renaming) newKey(k catalog.Key) catalog.Key {
	switch {
	case k.Namespace != r.from.Namespace || k.Table != r.from.Table:
	case r.to.Kind == catalog.Table:
		k.Table = r.to.Table
	case k.Name == r.from.Name && (k.Kind == catalog.Column || k.Kind == catalog.Storage || k.Kind == catalog.Comment):
		k.Name = r.to.Name
	}
	return k
}

// Owned returns the owned objects with their keys after the renaming.
func (r Renaming) Owned(o catalog.Owned) catalog.Owned {
	out := make(catalog.Owned, len(o))
	for k := range o {
		out[r.newKey(k)] = true
	}
	return out
}

// UnderNewNames renames in a savepoint, calls f, and rolls back, so that f reads
// how PostgreSQL prints expressions with the new names. It leaves no change and no
// lock.
func UnderNewNames(ctx context.Context, tx *sql.Tx, renamings []Renaming, f func() error) error {
	if len(renamings) == 0 {
		return f()
	}
	if _, err := tx.ExecContext(ctx, "SAVEPOINT elizago_rename"); err != nil {
		return fmt.Errorf("migration: try the renaming: %w", err)
	}
	for _, r := range renamings {
		if _, err := tx.ExecContext(ctx, r.step().SQL); err != nil {
			return fmt.Errorf("migration: %s for plugin %q: %w", r.step().Comment, r.unit.Plugin, err)
		}
	}
	if err := f(); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT elizago_rename; RELEASE SAVEPOINT elizago_rename"); err != nil {
		return fmt.Errorf("migration: roll back the attempt of the renaming: %w", err)
	}
	return nil
}

// Hint returns a hint that a dropped table or column may have been renamed, if an
// added one looks like it, or "".
func Hint(c Change, diffs []catalog.Difference) string {
	if c.Kind != plan.DropColumn && c.Kind != plan.DropTable {
		return ""
	}
	gone := c.Difference
	for _, d := range diffs {
		if d.Aspect != catalog.Added || d.Key.Kind != gone.Key.Kind || d.Key.Namespace != gone.Key.Namespace {
			continue
		}
		name, old := d.Key.Name, gone.Key.Name
		if c.Kind == plan.DropTable {
			name, old = d.Key.Table, gone.Key.Table
		} else if d.Key.Table != gone.Key.Table || d.Want.Def != gone.Have.Def {
			continue
		}
		return fmt.Sprintf("if %s is its new name, annotate it with entpg.RenamedFrom(%q), and nothing is lost", name, old)
	}
	return ""
}
