package planner

import (
	"context"
	"fmt"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// Taken are names that new objects need and other objects have, such as the index
// of a table that was renamed by hand. PostgreSQL would fail, or choose another
// name.
type Taken struct {
	planner *Planner
	holders map[[2]string]catalog.Holder
}

// FindTaken returns the taken names that the differences need.
func (p *Planner) FindTaken(ctx context.Context, diffs []catalog.Difference) (*Taken, error) {
	var needed []catalog.Key
	for _, d := range diffs {
		if d.Aspect != catalog.Added {
			continue
		}
		for _, k := range p.needs(d.Key) {
			if !released(diffs, k) {
				needed = append(needed, k)
			}
		}
	}
	t := &Taken{planner: p}
	if len(needed) == 0 {
		return t, nil
	}
	var err error
	t.holders, err = catalog.HoldersOf(ctx, p.Tx, needed)
	return t, err
}

// Refuse refuses the creation of an object that needs a taken name.
func (t *Taken) Refuse(c *Change) {
	if c.Difference.Aspect != catalog.Added {
		return
	}
	for _, k := range t.planner.needs(c.Difference.Key) {
		name := k.RelationName()
		holder, ok := t.holders[[2]string{k.Namespace, name}]
		if !ok || k.Kind == catalog.Index && holder.Kind == "index" && holder.Table == k.Table {
			continue // in the second case, another process builds it, and has begun after the catalog was read
		}
		of := ""
		if holder.Table != "" {
			of = fmt.Sprintf(" of table %s.%s", k.Namespace, holder.Table)
		}
		c.NoForce, c.Refused = true, true
		c.Hint = fmt.Sprintf("there is already %s %s %s.%s%s, which no schema declares, and %s needs the name: rename it, as by %s%s, and start again",
			article(holder.Kind), holder.Kind, k.Namespace, name, of, c.Difference.Key, holder.Rename, catalog.Quote(catalog.Cut(name, 58)+"_old"))
		return
	}
}

// needs returns the objects that are created with an object and have names in its
// namespace.
func (p *Planner) needs(k catalog.Key) []catalog.Key {
	var out []catalog.Key
	if catalog.InNamespace(p.Want[k]) {
		out = append(out, k)
	}
	if k.Kind != catalog.Table {
		return out
	}
	for _, other := range p.keysOf[k] {
		if other != k && catalog.InNamespace(p.Want[other]) {
			out = append(out, other)
		}
	}
	return out
}

// released reports whether a change drops, renames or replaces the object that has
// the name of k.
func released(diffs []catalog.Difference, k catalog.Key) bool {
	for _, d := range diffs {
		h := d.Have
		switch {
		case h.Namespace != k.Namespace || d.Aspect == catalog.Unmanaged:
		case h.Kind == catalog.Table && d.Aspect == catalog.Removed:
			return true // its indexes go with it, and have no difference of their own
		case catalog.InNamespace(h) && h.RelationName() == k.RelationName():
			return true
		}
	}
	return false
}

// article returns the indefinite one of a kind of object.
func article(kind string) string {
	if strings.HasPrefix(kind, "i") {
		return "an"
	}
	return "a"
}
