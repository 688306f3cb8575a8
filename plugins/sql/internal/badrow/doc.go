// Package badrow reads rows with values that the program cannot decode, such as
// a room whose metadata is a JSON string, or a memory created at infinity. Other
// programs and hands write them. One such value must not make every list with
// its row fail: it is left out, the rest of the row is read, and a warning names
// the row.
//
//	ent client ──> Driver ──> pgtx.Driver     JSON columns, times and lists
//	hand-written scan ──> Time, Reporter      memories and runs
package badrow
