package migration

import (
	"regexp"
	"slices"
)

// aspect is what differs about an object.
type aspect string

const (
	missing   aspect = "missing"   // the database lacks it
	surplus   aspect = "surplus"   // the schema lacks it
	foreign   aspect = "foreign"   // a table that is there and that history does not know
	renamed   aspect = "renamed"   // an index or a constraint that only has another name
	defAspect aspect = "def"       // type of a column, definition of everything else
	notNull   aspect = "not null"  // of a column
	exprDiff  aspect = "default"   // of a column
	special   aspect = "generated" // generated or identity column, invalid index
	collation aspect = "collation" // of a column
)

// difference is one object, or one aspect of it, in which the database and the
// desired state differ. Its object may be the zero value on the side that
// lacks it.
type difference struct {
	key    objectKey
	aspect aspect
	have   object // in the database
	want   object // in the desired state
}

// owned says which objects history knows as declared.
type owned map[objectKey]bool

// compare lists how the database differs from the desired state, in the order
// of the keys, and the objects on its tables that no schema ever declared.
// Objects of a table that is missing or surplus are not listed beside it. A
// table that differs and that history does not know is one difference, unless
// adopt says to take it as the unit's: then its own follow.
func compare(want, have catalogue, ours owned, adopt bool) (diffs []difference, strangers []objectKey) {
	met := make(map[objectKey]bool) // tables listed as foreign
	add := func(k objectKey, found ...difference) {
		if t := k.table(); len(found) > 0 && k.Kind != enumObject && !ours[t] {
			if !met[t] {
				met[t] = true
				diffs = append(diffs, difference{key: t, aspect: foreign, have: have[t], want: want[t]})
			}
			if !adopt {
				return
			}
		}
		diffs = append(diffs, found...)
	}
	for _, k := range want.keys() {
		w := want[k]
		h, ok := have[k]
		switch {
		case ok:
			add(k, aspects(w, h)...)
		case k.Kind == tableObject, k.Kind == enumObject:
			diffs = append(diffs, difference{key: k, aspect: missing, want: w})
		default:
			if _, ok := have[k.table()]; ok {
				add(k, difference{key: k, aspect: missing, want: w})
			}
		}
	}
	for _, k := range have.keys() {
		if _, ok := want[k]; ok {
			continue
		}
		_, tableWanted := want[k.table()]
		column := objectKey{Namespace: k.Namespace, Table: k.Table, Kind: columnObject, Name: k.Name}
		_, columnWanted := want[column]
		switch {
		case (k.Kind == commentObject && k.Name != "" || k.Kind == storageObject) && !columnWanted:
			// It goes with its column.
		case ours[k] && (k.Kind == tableObject || k.Kind == enumObject || tableWanted):
			diffs = append(diffs, difference{key: k, aspect: surplus, have: have[k]})
		case tableWanted && k.Kind != commentObject && k.Kind != enumObject:
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
func withoutToast(diffs []difference, have catalogue) []difference {
	return slices.DeleteFunc(diffs, func(d difference) bool {
		return isToastOption(d.key) && have[d.key.table()].Special == ""
	})
}

// aspects lists in what two versions of one object differ.
func aspects(want, have object) []difference {
	var out []difference
	add := func(a aspect, differs bool) {
		if differs {
			out = append(out, difference{key: want.objectKey, aspect: a, have: have, want: want})
		}
	}
	add(defAspect, want.Def != have.Def)
	if want.Kind == storageObject || want.Kind == tableObject {
		return out // The rest is about the column's type, or of PostgreSQL's own making.
	}
	add(notNull, want.NotNull != have.NotNull)
	add(special, want.Special != have.Special || isGenerated(want) && want.Expr != have.Expr)
	add(exprDiff, !isGenerated(want) && !isGenerated(have) && want.Expr != have.Expr)
	add(collation, want.Collation != have.Collation)
	return out
}

// isGenerated says whether a column's expression generates it, and is no
// default.
func isGenerated(o object) bool { return o.Kind == columnObject && o.Special == "s" }

// isIdentity says whether a column counts up.
func isIdentity(o object) bool {
	return o.Kind == columnObject && o.Special != "" && (o.Special[0] == 'a' || o.Special[0] == 'd')
}

// primaryKeys takes a primary key that somebody has made or renamed by hand for
// the table's: a table has but one, whatever its name.
func primaryKeys(diffs []difference, want, have catalogue, strangers []objectKey) ([]difference, []objectKey) {
	isKey := func(o object) bool {
		return o.Kind == constraintObject && constraintType(o.Def) == "PRIMARY KEY"
	}
	wanted := make(map[objectKey]bool)
	for k, o := range want {
		if isKey(o) {
			wanted[k.table()] = true
		}
	}
	var rest []objectKey
	for _, k := range strangers {
		if isKey(have[k]) && wanted[k.table()] {
			diffs = append(diffs, difference{key: k, aspect: surplus, have: have[k]})
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
func pairNames(diffs []difference, have catalogue, strangers []objectKey) ([]difference, []objectKey) {
	gone := make(map[int]bool)
	taken := make(map[objectKey]bool)
	for i, d := range diffs {
		if d.aspect != missing || d.key.Kind != indexObject && d.key.Kind != constraintObject && d.key.Kind != policyObject {
			continue
		}
		same := func(o object) bool {
			return o.table() == d.key.table() && o.Kind == d.key.Kind && o.Special == "" && nameless(o.Def) == nameless(d.want.Def)
		}
		paired := false
		for j, o := range diffs {
			if !paired && !gone[j] && o.aspect == surplus && same(o.have) {
				diffs[i].aspect, diffs[i].have = renamed, o.have
				gone[j], paired = true, true
			}
		}
		if paired {
			continue
		}
		if j := slices.IndexFunc(strangers, func(k objectKey) bool { return !taken[k] && same(have[k]) }); j >= 0 {
			diffs[i].aspect, diffs[i].have = renamed, have[strangers[j]]
			taken[strangers[j]] = true
		}
	}
	out := diffs[:0:0]
	for i, d := range diffs {
		if !gone[i] {
			out = append(out, d)
		}
	}
	return out, slices.DeleteFunc(strangers, func(k objectKey) bool { return taken[k] })
}

var indexHead = regexp.MustCompile(`^(CREATE (?:UNIQUE )?INDEX )(?:"(?:[^"]|"")*"|\S+)( ON )`)

// nameless is a definition without the name of an index.
func nameless(def string) string { return indexHead.ReplaceAllString(def, "$1$2") }
