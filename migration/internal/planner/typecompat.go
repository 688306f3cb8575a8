package planner

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
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
