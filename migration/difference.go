package migration

// aspect is what differs about an object that both sides have.
type aspect string

const (
	missing   aspect = "missing"   // the database lacks it
	surplus   aspect = "surplus"   // the schema lacks it
	foreign   aspect = "foreign"   // a table that is there and that history does not know
	defAspect aspect = "def"       // type of a column, definition of everything else
	notNull   aspect = "not null"  // of a column
	exprDiff  aspect = "default"   // of a column
	special   aspect = "generated" // generated or identity column, invalid index
	collation aspect = "collation" // of a column
	comment   aspect = "comment"
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
// Objects of a table that is missing or surplus are not listed beside it.
func compare(want, have catalogue, ours owned) (diffs []difference, strangers []objectKey) {
	adopt := make(map[objectKey]bool)
	table := func(k objectKey) objectKey {
		return objectKey{Namespace: k.Namespace, Table: k.Table, Kind: tableObject}
	}
	for _, k := range want.keys() {
		w := want[k]
		h, ok := have[k]
		switch {
		case ok:
			found := aspects(w, h)
			if len(found) > 0 && !ours[table(k)] {
				adopt[table(k)] = true
				continue
			}
			diffs = append(diffs, found...)
		case k.Kind == tableObject:
			diffs = append(diffs, difference{key: k, aspect: missing, want: w})
		default:
			if _, ok := have[table(k)]; !ok {
				continue
			}
			if !ours[table(k)] {
				adopt[table(k)] = true
				continue
			}
			diffs = append(diffs, difference{key: k, aspect: missing, want: w})
		}
	}
	for _, k := range have.keys() {
		if _, ok := want[k]; ok {
			if adopt[k] {
				diffs = append(diffs, difference{key: k, aspect: foreign, have: have[k], want: want[k]})
			}
			continue
		}
		_, tableWanted := want[table(k)]
		switch {
		case k.Kind == tableObject && ours[k], tableWanted && ours[k]:
			diffs = append(diffs, difference{key: k, aspect: surplus, have: have[k]})
		case tableWanted:
			strangers = append(strangers, k)
		}
	}
	return diffs, strangers
}

// aspects lists in what two versions of one object differ. A comment that only
// the database has is nobody's business.
func aspects(want, have object) []difference {
	var out []difference
	add := func(a aspect, differs bool) {
		if differs {
			out = append(out, difference{key: want.objectKey, aspect: a, have: have, want: want})
		}
	}
	add(defAspect, want.Def != have.Def)
	add(notNull, want.NotNull != have.NotNull)
	add(special, want.Special != have.Special || isGenerated(want) && want.Expr != have.Expr)
	add(exprDiff, !isGenerated(want) && !isGenerated(have) && want.Expr != have.Expr)
	add(collation, want.Collation != have.Collation)
	add(comment, want.Comment != have.Comment && want.Comment != "")
	return out
}

// isGenerated says whether a column's expression generates it, and is no
// default.
func isGenerated(o object) bool { return o.Kind == columnObject && o.Special == "s" }
