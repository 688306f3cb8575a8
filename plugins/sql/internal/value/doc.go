// Package value prepares what callers pass to the stores for PostgreSQL:
// validation of fields and limits, sanitizing of text and JSON, NULL for what is
// left out, and encoding of parameters.
//
//	if err := value.Required(value.IDField("Room.AgentID", room.AgentID)); err != nil {
//		return err // core.ErrInvalid: "sql: Room.AgentID is missing: it is required"
//	}
//	args := []any{room.AgentID, value.NullableID(room.WorldID), value.SanitizeText(room.Name)}
//
// Validation fails with core.ErrInvalid before a statement is sent. Sanitizing
// never fails: the driver applies SanitizeArgs to every statement, so that a
// store calls SanitizeText only where a text leaves its parameter, as in a JSON
// list or a COPY.
package value
