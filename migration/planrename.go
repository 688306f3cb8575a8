package migration

import (
	"fmt"
	"slices"
)

// renameObjects gives indexes and constraints their new names. Who takes a name
// comes after who gives it up; in a circle, one steps aside first.
func (p *planner) renameObjects() {
	pending := p.renamed
	taken := func(name string, but int) bool {
		return slices.ContainsFunc(pending, func(d difference) bool {
			return d.have.Name == name && d.key.Namespace == pending[but].key.Namespace && d.key != pending[but].key
		})
	}
	for len(pending) > 0 {
		i := slices.IndexFunc(pending, func(d difference) bool {
			return !taken(d.key.Name, slices.IndexFunc(pending, func(o difference) bool { return o.key == d.key }))
		})
		if i >= 0 {
			p.renameObject(pending[i].have.objectKey, pending[i].key)
			pending = slices.Delete(slices.Clone(pending), i, i+1)
			continue
		}
		aside := pending[0].key
		aside.Name = fmt.Sprintf("%s%d", asideName, len(p.steps))
		p.renameObject(pending[0].have.objectKey, aside)
		pending = slices.Clone(pending)
		pending[0].have.Name = aside.Name
	}
}

// asideName starts the name of what steps aside for a moment.
const asideName = "zz_elizago_aside_"

func (p *planner) renameObject(from, to objectKey) {
	sql := func(from, to objectKey) string {
		switch to.Kind {
		case policyObject:
			return "ALTER POLICY " + quoted(from.Name) + " ON " + to.relation() + " RENAME TO " + quoted(to.Name)
		case indexObject:
			return "ALTER INDEX " + relation(from.Namespace, from.Name) + " RENAME TO " + quoted(to.Name)
		}
		return alterTable(to.relation(), "RENAME CONSTRAINT "+quoted(from.Name)+" TO "+quoted(to.Name))
	}
	p.add(phaseRenameObject, to, fmt.Sprintf("rename %s %s to %s", to.Kind, from, to.Name), sql(from, to), sql(to, from))
}
