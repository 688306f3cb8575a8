// Package schema has a table with a whole client, one with queries alone and two
// with no client.
package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"entgo.io/ent/schema/mixin"
	"github.com/google/uuid"

	"github.com/elizago/elizago/migration/entpg"
)

// ledger is the namespace.
type ledger struct{ mixin.Schema }

func (ledger) Annotations() []schema.Annotation {
	return []schema.Annotation{entpg.Namespace("ledger")}
}

// Account has a whole client.
type Account struct{ ent.Schema }

func (Account) Mixin() []ent.Mixin { return []ent.Mixin{ledger{}} }

func (Account) Fields() []ent.Field {
	return []ent.Field{entpg.ID(), entpg.Text("name").Default("none").Comment(`Or "account".`), field.UUID("vault_id", uuid.UUID{})}
}

func (Account) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("vault", Vault.Type).Ref("accounts").Unique().Required().Field("vault_id"),
		edge.To("balance", Balance.Type).Unique().Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

func (Account) Indexes() []ent.Index {
	return []ent.Index{index.Edges("vault").StorageKey("idx_accounts_vault")}
}

// Entry has queries alone.
type Entry struct{ ent.Schema }

func (Entry) Mixin() []ent.Mixin { return []ent.Mixin{ledger{}, entpg.Timestamps{}} }

func (Entry) Fields() []ent.Field {
	return []ent.Field{entpg.ID(), field.Int64("amount").Default(0).Annotations(entsql.Default("0")), field.UUID("account_id", uuid.UUID{})}
}

func (Entry) Edges() []ent.Edge {
	return []ent.Edge{edge.To("account", Account.Type).Unique().Required().Field("account_id").Annotations(entsql.OnDelete(entsql.Cascade))}
}

func (Entry) Indexes() []ent.Index {
	return []ent.Index{index.Fields("account_id").StorageKey("idx_entries_account")}
}

func (Entry) Annotations() []schema.Annotation { return []schema.Annotation{entpg.ReadOnly()} }

// Balance has no client, and is below a table with one.
type Balance struct{ ent.Schema }

func (Balance) Mixin() []ent.Mixin { return []ent.Mixin{ledger{}} }

func (Balance) Fields() []ent.Field {
	return []ent.Field{
		field.UUID("account_id", uuid.UUID{}).Immutable(),
		entpg.Text("currency").Immutable(),
		field.Int64("amount"),
		field.Bool("overdrawn").Optional().Annotations(entpg.Generated("amount < 0")),
	}
}

func (Balance) Edges() []ent.Edge {
	return []ent.Edge{edge.From("account", Account.Type).Ref("balance").Unique().Required().Immutable().Field("account_id")}
}

func (Balance) Annotations() []schema.Annotation {
	return []schema.Annotation{entpg.TableOnly(), entpg.PrimaryKey("account_id", "currency")}
}

// Vault has no client, and is above a table with one.
type Vault struct{ ent.Schema }

func (Vault) Mixin() []ent.Mixin { return []ent.Mixin{ledger{}} }

func (Vault) Fields() []ent.Field { return []ent.Field{entpg.ID()} }

func (Vault) Edges() []ent.Edge {
	return []ent.Edge{edge.To("accounts", Account.Type), edge.To("spare", Account.Type)}
}

func (Vault) Annotations() []schema.Annotation { return []schema.Annotation{entpg.TableOnly()} }
