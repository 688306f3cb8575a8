package planner

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// widens reports whether every value of one type is the same value of the other,
// so that no row needs to be looked at. Both are as PostgreSQL prints them.
func widens(from, to string) bool {
	f, fArgs := typeParts(from)
	t, tArgs := typeParts(to)
	switch {
	case f == t && (f == "character varying" || f == "bit varying"):
		return len(tArgs) == 0 || len(fArgs) == 1 && fArgs[0] <= tArgs[0]
	case f == t && f == "numeric":
		return len(tArgs) == 0 ||
			len(fArgs) == 2 && len(tArgs) == 2 && fArgs[1] <= tArgs[1] && fArgs[0]-fArgs[1] <= tArgs[0]-tArgs[1]
	case t == "text":
		return slices.Contains([]string{"character varying", "uuid", "smallint", "integer", "bigint", "boolean"}, f)
	case t == "character varying" && len(tArgs) == 0:
		return f == "text"
	case t == "numeric" && len(tArgs) == 0:
		return f == "smallint" || f == "integer" || f == "bigint"
	}
	next := map[string][]string{
		"smallint": {"integer", "bigint", "double precision", "real"},
		"integer":  {"bigint", "double precision"},
		"real":     {"double precision"},
		"date":     {"timestamp without time zone"},
	}
	return slices.Contains(next[f], t)
}

// zoned and unzoned are the types that have a time zone, and those that have
// none. Between them PostgreSQL converts by the session's TimeZone, which is
// not the one that the values were written in.
var (
	zoned   = []string{"timestamp with time zone", "time with time zone", "tstzrange", "tstzmultirange"}
	unzoned = []string{
		"timestamp without time zone", "time without time zone", "date",
		"tsrange", "tsmultirange", "daterange", "datemultirange",
	}
)

// zoneDependent reports whether the conversion from one type to another, or of
// arrays of them, depends on the session's time zone.
func zoneDependent(from, to string) bool {
	f, _ := typeParts(strings.TrimRight(from, "[]"))
	t, _ := typeParts(strings.TrimRight(to, "[]"))
	return slices.Contains(zoned, f) && slices.Contains(unzoned, t) || slices.Contains(unzoned, f) && slices.Contains(zoned, t)
}

// numbers are the types whose conversions PostgreSQL makes without looking at
// the value, so that it survives the way back while it has become another
// number: -1 is the oid 4294967295. Each has the cast that shows its number.
var numbers = map[string]string{
	"smallint": "", "integer": "", "bigint": "", "oid": "",
	"regclass": "::oid", "regcollation": "::oid", "regconfig": "::oid", "regdictionary": "::oid", "regnamespace": "::oid",
	"regoper": "::oid", "regoperator": "::oid", "regproc": "::oid", "regprocedure": "::oid", "regrole": "::oid", "regtype": "::oid",
}

// reinterpreted goes on with a condition for lost values: those that become
// another number by the conversion there. It is "" for other types than numbers.
func reinterpreted(d catalog.Difference, there string) string {
	from, ok := numbers[d.Have.Def]
	to, both := numbers[d.Want.Def]
	if !ok || !both {
		return ""
	}
	c := catalog.Quote(d.Key.Name)
	return fmt.Sprintf(" OR %s IS NOT NULL AND (%s)%s::text IS DISTINCT FROM %[1]s%[4]s::text", c, there, to, from)
}

var typeArgs = regexp.MustCompile(`\((\d+)(?:,(-?\d+))?\)`)

// typeParts splits "numeric(10,2)" into its name and numbers.
func typeParts(typ string) (name string, args []int) {
	if m := typeArgs.FindStringSubmatch(typ); m != nil {
		for _, text := range m[1:] {
			if n, err := strconv.Atoi(text); err == nil {
				args = append(args, n)
			}
		}
	}
	return strings.TrimSpace(typeArgs.ReplaceAllString(typ, "")), args
}
