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

// Renaming is a table, a column or a value of an enum type that the schema declares
// under a new name.
type Renaming struct {
	unit *desired.Unit
	from catalog.Key // the old name
	to   catalog.Key
	// oldValue and newValue are set for a value of the type from.
	oldValue, newValue string
}

// Table returns the key of the table that is renamed, or whose column is, under
// its new name.
func (r Renaming) Table() catalog.Key { return r.to.TableKey() }

// step returns the statement that renames, with its reverse.
func (r Renaming) step() Step {
	s := Step{phase: phaseRename, Statement: plan.Statement{Unit: r.unit.Plugin, Transactional: true}}
	if r.to.Kind == catalog.Enum {
		rename := func(from, to string) string {
			return "ALTER TYPE " + catalog.Relation(r.to.Namespace, r.to.Name) + " RENAME VALUE " + catalog.Literal(from) + " TO " + catalog.Literal(to)
		}
		s.Comment = fmt.Sprintf("rename value %s of type %s to %s", r.oldValue, r.to, r.newValue)
		s.SQL, s.Reverse = rename(r.oldValue, r.newValue), []string{rename(r.newValue, r.oldValue)}
		return s
	}
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
	if r.to.Kind == catalog.Enum {
		return plan.Change{
			Unit: r.unit.Plugin, Kind: plan.RenameValue, Class: plan.Safe,
			Object: r.from.String() + "." + r.oldValue, To: r.newValue,
		}
	}
	kind := plan.RenameColumn
	if r.to.Kind == catalog.Table {
		kind = plan.RenameTable
	}
	return plan.Change{Unit: r.unit.Plugin, Kind: kind, Class: plan.Safe, Object: r.from.String(), To: r.to.String()}
}

// FindRenamings returns the declared renamings that the database still needs: the
// old name is one of the schema owner's objects, or a column of a table that is to
// be adopted, and no object has the new name. Tables come before their columns,
// and a renaming that frees a name before the one that takes it.
func FindRenamings(d *desired.State, have catalog.Objects, ours catalog.Owned) []Renaming {
	there := make(map[catalog.Key]bool, len(have))
	for k := range have {
		there[k] = ours[k] || k.Kind == catalog.Column && !ours[k.TableKey()]
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
			for _, from := range desired.AnnotationsOf(t).RenamedFrom {
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
				for _, from := range desired.AnnotationsOf(t).Columns[name] {
					old := k
					old.Name = from
					progress = try(Renaming{unit: u, from: old, to: k}) || progress
				}
			}
		})
	}
	return append(out, findRenamedValues(d, have, ours)...)
}

// findRenamedValues returns the declared renamings of values that the database
// still needs.
func findRenamedValues(d *desired.State, have catalog.Objects, ours catalog.Owned) []Renaming {
	var out []Renaming
	labels := make(map[catalog.Key][]string)
	for progress := true; progress; {
		progress = false
		d.EachTable(func(u *desired.Unit, t *schema.Table) {
			for _, hint := range desired.AnnotationsOf(t).Values {
				c, _ := t.Column(hint.Column)
				k := catalog.Key{Namespace: u.Namespace, Kind: catalog.Enum, Name: c.Type.Type.(*schema.EnumType).T}
				if _, ok := labels[k]; !ok {
					labels[k] = labelsOf(have[k].Def)
				}
				i := slices.Index(labels[k], hint.From)
				if i < 0 || slices.Contains(labels[k], hint.To) || !ours[k] {
					continue
				}
				labels[k][i], progress = hint.To, true
				out = append(out, Renaming{unit: u, from: k, to: k, oldValue: hint.From, newValue: hint.To})
			}
		})
	}
	return out
}

// newKey returns an object's key after the renaming.
func (r Renaming) newKey(k catalog.Key) catalog.Key {
	switch {
	case r.to.Kind == catalog.Enum || k.Namespace != r.from.Namespace || k.Table != r.from.Table:
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
