package desired

import (
	"maps"
	"slices"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// SearchPath returns the search_path for the declared DDL of one schema owner:
// its own namespace first, then core's and those of the owners that it depends
// on, public, and the schemas of extensions outside public. The namespaces are
// the current ones of the realm; see Renderer.
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

// resolved returns the schema owners without their state.
func (d *State) resolved() []resolved {
	out := make([]resolved, 0, len(d.Units))
	for i := range d.Units {
		out = append(out, d.Units[i].resolved)
	}
	return out
}
