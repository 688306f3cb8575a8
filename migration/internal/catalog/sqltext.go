package catalog

import "strings"

// The SQL of objects. A relation is a qualified, quoted name of a table.

// AlterTable returns ALTER TABLE with a clause.
func AlterTable(relation, what string) string { return "ALTER TABLE " + relation + " " + what }

// AddConstraint returns the statement that adds a constraint.
func AddConstraint(relation, name, def string) string {
	return AlterTable(relation, "ADD CONSTRAINT "+Quote(name)+" "+def)
}

// CreateEnum returns the statement that creates an enum type. name is qualified
// and quoted.
func CreateEnum(name string, values []string) string {
	labels := make([]string, 0, len(values))
	for _, v := range values {
		labels = append(labels, Literal(v))
	}
	return "CREATE TYPE " + name + " AS ENUM (" + strings.Join(labels, ", ") + ")"
}

// SetOption returns the statement that sets a storage parameter. The value is
// written as text, as PostgreSQL stores it.
func SetOption(relation, name, value string) string {
	return AlterTable(relation, "SET ("+name+" = "+Literal(value)+")")
}

// SetColumnStorage returns the clause of ALTER TABLE that sets a column's
// storage.
//
//	ALTER COLUMN "c" SET STORAGE PLAIN
func SetColumnStorage(column, mode string) string {
	return "ALTER COLUMN " + Quote(column) + " SET STORAGE " + mode
}

// AlterStorage returns the statement that changes the storage of a column.
func AlterStorage(k Key, mode string) string {
	return AlterTable(k.Relation(), SetColumnStorage(k.Name, mode))
}

// CommentOn returns the statement that sets the comment of a table or column.
// An empty text removes it.
func CommentOn(relation, column, text string) string {
	target := "TABLE " + relation
	if column != "" {
		target = "COLUMN " + relation + "." + Quote(column)
	}
	if text == "" {
		return "COMMENT ON " + target + " IS NULL"
	}
	return "COMMENT ON " + target + " IS " + Literal(text)
}

// ColumnList returns the quoted names, separated by commas.
func ColumnList(names []string) string {
	list := make([]string, 0, len(names))
	for _, n := range names {
		list = append(list, Quote(n))
	}
	return strings.Join(list, ", ")
}

// Relation returns the qualified, quoted name of a table.
func Relation(namespace, table string) string { return Quote(namespace) + "." + Quote(table) }

// Quote returns the quoted identifier.
func Quote(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// Literal returns text as an SQL string literal, independent of
// standard_conforming_strings.
func Literal(text string) string {
	q := "'" + strings.ReplaceAll(text, "'", "''") + "'"
	if strings.Contains(text, `\`) {
		return "E" + strings.ReplaceAll(q, `\`, `\\`)
	}
	return q
}

// Shortened returns a statement on one line, truncated for an error message.
func Shortened(statement string) string {
	const most = 200
	statement = strings.Join(strings.Fields(statement), " ")
	runes := []rune(statement)
	if len(runes) <= most {
		return statement
	}
	return string(runes[:most]) + " ..."
}
