package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/migration/entpg"
)

// Agent holds the characters that run or have run on this database.
type Agent struct{ ent.Schema }

// Mixin implements ent.Interface.
func (Agent) Mixin() []ent.Mixin { return []ent.Mixin{public{}, entpg.Timestamps{}} }

// Fields implements ent.Interface.
func (Agent) Fields() []ent.Field {
	list := entsql.Default("[]")
	return []ent.Field{
		entpg.ID(),
		field.Bool("enabled").Default(true).Annotations(entsql.DefaultExpr("true")),
		field.UUID("server_id", uuid.UUID{}).Optional().
			Comment("Owner, where several installations share a database."),
		entpg.Text("name"),
		entpg.Text("username").Optional(),
		entpg.Text("system").Optional().Default("").Annotations(entsql.DefaultExpr("''")),
		field.JSON("bio", core.Lines{}).Optional().
			Default(func() core.Lines { return core.Lines{} }).Annotations(list),
		field.JSON("message_examples", [][]core.ExampleLine{}).
			Default(func() [][]core.ExampleLine { return [][]core.ExampleLine{} }).Annotations(list),
		texts("post_examples"),
		texts("topics"),
		texts("adjectives"),
		field.JSON("knowledge", []core.Knowledge{}).
			Default(func() []core.Knowledge { return []core.Knowledge{} }).Annotations(list),
		texts("plugins"),
		entpg.Object("settings"),
		field.JSON("style", core.Style{}).Default(core.Style{}).Annotations(entsql.Default("{}")),
		field.Int32("embedding_dimension").Optional().Nillable().
			Comment("Length of the agent's vectors, from its first one on."),
		field.Int32("embedding_target").Optional().Nillable().
			Comment("Length that its vectors are being rebuilt with."),
		entpg.Text("embedding_target_model").Optional().Nillable().
			Comment("Model that they are being rebuilt with, where it has a name."),
		entpg.Text("text_config").Default(DefaultTextConfig).
			Comment("Text search configuration of the memories that it keeps."),
	}
}

// Edges implements ent.Interface.
func (Agent) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("message_servers", MessageServer.Type).Ref("agents").
			Through("message_server_agents", MessageServerAgent.Type),
	}
}

// Annotations implements ent.Interface.
func (Agent) Annotations() []schema.Annotation {
	return []schema.Annotation{
		entsql.Checks(map[string]string{
			"agents_embedding_dimension_check": isDimension("embedding_dimension"),
			"agents_embedding_target_check":    isDimension("embedding_target") + " AND embedding_target <> embedding_dimension",
			"agents_text_config_check":         oneOf("text_config", TextConfigs...),
		}),
	}
}

// texts is a JSON list of strings, as elizaOS stores them in agents.
//
//	"topics" jsonb NOT NULL DEFAULT '[]'
func texts(name string) ent.Field {
	return field.Strings(name).Default([]string{}).Annotations(entsql.Default("[]"))
}
