package entpg

import "entgo.io/ent/schema"

// OnlineObjects are indexes and constraints of a table that are added to
// existing rows without blocking writes: CREATE INDEX CONCURRENTLY, and NOT
// VALID followed by VALIDATE CONSTRAINT. Large tables always use it. It runs
// after the migration's transaction, and resumes at the next start if it was
// interrupted. A unique index that a foreign key relies on is still built in
// the transaction, as the key needs it there; so is one whose expression
// PostgreSQL prints in two ways, such as IN over a varchar.
type OnlineObjects struct {
	// Table is set by cmd/entgen.
	Table string

	// Names are the names of indexes, foreign keys and checks of the table.
	Names []string
}

// TableName implements core.SchemaAnnotation.
func (o *OnlineObjects) TableName() string { return o.Table }

// Online declares, in the Annotations of an ent schema, indexes and constraints
// of the table that are added without blocking writes.
//
//	entpg.Online("idx_logs_room", "logs_room_id_rooms_id_fk")
//
//	CREATE INDEX CONCURRENTLY "idx_logs_room" ON "logs" ("room_id");
//	ALTER TABLE "logs" ADD CONSTRAINT "logs_room_id_rooms_id_fk" FOREIGN KEY ... NOT VALID;
//	ALTER TABLE "logs" VALIDATE CONSTRAINT "logs_room_id_rooms_id_fk"
func Online(names ...string) schema.Annotation {
	return declared{Online: names}
}

func (o *OnlineObjects) validate() error {
	for _, name := range o.Names {
		if err := checkName(o.Table, "an object in Online", name); err != nil {
			return err
		}
	}
	return nil
}
