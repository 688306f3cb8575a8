package planner

import (
	"regexp"
	"slices"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// Suffices reports whether a program whose schema declares an object works with what
// the database has instead, as a newer version of it has changed it: its statements
// mean the same, and the values that it writes are stored.
//
//	what is there and not declared   works, but for a column that rows need
//	types                            a wider one of the same family
//	NOT NULL                         dropped
//	defaults                         added
//	enum types                       more labels
//	indexes, checks, defaults        printed with other casts, over a wider type
//	views                            the same columns, and more at the end
//	comments, storage                any
//
// What only a newer version writes, such as a NULL or a number out of the old type's
// range, a program of the older one may fail to read.
func Suffices(d catalog.Difference) bool {
	suffices := kinds()[d.Key.Kind].suffices
	switch {
	case d.Aspect == catalog.Unmanaged:
		return false
	case suffices != nil:
		return suffices(d)
	default:
		return d.Aspect == catalog.Removed
	}
}

// anySuffices is for what no statement depends on.
func anySuffices(catalog.Difference) bool { return true }

func columnSuffices(d catalog.Difference) bool {
	have, want := d.Have, d.Want
	switch d.Aspect {
	case catalog.Removed:
		return !have.NotNull || have.Expr != "" || have.Special != ""
	case catalog.Definition:
		return loosens(want.Def, have.Def)
	case catalog.NotNull:
		return want.NotNull
	case catalog.Default:
		return want.Expr == "" || uncast(want) == uncast(have)
	default:
		return false
	}
}

// uncast returns the default of a column without the cast to the column's type, as
// PostgreSQL prints constants.
func uncast(o catalog.Object) string {
	name, _ := typeParts(o.Def)
	return strings.TrimSuffix(o.Expr, "::"+name)
}

func enumSuffices(d catalog.Difference) bool {
	return d.Aspect == catalog.Removed ||
		d.Aspect == catalog.Definition && isSubsequence(labelsOf(d.Want.Def), labelsOf(d.Have.Def))
}

func constraintSuffices(d catalog.Difference) bool {
	switch d.Aspect {
	case catalog.Removed:
		return true
	case catalog.Renamed:
		return !catalog.InNamespace(d.Want) // an upsert may name the others
	default:
		return equalButCasts(d)
	}
}

func indexSuffices(d catalog.Difference) bool {
	return d.Aspect == catalog.Removed || d.Aspect == catalog.Renamed || equalButCasts(d)
}

// widerTypes matches the types of families, and lists of them.
const widerTypes = `(?:text|character varying(?:\(\d+\))?|numeric|smallint|integer|bigint)\b(?:\[\])?`

// castOfValue and castOfColumn match casts of constants, and those of a column or a
// list, with its parentheses.
var (
	castOfValue  = regexp.MustCompile(`([^)])::` + widerTypes)
	castOfColumn = regexp.MustCompile(`\((\w+|"(?:[^"]|"")*"|ARRAY\[[^\]]*\])\)::` + widerTypes)
)

// equalButCasts reports whether two definitions differ in the casts alone that
// PostgreSQL prints for a column of a wider type, or does not print any more.
func equalButCasts(d catalog.Difference) bool {
	bare := func(def string) string {
		return castOfColumn.ReplaceAllString(castOfValue.ReplaceAllString(def, "$1"), "$1")
	}
	return d.Aspect == catalog.Definition && bare(d.Have.Def) == bare(d.Want.Def)
}

func policySuffices(d catalog.Difference) bool {
	return d.Aspect == catalog.Removed || d.Aspect == catalog.Renamed
}

// viewColumn matches a line of a view's columns: the name, and the type.
var viewColumn = regexp.MustCompile(`^("(?:[^"]|"")*"|\S+) (.*)$`)

func viewSuffices(d catalog.Difference) bool {
	if d.Aspect == catalog.Removed {
		return true
	}
	want, have := strings.Split(d.Want.Expr, "\n"), strings.Split(d.Have.Expr, "\n")
	if d.Aspect != catalog.Definition || len(have) < len(want) {
		return false
	}
	for i, line := range want {
		w, h := viewColumn.FindStringSubmatch(line), viewColumn.FindStringSubmatch(have[i])
		if line != have[i] && (w == nil || h == nil || w[1] != h[1] || !loosens(w[2], h[2])) {
			return false
		}
	}
	return true
}

// families are types with the same operators, each wider than those before it.
var families = [][]string{
	{"character varying", "text"}, {"text", "character varying"}, {"bit varying"}, {"numeric"},
	{"smallint", "integer", "bigint"},
}

// loosens reports whether a type holds all values of another, and has the same
// operators, so that a statement which was written for that one works.
func loosens(from, to string) bool {
	f, _ := typeParts(from)
	t, _ := typeParts(to)
	return widens(from, to) && slices.ContainsFunc(families, func(family []string) bool {
		return slices.Contains(family, f) && slices.Contains(family, t)
	})
}
