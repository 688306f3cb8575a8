package entpg_test

import (
	"testing"

	"entgo.io/ent/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
)

// A renamed value is declared beside its enum type, and nowhere else.
func TestValueRenamedFrom(t *testing.T) {
	t.Parallel()
	column := entpg.Column{Table: "notes", Name: "c"}
	mood := entpg.Enum("c", "mood", "gloomy", "happy").Annotations(entpg.ValueRenamedFrom("sad", "gloomy")).Descriptor().Annotations
	got, err := entpg.ColumnAnnotations(column, through(t, mood...))
	require.NoError(t, err)
	require.Equal(t, []core.SchemaAnnotation{
		&entpg.EnumType{Table: "notes", Column: "c", Name: "mood", Values: []string{"gloomy", "happy"}},
		&entpg.RenamedValue{Table: "notes", Column: "c", From: "sad", To: "gloomy"},
	}, got)
	for _, x := range []schema.Annotation{entpg.ValueRenamedFrom("", "a"), entpg.ValueRenamedFrom("a", "a")} {
		_, err := entpg.ColumnAnnotations(column, through(t, append(entpg.Enum("c", "mood", "a").Descriptor().Annotations, x)...))
		require.ErrorContains(t, err, "ValueRenamedFrom")
	}
	_, err = entpg.ColumnAnnotations(column, through(t, entpg.ValueRenamedFrom("a", "b")))
	require.ErrorContains(t, err, "no Enum")
	_, err = entpg.TableAnnotations("notes", through(t, entpg.ValueRenamedFrom("a", "b")))
	require.ErrorContains(t, err, "belongs to a field")
}
