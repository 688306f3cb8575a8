package migration_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/elizago/elizago/migration/entpg"
)

// family are the types that may be declared, checked and indexed in the same
// ways. Every list holds what is valid for a column @{c}, so that what an edit
// has made invalid can be found by looking it up.
type family struct {
	name  string
	types []string

	// value is the SQL literal of row i. Rows of one type have equal values
	// in all tables, so that any foreign key holds.
	value func(i int) string

	// distinct says that the values differ between rows.
	distinct bool

	// ordered types have a default operator class for btree.
	ordered bool

	// defaults fulfil every check.
	defaults []string

	// checks hold for every value and default, also for the values of other
	// types after their conversion.
	checks []string

	// parts are what an index may consist of, beside the plain column.
	parts []indexedPart

	// exclusions keep all rows of the values above.
	exclusions []entpg.ExclusionPart

	// generated are computed from a column of the family.
	generated []computed
}

type indexedPart struct {
	using string
	entpg.Part
	only string // the one type that it is for
}

type computed struct{ typ, expr string }

func digits(i int) string { return fmt.Sprintf("'%d'", i+1) }

var families = []*family{
	{
		name: "text", types: []string{"text", "varchar(20)", "varchar(40)", "varchar"},
		value: digits, distinct: true, ordered: true,
		defaults: []string{"'x'", "'it''s'", "''", "'prop_one.notes'", "upper('y')", `'a "quoted" \ one'`},
		checks: []string{
			"char_length(@{c}) < 100", "@{c} NOT IN ('zz', 'yy')", "@{c} <> 'public.notes'", "lower(@{c}) <> 'prop_two.b'",
		},
		parts: []indexedPart{
			{using: "btree", Part: entpg.Part{Column: "c", OpClass: "text_pattern_ops"}},
			{using: "btree", Part: entpg.Part{Column: "c", Collation: "C"}},
			{using: "btree", Part: entpg.Part{Column: "c", Collation: "POSIX", OpClass: "text_pattern_ops"}},
			{using: "btree", Part: entpg.Part{Expr: "lower(@{c})"}},
			{using: "btree", Part: entpg.Part{Expr: "@{c} || 'prop_one.'"}},
			{using: "hash", Part: entpg.Part{Column: "c"}},
			{using: "gin", Part: entpg.Part{Column: "c", OpClass: "gin_trgm_ops"}},
			{using: "gin", Part: entpg.Part{Expr: "to_tsvector('simple', @{c})"}},
		},
		generated: []computed{
			{"text", "lower(@{c})"},
			{"text", "@{c} || '.'"},
			{"integer", "char_length(@{c})"},
			{"tsvector", "to_tsvector('simple', @{c})"},
		},
	},
	{
		name: "integer", types: []string{"bigint", "integer", "smallint"},
		value: digits, distinct: true, ordered: true,
		defaults: []string{"0", "42", "(1 + 1)"},
		checks:   []string{"@{c} >= 0", "@{c} < 30000", "@{c} IN (0, 1, 2, 3, 42) OR @{c} > 3"},
		parts: []indexedPart{
			{using: "btree", Part: entpg.Part{Expr: "@{c} + 1"}},
			{using: "btree", Part: entpg.Part{Expr: "abs(@{c})"}},
			{using: "hash", Part: entpg.Part{Column: "c"}},
			{using: "brin", Part: entpg.Part{Column: "c"}},
		},
		exclusions: []entpg.ExclusionPart{
			{Column: "c", Operator: "="},
			// A range from NULL to NULL would overlap all others.
			{Expr: "int8range(coalesce(@{c}, -1), coalesce(@{c}, -1), '[]')", Operator: "&&"},
		},
		generated: []computed{{"bigint", "@{c} * 2"}, {"text", "(@{c})::text"}, {"integer", "@{c} % 7"}},
	},
	{
		name: "numeric", types: []string{"numeric(10,2)", "numeric(12,4)", "numeric", "numeric(8)"},
		value: digits, distinct: true, ordered: true,
		defaults:  []string{"0", "1.5"},
		checks:    []string{"@{c} >= 0", "@{c} < 30000.5"},
		parts:     []indexedPart{{using: "btree", Part: entpg.Part{Expr: "round(@{c})"}}},
		generated: []computed{{"numeric(12,4)", "@{c} / 2"}},
	},
	{
		name: "float", types: []string{"double precision", "real"},
		value: digits, distinct: true, ordered: true,
		defaults: []string{"0", "0.25"}, checks: []string{"@{c} >= 0"},
		generated: []computed{{"double precision", "@{c} * 2.5"}},
	},
	{
		name: "bool", types: []string{"boolean"}, ordered: true,
		value:    func(i int) string { return []string{"'true'", "'false'"}[i%2] },
		defaults: []string{"false", "true"}, checks: []string{"@{c} IN (true, false)"},
		generated: []computed{{"boolean", "NOT @{c}"}},
	},
	{
		name: "time", types: []string{"timestamptz", "timestamp", "timestamptz(3)"}, ordered: true, distinct: true,
		value:    func(i int) string { return fmt.Sprintf("'2024-01-%02d 10:00:00'", i+1) },
		defaults: []string{"now()", "CURRENT_TIMESTAMP", "'2024-02-03 04:05:06'"}, checks: []string{"@{c} > '1990-01-01'"},
		parts: []indexedPart{{using: "brin", Part: entpg.Part{Column: "c"}}},
	},
	{
		name: "date", types: []string{"date"}, ordered: true, distinct: true,
		value:    func(i int) string { return fmt.Sprintf("'2024-01-%02d'", i+1) },
		defaults: []string{"CURRENT_DATE", "'2024-02-03'"}, checks: []string{"@{c} > '1990-01-01'"},
		generated: []computed{{"date", "@{c} + 1"}},
	},
	{
		name: "uuid", types: []string{"uuid"}, ordered: true, distinct: true,
		value:    func(i int) string { return fmt.Sprintf("'00000000-0000-4000-8000-%012d'", i+1) },
		defaults: []string{"gen_random_uuid()", "'11111111-1111-4111-8111-111111111111'"},
		checks:   []string{"@{c} <> '22222222-2222-4222-8222-222222222222'"},
		parts:    []indexedPart{{using: "hash", Part: entpg.Part{Column: "c"}}},
	},
	{
		name: "jsonb", types: []string{"jsonb"}, ordered: true, distinct: true,
		value:    func(i int) string { return fmt.Sprintf(`'{"a": "%d"}'`, i+1) },
		defaults: []string{"'{}'", `'{"a": [1, "it''s"]}'`, "jsonb_build_object('a', 1)"},
		checks:   []string{"jsonb_typeof(@{c}) <> 'null'", "@{c} ->> 'zz' IS NULL"},
		parts: []indexedPart{
			{using: "gin", Part: entpg.Part{Column: "c"}},
			{using: "gin", Part: entpg.Part{Column: "c", OpClass: "jsonb_path_ops"}},
			{using: "btree", Part: entpg.Part{Expr: "@{c} ->> 'a'"}},
			{using: "gin", Part: entpg.Part{Expr: "@{c} -> 'tags'"}},
		},
		generated: []computed{{"text", "@{c} ->> 'a'"}},
	},
	{
		name: "json", types: []string{"json"}, distinct: true,
		value:    func(i int) string { return fmt.Sprintf(`'{"a": "%d"}'`, i+1) },
		defaults: []string{"'{}'"}, checks: []string{"json_typeof(@{c}) <> 'null'"},
		parts:     []indexedPart{{using: "btree", Part: entpg.Part{Expr: "@{c} ->> 'a'"}}},
		generated: []computed{{"text", "@{c} ->> 'a'"}},
	},
	{
		name: "bytea", types: []string{"bytea"}, ordered: true, distinct: true,
		value:    func(i int) string { return fmt.Sprintf(`'\x%02x'`, i+1) },
		defaults: []string{`'\x00'`}, checks: []string{"octet_length(@{c}) < 50"},
	},
	{
		name: "array", types: []string{"text[]", "integer[]", "bigint[]"}, ordered: true, distinct: true,
		value:    func(i int) string { return fmt.Sprintf("'{%d,7}'", i+1) },
		defaults: []string{"'{}'", "ARRAY[1, 2]"}, checks: []string{"cardinality(@{c}) < 50"},
		parts:     []indexedPart{{using: "gin", Part: entpg.Part{Column: "c"}}},
		generated: []computed{{"integer", "cardinality(@{c})"}},
	},
	{
		name: "range", types: []string{"int4range"}, ordered: true, distinct: true,
		value:    func(i int) string { return fmt.Sprintf("'[%d,%d)'", 10*i, 10*i+5) },
		defaults: []string{"'empty'"}, checks: []string{"NOT upper_inf(@{c})"},
		parts: []indexedPart{{using: "gist", Part: entpg.Part{Column: "c"}}},
		exclusions: []entpg.ExclusionPart{
			{Column: "c", Operator: "&&"}, {Column: "c", Operator: "=", OpClass: "range_ops"},
		},
		generated: []computed{{"integer", "lower(@{c})"}},
	},
	{
		name: "vector", types: []string{"vector(3)", "vector(4)"}, distinct: true,
		value:  nil, // depends on the dimension: see literal
		checks: []string{"vector_dims(@{c}) < 5"},
		parts: []indexedPart{
			{using: "hnsw", Part: entpg.Part{Column: "c", OpClass: entpg.VectorCosine}},
			{using: "hnsw", Part: entpg.Part{Column: "c", OpClass: entpg.VectorL2}},
			{using: "ivfflat", Part: entpg.Part{Column: "c", OpClass: entpg.VectorIP}},
			{using: "hnsw", Part: entpg.Part{Expr: "@{c}::halfvec(3)", OpClass: entpg.HalfVectorL2}, only: "vector(3)"},
		},
		generated: []computed{{"integer", "vector_dims(@{c})"}},
	},
	{
		name: "halfvec", types: []string{"halfvec(3)", "halfvec(4)"}, distinct: true,
		parts: []indexedPart{
			{using: "hnsw", Part: entpg.Part{Column: "c", OpClass: entpg.HalfVectorCosine}},
			{using: "ivfflat", Part: entpg.Part{Column: "c", OpClass: entpg.HalfVectorL2}},
		},
	},
	{
		name: "tsvector", types: []string{"tsvector"}, ordered: true, distinct: true,
		value:    digits,
		defaults: []string{"''"},
		parts:    []indexedPart{{using: "gin", Part: entpg.Part{Column: "c"}}, {using: "gist", Part: entpg.Part{Column: "c"}}},
	},
	enumFamily,
}

// enumFamily is for columns with an enumeration. The label '1' is in all of
// them, and the one value that rows have.
var enumFamily = &family{
	name: "enum", ordered: true,
	value:    func(int) string { return "'1'" },
	defaults: []string{"'1'", "'2'", "'it''s'", "'1'::@type"},
	checks:   []string{"@{c} >= '1' OR true", "@{c} = '1' OR @{c} IS NOT NULL"},
	parts:    []indexedPart{{using: "hash", Part: entpg.Part{Column: "c"}}},
}

// labels are what enumerations are made of.
var labels = []string{"1", "2", "3", "sad", "it's", "Happy"}

func (c *columnModel) family() *family {
	if c.Enum {
		return enumFamily
	}
	for _, f := range families {
		if slices.Contains(f.types, c.Type) {
			return f
		}
	}
	panic("no family has the type " + c.Type)
}

// literal is the value of row i in a column that is of type c now and will be
// of type to.
func (c *columnModel) literal(to *columnModel, i int) string {
	if to != nil && to.Enum {
		return enumFamily.value(i)
	}
	switch c.Type {
	case "vector(3)", "halfvec(3)":
		return fmt.Sprintf("'[1,0,%d]'", i+1)
	case "vector(4)", "halfvec(4)":
		return fmt.Sprintf("'[1,0,%d,0]'", i+1)
	}
	return c.family().value(i)
}

// distinct says whether rows differ in a column, before and after.
func (c *columnModel) distinct(to *columnModel) bool {
	return c.family().distinct && c.Generated == "" && (to == nil || to.family().distinct && to.Generated == "")
}

// convertible says whether every value of the one column can be one of the
// other's. Tables with a column that cannot stay empty.
func (c *columnModel) convertible(to *columnModel) bool {
	from, into := c.family().name, to.family().name
	counting := func(f string) bool { return f == "text" || f == "integer" || f == "numeric" || f == "float" }
	switch {
	case from == into:
		return from != "vector" && from != "halfvec" || c.Type == to.Type
	case to.Type == "text" || to.Type == "varchar":
		return true
	case counting(from) && counting(into):
		return true
	}
	switch from + " " + into {
	case "time date", "date time", "json jsonb", "jsonb json", "text enum", "text json", "text jsonb":
		return true
	case "vector halfvec", "halfvec vector":
		return strings.TrimLeft(c.Type, "vectorhalf") == strings.TrimLeft(to.Type, "vectorhalf")
	}
	return false
}

// unchanged says whether a value is to be the same text in both columns.
func (c *columnModel) unchanged(to *columnModel) bool {
	if c.Generated != "" || to.Generated != "" {
		return false
	}
	if c.Enum && to.Enum || c.Type == to.Type {
		return true
	}
	from, into := c.family().name, to.family().name
	return from == into && (from == "text" || from == "integer") || into == "text" && (from == "text" || from == "integer")
}

func at(expr, column string) string { return strings.ReplaceAll(expr, "@{c}", "@{"+column+"}") }

// hasCheck says whether a condition is one for some column of the table.
func (t *tableModel) hasCheck(expr string) bool {
	names := mentioned(expr)
	if len(names) != 1 {
		return len(names) == 0
	}
	c := t.column(names[0])
	if c == nil {
		return false
	}
	return slices.Contains(c.conditions(), expr)
}

// hasPredicate is hasCheck for conditions that need not hold for every row.
func (t *tableModel) hasPredicate(expr string) bool {
	if t.hasCheck(expr) {
		return true
	}
	names := mentioned(expr)
	return len(names) == 1 && t.column(names[0]) != nil && expr == at(isNotNull, names[0])
}

const isNotNull = "@{c} IS NOT NULL"

// conditions are those that every row fulfils.
func (c *columnModel) conditions() []string {
	out := []string{at("@{c} IS NOT NULL OR true", c.Name)}
	for _, x := range c.family().checks {
		out = append(out, at(x, c.Name))
	}
	return out
}

// partOf finds what an index part of a table is made of: its column, and
// whether that may stand in an index by that method.
func (t *tableModel) partOf(using string, p entpg.Part) (*columnModel, bool) {
	name := p.Column
	if p.Expr != "" {
		names := mentioned(p.Expr)
		if len(names) != 1 {
			return nil, false
		}
		name = names[0]
	}
	c := t.column(name)
	if c == nil {
		return nil, false
	}
	for _, x := range c.parts() {
		if x.using == using && x.Column == p.Column && x.Expr == p.Expr && x.OpClass == p.OpClass && x.Collation == p.Collation {
			return c, true
		}
	}
	return nil, false
}

// parts are all index parts that a column can be.
func (c *columnModel) parts() []indexedPart {
	f := c.family()
	var out []indexedPart
	if f.ordered {
		out = append(out, indexedPart{using: "btree", Part: entpg.Part{Column: c.Name}})
	}
	for _, p := range f.parts {
		if p.only != "" && p.only != c.Type {
			continue
		}
		if p.Column != "" {
			p.Column = c.Name
		}
		p.Expr = at(p.Expr, c.Name)
		out = append(out, p)
	}
	return out
}

// exclusions are all parts of an exclusion constraint that a column can be.
func (c *columnModel) exclusions() []entpg.ExclusionPart {
	var out []entpg.ExclusionPart
	for _, p := range c.family().exclusions {
		if p.Column != "" {
			p.Column = c.Name
		}
		p.Expr = at(p.Expr, c.Name)
		out = append(out, p)
	}
	return out
}
