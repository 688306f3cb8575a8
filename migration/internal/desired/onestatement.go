package desired

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/elizago/elizago/migration/internal/catalog"
)

// checkSingle rejects declared DDL that is more than one statement: the second
// would be executed without having been planned or classified. The server
// checks it again, by a protocol that takes one statement only.
func checkSingle(plugin string, declared []Statement) error {
	for _, d := range declared {
		if hasSemicolon(d.SQL) {
			return fmt.Errorf("migration: the schema of plugin %q does not build: the SQL of %s %s has a semicolon, which ends a statement: leave out what follows it, in: %s",
				plugin, d.Key.Kind, d.Key, catalog.Shortened(d.SQL))
		}
	}
	return nil
}

// quoted matches what SQL does not look into, at the beginning of a text:
// strings, names in quotes and comments to the end of a line. Dollar quotes and
// nested comments are not regular.
var (
	quoted      = regexp.MustCompile(`^(?:[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*)`)
	dollarQuote = regexp.MustCompile(`^\$(?:[\pL_][\pL\d_]*)?\$`)
	word        = regexp.MustCompile(`^[\pL\d_$]+`)
)

// hasSemicolon reports whether SQL has a semicolon outside strings, quoted names
// and comments.
func hasSemicolon(sql string) bool {
	for sql != "" {
		if q := quoted.FindString(sql); q != "" {
			sql = sql[len(q):]
			continue
		}
		if tag := dollarQuote.FindString(sql); tag != "" {
			_, after, _ := strings.Cut(sql[len(tag):], tag)
			sql = after
			continue
		}
		if strings.HasPrefix(sql, "/*") {
			sql = afterComment(sql)
			continue
		}
		if w := word.FindString(sql); w != "" {
			sql = sql[len(w):]
			continue
		}
		if sql[0] == ';' {
			return true
		}
		sql = sql[1:]
	}
	return false
}

// afterComment returns what follows a comment, which may contain others.
func afterComment(sql string) string {
	depth := 0
	for i := 0; i+1 < len(sql); i++ {
		switch sql[i : i+2] {
		case "/*":
			depth++
			i++
		case "*/":
			depth--
			i++
			if depth == 0 {
				return sql[i+1:]
			}
		}
	}
	return ""
}
