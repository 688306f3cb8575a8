package core

// MetadataFilter is one condition on the metadata of memories:
//
//	core.MetadataFilter{Path: []string{"source"}, Op: core.MetadataEquals, Value: "discord"}
//	core.MetadataFilter{Path: []string{"tags"}, Op: core.MetadataContains, Value: "work"}
//	core.MetadataFilter{Path: []string{"review", "score"}, Op: core.MetadataAtLeast, Value: 4}
//
// A memory whose metadata has no value at Path matches only MetadataMissing.
type MetadataFilter struct {
	// Path is the path to a value: one to sixteen JSON field names, outermost
	// first. In a list, the name is an index: "0" is the first element, "-1"
	// the last.
	Path []string
	// Op is the comparison; required. An unknown operator is an error.
	Op MetadataOp
	// Value is the operand; see the operators. encoding/json must be able to
	// encode it. A value that Op does not accept is an error.
	Value any
}

// MetadataOp is the comparison of a MetadataFilter.
type MetadataOp string

// The operators.
const (
	// MetadataEquals matches values that are the same JSON as Value. 1 and 1.0
	// are the same, and the order of an object's fields does not matter.
	MetadataEquals MetadataOp = "equals"
	// MetadataIn matches values equal to an element of Value, a slice. An empty
	// slice matches nothing.
	MetadataIn MetadataOp = "in"
	// MetadataContains matches lists that contain Value, or all its elements if
	// it is a slice, and objects that have all fields of Value if it is a map
	// or struct.
	MetadataContains MetadataOp = "contains"
	// MetadataExists matches any value, including null. Value is ignored.
	MetadataExists MetadataOp = "exists"
	// MetadataMissing matches if there is no value. Value is ignored.
	MetadataMissing MetadataOp = "missing"

	// These match numbers that are >, >=, < or <= Value, a finite number.
	MetadataMoreThan MetadataOp = "more than"
	MetadataAtLeast  MetadataOp = "at least"
	MetadataLessThan MetadataOp = "less than"
	MetadataAtMost   MetadataOp = "at most"
)
