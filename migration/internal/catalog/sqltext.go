package catalog

import "strings"

// The SQL of objects. A relation is a table's full name, already quoted.

func AlterTable(relation, what string) string { return "ALTER TABLE " + relation + " " + what }

func AddConstraint(relation, name, def string) string {
	return AlterTable(relation, "ADD CONSTRAINT "+Quote(name)+" "+def)
}

func CreateEnum(name string, values []string) string {
	labels := make([]string, 0, len(values))
	for _, v := range values {
		labels = append(labels, Literal(v))
	}
	return "CREATE TYPE " + name + " AS ENUM (" + strings.Join(labels, ", ") + ")"
}

// SetOption writes the value as text: PostgreSQL keeps all of them as such.
func SetOption(relation, name, value string) string {
	return AlterTable(relation, "SET ("+name+" = "+Literal(value)+")")
}

// SetColumnStorage says how a column is stored, as a part of ALTER TABLE.
//
//	ALTER COLUMN "c" SET STORAGE PLAIN
func SetColumnStorage(column, mode string) string {
	return "ALTER COLUMN " + Quote(column) + " SET STORAGE " + mode
}

// AlterStorage changes how the column of a key is stored.
func AlterStorage(k Key, mode string) string {
	return AlterTable(k.Relation(), SetColumnStorage(k.Name, mode))
}

// CommentOn sets a table's comment, or a column's. An empty text removes it.
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

func ColumnList(names []string) string {
	list := make([]string, 0, len(names))
	for _, n := range names {
		list = append(list, Quote(n))
	}
	return strings.Join(list, ", ")
}

// Relation is a table's full name as SQL takes it.
func Relation(namespace, table string) string { return Quote(namespace) + "." + Quote(table) }

// Quote is a name as SQL takes it, whatever is in it.
func Quote(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// Literal is text as an SQL string, whatever standard_conforming_strings says.
func Literal(text string) string {
	q := "'" + strings.ReplaceAll(text, "'", "''") + "'"
	if strings.Contains(text, `\`) {
		return "E" + strings.ReplaceAll(q, `\`, `\\`)
	}
	return q
}
