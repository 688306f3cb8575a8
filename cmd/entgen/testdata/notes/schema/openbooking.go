package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"

	"github.com/elizago/elizago/migration/entpg"
)

// OpenBooking is a view with a client.
type OpenBooking struct{ ent.View }

func (OpenBooking) Fields() []ent.Field {
	return []ent.Field{field.UUID("id", uuid.UUID{}), field.String("room")}
}

func (OpenBooking) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entpg.Namespace("notes"),
		entpg.Views(
			entpg.View{SQL: "SELECT id, room FROM bookings WHERE NOT cancelled", SecurityInvoker: true},
			entpg.View{Name: "busy_rooms", SQL: "SELECT DISTINCT room FROM open_bookings"},
		),
	}
}
