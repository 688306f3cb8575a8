package cli_test

import (
	"context"
	"slices"

	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
	"go.uber.org/fx"

	"github.com/elizago/elizago/core"
)

// notes is a plugin with one table, which has other columns in each version of
// the plugin. The version that brings the column tone fills it.
func notes(columns ...*schema.Column) fx.Option {
	id := &schema.Column{Name: "id", Type: field.TypeUUID, Default: schema.Expr("gen_random_uuid()")}
	table := &schema.Table{
		Name:       "notes",
		Columns:    append([]*schema.Column{id}, columns...),
		PrimaryKey: []*schema.Column{id},
	}
	var data []core.DataMigration
	if slices.Contains(columns, tone) {
		data = append(data, core.DataMigration{Name: "fill-tone", Run: func(ctx context.Context, tx core.Querier) error {
			_, err := tx.ExecContext(ctx, "UPDATE test_notes.notes SET tone = 'plain' WHERE tone IS NULL")
			return err
		}})
	}
	return fx.Provide(fx.Annotate(func() *core.Plugin {
		return &core.Plugin{Name: "@test/notes", Schema: &core.Schema{Tables: []*schema.Table{table}, Data: data}}
	}, fx.ResultTags(core.PluginGroup)))
}

var (
	word       = &schema.Column{Name: "word", Type: field.TypeString, Size: 1 << 30}
	uniqueWord = &schema.Column{Name: "word", Type: field.TypeString, Size: 1 << 30, Unique: true}
	precious   = &schema.Column{Name: "precious", Type: field.TypeString, Size: 1 << 30, Nullable: true}
	tone       = &schema.Column{Name: "tone", Type: field.TypeString, Size: 1 << 30, Nullable: true}
)
