package migration_test

import (
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
const fortyPad = 11

func init() {
	childSchemas["before forty"] = func() []migration.Unit { return forty(false) }
	childSchemas["forty"] = func() []migration.Unit { return forty(true) }
}

// forty is a shop with customers, products and orders, and what becomes of it
// by a plan of forty statements: tables, columns, indexes, constraints,
// comments, in a namespace that is there and in a new one.
func forty(after bool) []migration.Unit {
	customers := table("customers", text("name"), text("email"))
	products := table("products", text("name"), typed("price", "numeric(10,2)"), typed("tags", "jsonb"))
	orders := table("orders", typed("customer_id", "uuid"), typed("product_id", "uuid"), typed("number", "bigint"))
	var extras []core.SchemaExtra
	if after {
		customers.Columns = append(customers.Columns, nullable(text("phone")), nullable(typed("born", "date")),
			&schema.Column{Name: "state", Type: text("").Type, Size: 1 << 30, Default: "new"})
		withIndex(customers, "customers_email", true, "email")
		withIndex(customers, "customers_name", false, "name")
		withCheck(customers, "customers_email_check", "position('@' in email) > 0")
		products.Columns = append(products.Columns, nullable(typed("weight", "double precision")), nullable(typed("picture", "bytea")))
		withCheck(products, "products_price_check", "price >= 0")
		withIndex(products, "products_name", false, "name")
		orders.Columns = append(orders.Columns, nullable(typed("paid_at", "timestamptz")), nullable(text("note")))
		withIndex(orders, "orders_customer_id", false, "customer_id")
		withKey(orders, "orders_customers", "customer_id", customers)
		withKey(orders, "orders_products", "product_id", products)
		commented(customers, "Who buys.", "email", "Where the bill goes.")
		commented(orders, "What was bought.", "number", "As printed on the bill.")
		extras = append(
			extras,
			&entpg.Index{Table: "products", Name: "products_tags", Using: "gin", Parts: []entpg.Part{{Column: "tags"}}},
			&entpg.Index{Table: "orders", Name: "orders_unpaid", Parts: []entpg.Part{{Column: "number", Desc: true}}, Where: "paid_at IS NULL"},
			&entpg.Index{Table: "customers", Name: "customers_lower_name", Parts: []entpg.Part{{Expr: "lower(name)"}}},
		)
	}
	units := []migration.Unit{plugin("shop", []*schema.Table{customers, products, orders}, extras...)}
	if !after {
		return units
	}
	stock := []*schema.Table{withIndex(table("places", text("name")), "places_name", true, "name")}
	lots := table("lots", typed("product_id", "uuid"), typed("place_id", "uuid"), typed("pieces", "integer"))
	withKey(lots, "lots_places", "place_id", stock[0])
	withCheck(lots, "lots_pieces_check", "pieces > 0")
	stock = append(stock, withIndex(lots, "lots_product_id", false, "product_id"))
	for i := range fortyPad {
		stock = append(stock, table(fmt.Sprintf("count_%d", i), text("who")))
	}
	u := plugin("stock", stock, &entpg.Reference{
		Table: "lots", Column: "product_id", RefNamespace: "test_shop", RefTable: "products", RefColumn: "id", OnDelete: entpg.Cascade,
	})
	u.DependsOn = []string{"@test/shop"}
	return append(units, u)
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

// beforeForty is a database in the state before the forty statements, with
// rows in its tables. Nobody is connected to it, so that it can be copied.
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
		`INSERT INTO test_shop.customers (name, email) SELECT 'c' || i, i || '@example.com' FROM generate_series(1, 200) i`,
		`INSERT INTO test_shop.products (name, price, tags) SELECT 'p' || i, i, '["a"]' FROM generate_series(1, 50) i`,
		`INSERT INTO test_shop.orders (customer_id, product_id, number)
			SELECT c.id, p.id, row_number() OVER () FROM test_shop.customers c CROSS JOIN test_shop.products p`)
}
