package desired

import (
	"maps"
	"slices"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// SearchPath is where names without a namespace are looked up in the declared
// DDL of one unit: in its own namespace first, then in core's and in those of the
// units that it depends on, in public, and wherever the extensions are that are
// not in public. The namespaces are those of the realm at the time; see author.
func (d *State) SearchPath(u *Unit, extensions map[string]string) string {
	var path []string
	add := func(namespace string) {
		if q := catalog.Quote(namespace); !slices.Contains(path, q) {
			path = append(path, q)
		}
	}
	if u.Model != nil {
		add(u.Model.Name)
	}
	units := d.resolved()
	for i := range d.Units {
		if o := &d.Units[i]; o.Model != nil && o != u && reaches(units, u.Plugin, o.Plugin) {
			add(o.Model.Name)
		}
	}
	add("public")
	for _, name := range slices.Sorted(maps.Keys(extensions)) {
		add(extensions[name])
	}
	return strings.Join(path, ", ")
}

// resolved are the units without what was made of them.
func (d *State) resolved() []resolved {
	out := make([]resolved, 0, len(d.Units))
	for i := range d.Units {
		out = append(out, d.Units[i].resolved)
	}
	return out
}
