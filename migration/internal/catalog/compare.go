package catalog

import (
	"regexp"
	"slices"
)

// Aspect is what differs about an object.
type Aspect string

const (
	Added      Aspect = "missing"   // the database lacks it
	Removed    Aspect = "surplus"   // the schema lacks it
	Unmanaged  Aspect = "foreign"   // a table that is there and that history does not know
	Renamed    Aspect = "renamed"   // an index or a constraint that only has another name
	Definition Aspect = "def"       // type of a column, definition of everything else
	NotNull    Aspect = "not null"  // of a column
	Default    Aspect = "default"   // of a column
	Generated  Aspect = "generated" // generated or identity column, invalid index
	Collation  Aspect = "collation" // of a column
)

// Difference is one object, or one aspect of it, in which the database and the
// desired state differ. Its object may be the zero value on the side that
// lacks it.
type Difference struct {
	Key    Key
	Aspect Aspect
	Have   Object // in the database
	Want   Object // in the desired state
}

// Owned says which objects history knows as declared.
type Owned map[Key]bool

// Compare lists how the database differs from the desired state, in the order
// of the keys, and the objects on its tables that no schema ever declared.
// Objects of a table that is missing or surplus are not listed beside it. A
// table that differs and that history does not know is one difference, unless
// adopt says to take it as the unit's: then its own follow.
func Compare(want, have Objects, ours Owned, adopt bool) (diffs []Difference, strangers []Key) {
	met := make(map[Key]bool) // tables listed as foreign
	add := func(k Key, found ...Difference) {
		if t := k.TableKey(); len(found) > 0 && k.Kind != Enum && !ours[t] {
			if !met[t] {
				met[t] = true
				diffs = append(diffs, Difference{Key: t, Aspect: Unmanaged, Have: have[t], Want: want[t]})
			}
			if !adopt {
				return
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
		case k.Kind == Table, k.Kind == Enum:
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
			// It goes with its column.
		case ours[k] && (k.Kind == Table || k.Kind == Enum || tableWanted):
			diffs = append(diffs, Difference{Key: k, Aspect: Removed, Have: have[k]})
		case tableWanted && k.Kind != Comment && k.Kind != Enum:
			strangers = append(strangers, k)
		}
	}
	diffs, strangers = primaryKeys(diffs, want, have, strangers)
	return pairNames(withoutToast(diffs, have), have, strangers)
}

// withoutToast leaves out the parameters of a toast table that is not there.
// PostgreSQL has none where no column's values can be moved out of the rows, and
// takes it away when it writes the rows anew after the last such column became
// PLAIN. From then on it accepts the parameters and forgets them, so that they
// would differ for ever.
func withoutToast(diffs []Difference, have Objects) []Difference {
	return slices.DeleteFunc(diffs, func(d Difference) bool {
		return IsToastOption(d.Key) && have[d.Key.TableKey()].Special == ""
	})
}

// aspects lists in what two versions of one object differ.
func aspects(want, have Object) []Difference {
	var out []Difference
	add := func(a Aspect, differs bool) {
		if differs {
			out = append(out, Difference{Key: want.Key, Aspect: a, Have: have, Want: want})
		}
	}
	add(Definition, want.Def != have.Def)
	if want.Kind == Storage || want.Kind == Table {
		return out // The rest is about the column's type, or of PostgreSQL's own making.
	}
	add(NotNull, want.NotNull != have.NotNull)
	add(Generated, want.Special != have.Special || IsGenerated(want) && want.Expr != have.Expr)
	add(Default, !IsGenerated(want) && !IsGenerated(have) && want.Expr != have.Expr)
	add(Collation, want.Collation != have.Collation)
	return out
}

// IsGenerated says whether a column's expression generates it, and is no
// default.
func IsGenerated(o Object) bool { return o.Kind == Column && o.Special == "s" }

// IsIdentity says whether a column counts up.
func IsIdentity(o Object) bool {
	return o.Kind == Column && o.Special != "" && (o.Special[0] == 'a' || o.Special[0] == 'd')
}

// primaryKeys takes a primary key that somebody has made or renamed by hand for
// the table's: a table has but one, whatever its name.
func primaryKeys(diffs []Difference, want, have Objects, strangers []Key) ([]Difference, []Key) {
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
	for _, k := range strangers {
		if isKey(have[k]) && wanted[k.TableKey()] {
			diffs = append(diffs, Difference{Key: k, Aspect: Removed, Have: have[k]})
			continue
		}
		rest = append(rest, k)
	}
	return diffs, rest
}

// pairNames finds indexes, constraints and policies that have only another name,
// as after their table was renamed, or because somebody has renamed them. Nobody
// loses anything when they get the declared one, and nothing has to be built
// again.
func pairNames(diffs []Difference, have Objects, strangers []Key) ([]Difference, []Key) {
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
		if j := slices.IndexFunc(strangers, func(k Key) bool { return !taken[k] && same(have[k]) }); j >= 0 {
			diffs[i].Aspect, diffs[i].Have = Renamed, have[strangers[j]]
			taken[strangers[j]] = true
		}
	}
	out := diffs[:0:0]
	for i, d := range diffs {
		if !gone[i] {
			out = append(out, d)
		}
	}
	return out, slices.DeleteFunc(strangers, func(k Key) bool { return taken[k] })
}

var IndexHead = regexp.MustCompile(`^(CREATE (?:UNIQUE )?INDEX )(?:"(?:[^"]|"")*"|\S+)( ON )`)

// Nameless is a definition without the name of an index.
func Nameless(def string) string { return IndexHead.ReplaceAllString(def, "$1$2") }
