package catalog

import (
	"regexp"
	"slices"
)

// Aspect is the kind of a difference.
type Aspect string

const (
	Added      Aspect = "missing"   // the database lacks it
	Removed    Aspect = "surplus"   // the schema lacks it
	Unmanaged  Aspect = "foreign"   // an existing table that history does not know
	Renamed    Aspect = "renamed"   // an index or constraint with another name only
	Definition Aspect = "def"       // type of a column, definition of everything else
	NotNull    Aspect = "not null"  // of a column
	Default    Aspect = "default"   // of a column
	Generated  Aspect = "generated" // generated or identity column, invalid index
	Collation  Aspect = "collation" // of a column
)

// Difference is a difference between the database and the desired state in one
// aspect of an object. Have or Want is the zero value if that side lacks the
// object.
type Difference struct {
	Key    Key
	Aspect Aspect
	Have   Object // in the database
	Want   Object // in the desired state
}

// Owned is the set of objects that history records as declared.
type Owned map[Key]bool

// Compare returns the differences between the database and the desired state,
// in the order of the keys, and the unmanaged objects on its tables, which no
// schema ever declared. Objects of an added or removed table are not listed
// separately. A table that differs and is not in history is a difference of its
// own, before those of its objects.
func Compare(want, have Objects, ours Owned) (diffs []Difference, unmanaged []Key) {
	met := make(map[Key]bool) // owners listed as unmanaged
	add := func(k Key, found ...Difference) {
		if t := k.Owner(); len(found) > 0 && k.Kind != Enum && !ours[t] {
			if !met[t] {
				met[t] = true
				diffs = append(diffs, Difference{Key: t, Aspect: Unmanaged, Have: have[t], Want: want[t]})
			}
		}
		diffs = append(diffs, found...)
	}
	for _, k := range want.Keys() {
		w := want[k]
		h, ok := have[k]
		switch {
		case ok:
			add(k, aspects(w, h)...)
		case k.Independent():
			diffs = append(diffs, Difference{Key: k, Aspect: Added, Want: w})
		default:
			if _, ok := have[k.TableKey()]; ok {
				add(k, Difference{Key: k, Aspect: Added, Want: w})
			}
		}
	}
	for _, k := range have.Keys() {
		if _, ok := want[k]; ok {
			continue
		}
		_, tableWanted := want[k.TableKey()]
		column := Key{Namespace: k.Namespace, Table: k.Table, Kind: Column, Name: k.Name}
		_, columnWanted := want[column]
		switch {
		case (k.Kind == Comment && k.Name != "" || k.Kind == Storage) && !columnWanted:
			// It is dropped with its column.
		case ours[k] && (k.Independent() || tableWanted):
			diffs = append(diffs, Difference{Key: k, Aspect: Removed, Have: have[k]})
		case tableWanted && k.Kind != Comment && !k.Independent():
			unmanaged = append(unmanaged, k)
		}
	}
	diffs, unmanaged = primaryKeys(diffs, want, have, unmanaged)
	return pairNames(withoutToast(diffs, have), have, unmanaged)
}

// withoutToast removes differences in the parameters of a toast table that does
// not exist. A table has none if no column's values can be moved out of line,
// and loses it at a rewrite after the last such column became PLAIN. PostgreSQL
// then accepts the parameters without storing them, so that they would always
// differ.
func withoutToast(diffs []Difference, have Objects) []Difference {
	return slices.DeleteFunc(diffs, func(d Difference) bool {
		return IsToastOption(d.Key) && have[d.Key.TableKey()].Special == ""
	})
}

// aspects returns the differences between two versions of one object.
func aspects(want, have Object) []Difference {
	var out []Difference
	add := func(a Aspect, differs bool) {
		if differs {
			out = append(out, Difference{Key: want.Key, Aspect: a, Have: have, Want: want})
		}
	}
	add(Definition, want.Def != have.Def)
	if want.Kind == Storage || want.Kind == Table {
		return out // the rest depends on the column's type
	}
	add(NotNull, want.NotNull != have.NotNull)
	add(Generated, want.Special != have.Special || IsGenerated(want) && want.Expr != have.Expr)
	add(Default, want.Kind == Column && !IsGenerated(want) && !IsGenerated(have) && want.Expr != have.Expr)
	add(Collation, want.Collation != have.Collation)
	return out
}

// IsGenerated reports whether the object is a generated column.
func IsGenerated(o Object) bool { return o.Kind == Column && o.Special == "s" }

// IsIdentity reports whether the object is an identity column.
func IsIdentity(o Object) bool {
	return o.Kind == Column && o.Special != "" && (o.Special[0] == 'a' || o.Special[0] == 'd')
}

// primaryKeys matches a primary key that was created or renamed by hand with
// the declared one: a table has only one, whatever its name.
func primaryKeys(diffs []Difference, want, have Objects, unmanaged []Key) ([]Difference, []Key) {
	isKey := func(o Object) bool {
		return o.Kind == Constraint && ConstraintType(o.Def) == "PRIMARY KEY"
	}
	wanted := make(map[Key]bool)
	for k, o := range want {
		if isKey(o) {
			wanted[k.TableKey()] = true
		}
	}
	var rest []Key
	for _, k := range unmanaged {
		if isKey(have[k]) && wanted[k.TableKey()] {
			diffs = append(diffs, Difference{Key: k, Aspect: Removed, Have: have[k]})
			continue
		}
		rest = append(rest, k)
	}
	return diffs, rest
}

// pairNames finds indexes, constraints and policies that differ only in name,
// as after a rename of their table or by hand. Renaming them loses nothing and
// rebuilds nothing.
func pairNames(diffs []Difference, have Objects, unmanaged []Key) ([]Difference, []Key) {
	gone := make(map[int]bool)
	taken := make(map[Key]bool)
	for i, d := range diffs {
		if d.Aspect != Added || d.Key.Kind != Index && d.Key.Kind != Constraint && d.Key.Kind != Policy {
			continue
		}
		same := func(o Object) bool {
			return o.TableKey() == d.Key.TableKey() && o.Kind == d.Key.Kind && o.Special == "" && Nameless(o.Def) == Nameless(d.Want.Def)
		}
		paired := false
		for j, o := range diffs {
			if !paired && !gone[j] && o.Aspect == Removed && same(o.Have) {
				diffs[i].Aspect, diffs[i].Have = Renamed, o.Have
				gone[j], paired = true, true
			}
		}
		if paired {
			continue
		}
		if j := slices.IndexFunc(unmanaged, func(k Key) bool { return !taken[k] && same(have[k]) }); j >= 0 {
			diffs[i].Aspect, diffs[i].Have = Renamed, have[unmanaged[j]]
			taken[unmanaged[j]] = true
		}
	}
	out := diffs[:0:0]
	for i, d := range diffs {
		if !gone[i] {
			out = append(out, d)
		}
	}
	return out, slices.DeleteFunc(unmanaged, func(k Key) bool { return taken[k] })
}

// IndexHead matches an index definition up to ON. Its groups are the parts before
// and after the index's name.
var IndexHead = regexp.MustCompile(`^(CREATE (?:UNIQUE )?INDEX )(?:"(?:[^"]|"")*"|\S+)( ON )`)

// Nameless returns a definition without the index's name.
func Nameless(def string) string { return IndexHead.ReplaceAllString(def, "$1$2") }
