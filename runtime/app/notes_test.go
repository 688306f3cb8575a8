package app_test

import (
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
	"go.uber.org/fx"

	"github.com/elizago/elizago/core"
)

// notes is a plugin with one table, which has other columns in each version of
// the plugin.
func notes(columns ...*schema.Column) fx.Option {
	id := &schema.Column{Name: "id", Type: field.TypeUUID, Default: schema.Expr("gen_random_uuid()")}
	table := &schema.Table{
		Name:       "notes",
		Columns:    append([]*schema.Column{id}, columns...),
		PrimaryKey: []*schema.Column{id},
	}
	return fx.Provide(fx.Annotate(func() *core.Plugin {
		return &core.Plugin{Name: "@test/notes", Schema: &core.Schema{Tables: []*schema.Table{table}}}
	}, fx.ResultTags(core.PluginGroup)))
}

var (
	word       = &schema.Column{Name: "word", Type: field.TypeString, Size: 1 << 30}
	uniqueWord = &schema.Column{Name: "word", Type: field.TypeString, Size: 1 << 30, Unique: true}
	precious   = &schema.Column{Name: "precious", Type: field.TypeString, Size: 1 << 30, Nullable: true}
	tone       = &schema.Column{Name: "tone", Type: field.TypeString, Size: 1 << 30, Nullable: true}
)
