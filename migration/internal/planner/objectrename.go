package planner

import (
	"fmt"
	"slices"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// renameObjects renames indexes and constraints. An object that takes a name
// comes after the one that releases it; in a cycle, one gets a temporary name
// first.
func (p *Planner) renameObjects() {
	pending := p.renamed
	taken := func(name string, but int) bool {
		return slices.ContainsFunc(pending, func(d catalog.Difference) bool {
			return d.Have.Name == name && d.Key.Namespace == pending[but].Key.Namespace && d.Key != pending[but].Key
		})
	}
	for len(pending) > 0 {
		i := slices.IndexFunc(pending, func(d catalog.Difference) bool {
			return !taken(d.Key.Name, slices.IndexFunc(pending, func(o catalog.Difference) bool { return o.Key == d.Key }))
		})
		if i >= 0 {
			p.renameObject(pending[i].Have.Key, pending[i].Key)
			pending = slices.Delete(slices.Clone(pending), i, i+1)
			continue
		}
		aside := pending[0].Key
		aside.Name = fmt.Sprintf("%s%d", asideName, len(p.steps))
		p.renameObject(pending[0].Have.Key, aside)
		pending = slices.Clone(pending)
		pending[0].Have.Name = aside.Name
	}
}

// asideName is the prefix of temporary names.
const asideName = "zz_elizago_aside_"

func (p *Planner) renameObject(from, to catalog.Key) {
	rename := p.kinds[to.Kind].rename
	p.add(phaseRenameObject, to, fmt.Sprintf("rename %s %s to %s", to.Kind, from, to.Name), rename(from, to), rename(to, from))
}
