package migration_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/dialect/sql/schema"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/migration"
	"github.com/elizago/elizago/migration/entpg"
)

// fortyPad is how many tables bring the plan to forty statements.
const fortyPad = 1

func init() {
	childSchemas["before forty"] = func() []migration.Unit { return forty(false) }
	childSchemas["forty"] = func() []migration.Unit { return forty(true) }
}

// forty is a shop with customers, products and orders, and what becomes of it
// by a plan of forty statements: in a namespace that is there and in a new one
// tables, columns, indexes, constraints, comments and policies come, change, are
// renamed and go, and rows are changed before and after.
func forty(after bool) []migration.Unit {
	customers := table("customers", text("name"), text("email"), typed("state", "customer_state"))
	products := table("products", text("name"), typed("price", "numeric(8,2)"), typed("tags", "jsonb"))
	orders := table("orders", typed("customer_id", "uuid"), typed("product_id", "uuid"), typed("number", "integer"))
	state := &entpg.EnumType{Table: "customers", Column: "state", Name: "customer_state", Values: []string{"new", "known"}}
	if !after {
		withIndex(customers, "customers_email", false, "email")
		withCheck(customers, "customers_name_check", "name <> ''")
		withIndex(orders, "orders_number", false, "number")
		return []migration.Unit{plugin("shop", []*schema.Table{customers, products, orders}, state)}
	}

	state.Values = append(state.Values, "gone")
	col(customers, "email").Name = "mail"
	customers.Columns = append(customers.Columns, nullable(text("phone")), nullable(typed("born", "date")),
		&schema.Column{Name: "country", Type: text("").Type, Size: 1 << 30, Default: "none"})
	withIndex(customers, "customers_mail", true, "mail")
	withCheck(customers, "customers_name_check", "length(name) BETWEEN 1 AND 100")
	commented(customers, "Who buys.", "mail", "Where the bill goes.")
	products.Columns = append(products.Columns, nullable(typed("weight", "double precision")))
	col(products, "price").SchemaType["postgres"] = "numeric(12,2)"
	withCheck(products, "products_price_check", "price >= 0")
	withIndex(products, "products_name", false, "name")
	col(orders, "number").SchemaType["postgres"] = "bigint"
	orders.Columns = append(orders.Columns, nullable(typed("paid_at", "timestamptz")))
	withIndex(orders, "orders_customer_id", false, "customer_id")
	withKey(orders, "orders_customers", "customer_id", customers)
	withKey(orders, "orders_products", "product_id", products)
	commented(orders, "What was bought.", "number", "As printed on the bill.")
	shop := plugin(
		"shop", []*schema.Table{customers, products, orders}, state,
		&entpg.Renamed{Table: "customers", Column: "mail", From: "email"},
		&entpg.Index{Table: "products", Name: "products_tags", Using: "gin", Parts: []entpg.Part{{Column: "tags"}}},
		&entpg.Index{Table: "orders", Name: "orders_unpaid", Parts: []entpg.Part{{Column: "number", Desc: true}}, Where: "paid_at IS NULL"},
		&entpg.Index{Table: "customers", Name: "customers_lower_name", Parts: []entpg.Part{{Expr: "lower(name)"}}},
		&entpg.StorageParameters{Table: "orders", With: map[string]string{"fillfactor": "80"}},
		&entpg.RowSecurity{Table: "orders"},
		&entpg.Policy{Table: "orders", Name: "everybody", For: entpg.Select, Using: "true"},
	)
	shop.Schema.Data = []core.DataMigration{
		{Name: "fix-names", Position: core.BeforeSchema, Run: sets(`UPDATE test_shop.customers SET name = left(name, 100)`)},
		{Name: "fill-country", Run: sets(`UPDATE test_shop.customers SET country = 'DE'`)},
	}

	places := withIndex(table("places", text("name")), "places_name", true, "name")
	lots := table("lots", typed("product_id", "uuid"), typed("place_id", "uuid"), typed("pieces", "integer"))
	withKey(lots, "lots_places", "place_id", places)
	withCheck(lots, "lots_pieces_check", "pieces > 0")
	tables := []*schema.Table{places, withIndex(lots, "lots_product_id", false, "product_id")}
	for i := range fortyPad {
		tables = append(tables, table(fmt.Sprintf("count_%d", i), text("who")))
	}
	stock := plugin("stock", tables, &entpg.Reference{
		Table: "lots", Column: "product_id", RefNamespace: "test_shop", RefTable: "products", RefColumn: "id", OnDelete: entpg.Cascade,
	})
	stock.DependsOn = []string{"@test/shop"}
	return []migration.Unit{shop, stock}
}

// sets is a data migration of one statement.
func sets(statement string) func(context.Context, core.Querier) error {
	return func(ctx context.Context, tx core.Querier) error {
		_, err := tx.ExecContext(ctx, statement)
		return err
	}
}

func commented(t *schema.Table, comment, column, columnComment string) {
	t.Comment = comment
	col(t, column).Comment = columnComment
	if t.Annotation == nil {
		t.Annotation = &entsql.Annotation{}
	}
	on := true
	t.Annotation.WithComments = &on
}

// beforeForty is a database in the state before the forty statements, with rows
// in its tables. No session is connected to it, so that it can be copied.
func beforeForty(t testing.TB) string {
	t.Helper()
	url := pgtest.Database(t)
	db := openURL(t, url)
	apply(t, db, forty(false)...)
	fillForty(t, db)
	require.NoError(t, db.Close())
	return url
}

func fillForty(t testing.TB, db *sql.DB) {
	t.Helper()
	execute(t, db,
		`INSERT INTO test_shop.customers (name, email, state) SELECT 'c' || i, i || '@example.com', 'new' FROM generate_series(1, 200) i`,
		`INSERT INTO test_shop.products (name, price, tags) SELECT 'p' || i, i, '["a"]' FROM generate_series(1, 50) i`,
		`INSERT INTO test_shop.orders (customer_id, product_id, number)
			SELECT c.id, p.id, row_number() OVER () FROM test_shop.customers c CROSS JOIN test_shop.products p`)
}
