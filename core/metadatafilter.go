package core

// MetadataFilter is one condition on the metadata of memories:
//
//	core.MetadataFilter{Path: []string{"source"}, Op: core.MetadataEquals, Value: "discord"}
//	core.MetadataFilter{Path: []string{"tags"}, Op: core.MetadataContains, Value: "work"}
//	core.MetadataFilter{Path: []string{"review", "score"}, Op: core.MetadataAtLeast, Value: 4}
//
// A memory whose metadata has nothing at Path passes none but MetadataMissing.
type MetadataFilter struct {
	// Path leads to a value: the JSON name of a field of the metadata, then
	// that of a field in it, and so on. In a list, the name is a position: "0"
	// is the first item, "-1" the last. One to sixteen names.
	Path []string
	// Op is how the value is compared. Required; one that is not below is an
	// error.
	Op MetadataOp
	// Value is what it is compared with: see the operators. It must be
	// something that encoding/json can write. One that Op does not take is an
	// error.
	Value any
}

// MetadataOp is how a MetadataFilter compares.
type MetadataOp string

// The operators.
const (
	// MetadataEquals passes values that are the same JSON as Value. 1 and 1.0
	// are the same, and the order of an object's fields does not matter.
	MetadataEquals MetadataOp = "equals"
	// MetadataIn passes values that are the same as one element of Value, a
	// slice. An empty one passes nothing.
	MetadataIn MetadataOp = "in"
	// MetadataContains passes lists that have Value among their elements, or
	// each of its elements where it is a slice; and objects that have each
	// field of Value, where it is a map or struct.
	MetadataContains MetadataOp = "contains"
	// MetadataExists passes where there is a value, also null. Value is not
	// looked at.
	MetadataExists MetadataOp = "exists"
	// MetadataMissing passes where there is none. Value is not looked at.
	MetadataMissing MetadataOp = "missing"

	// These pass numbers that are >, >=, < or <= Value, a finite number.
	MetadataMoreThan MetadataOp = "more than"
	MetadataAtLeast  MetadataOp = "at least"
	MetadataLessThan MetadataOp = "less than"
	MetadataAtMost   MetadataOp = "at most"
)
