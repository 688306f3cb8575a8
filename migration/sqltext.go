package migration

import "strings"

// The SQL of objects. A relation is a table's full name, already quoted.

func alterTable(relation, what string) string { return "ALTER TABLE " + relation + " " + what }

func addConstraint(relation, name, def string) string {
	return alterTable(relation, "ADD CONSTRAINT "+quoted(name)+" "+def)
}

func createEnum(name string, values []string) string {
	labels := make([]string, 0, len(values))
	for _, v := range values {
		labels = append(labels, literal(v))
	}
	return "CREATE TYPE " + name + " AS ENUM (" + strings.Join(labels, ", ") + ")"
}

// setOption writes the value as text: PostgreSQL keeps all of them as such.
func setOption(relation, name, value string) string {
	return alterTable(relation, "SET ("+name+" = "+literal(value)+")")
}

// setColumnStorage says how a column is stored, as a part of ALTER TABLE.
//
//	ALTER COLUMN "c" SET STORAGE PLAIN
func setColumnStorage(column, mode string) string {
	return "ALTER COLUMN " + quoted(column) + " SET STORAGE " + mode
}

// alterStorage changes how the column of a key is stored.
func alterStorage(k objectKey, mode string) string {
	return alterTable(k.relation(), setColumnStorage(k.Name, mode))
}

// commentOn sets a table's comment, or a column's. An empty text removes it.
func commentOn(relation, column, text string) string {
	target := "TABLE " + relation
	if column != "" {
		target = "COLUMN " + relation + "." + quoted(column)
	}
	if text == "" {
		return "COMMENT ON " + target + " IS NULL"
	}
	return "COMMENT ON " + target + " IS " + literal(text)
}

func columnList(names []string) string {
	list := make([]string, 0, len(names))
	for _, n := range names {
		list = append(list, quoted(n))
	}
	return strings.Join(list, ", ")
}

// relation is a table's full name as SQL takes it.
func relation(namespace, table string) string { return quoted(namespace) + "." + quoted(table) }

// quoted is a name as SQL takes it, whatever is in it.
func quoted(name string) string {
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}

// literal is text as an SQL string, whatever standard_conforming_strings says.
func literal(text string) string {
	q := "'" + strings.ReplaceAll(text, "'", "''") + "'"
	if strings.Contains(text, `\`) {
		return "E" + strings.ReplaceAll(q, `\`, `\\`)
	}
	return q
}
