package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect/sql/schema"
	"github.com/jackc/pgx/v5"

	"github.com/elizago/elizago/runtime"
)

// demoMessages is what a visitor without a terminal gets to see.
var demoMessages = []string{
	"Hello!",
	"I prefer dark theme and Spanish language",
	"What do I prefer?",
}

// demo plays a short conversation through the same path as any other, and
// shows the rows that it wrote.
func (c *conversation) demo(ctx context.Context, rt *runtime.Runtime) error {
	fmt.Fprintln(c.out, "There is no terminal and nothing on standard input, so here is a short conversation.")
	fmt.Fprintln(c.out)
	var since time.Time // by the clock that the rows are dated with
	if err := c.agent.Database().Pool().QueryRowContext(ctx, "SELECT now()").Scan(&since); err != nil {
		return fmt.Errorf("the database does not return the time: %w", err)
	}
	name := c.agent.Character().Name
	for _, text := range demoMessages {
		if !c.flags.json {
			c.printer = &textPrinter{out: c.out, label: name + "> "}
			fmt.Fprintf(c.out, "%s> %s\n", c.flags.user, text)
		}
		if err := c.say(ctx, text); err != nil {
			return err
		}
	}
	if c.flags.json {
		return nil
	}
	if err := rt.Settle(ctx); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "\nIt wrote these rows:\n\n  "+rowFormat, "namespace", "table", "content")
	for _, unit := range runtime.Units(rt.Plugins()) {
		for _, table := range unit.Schema.Tables {
			if table.Name == "logs" {
				continue // a dozen for every message: see `elizago runs`
			}
			if err := c.showRows(ctx, table, since); err != nil {
				return err
			}
		}
	}
	fmt.Fprintf(c.out, "\nAsk again tomorrow: it is all in the database. `%[1]s start` in a terminal talks with you, `%[1]s runs` shows what it did for each message.\n", c.name)
	return nil
}

// showRows prints the rows of a table that were written since a time. Which
// tables there are is known from the plugins alone, so the SQL is generic.
func (c *conversation) showRows(ctx context.Context, table *schema.Table, since time.Time) error {
	dated := ""
	for _, column := range []string{"created_at", "updated_at"} {
		if table.HasColumn(column) {
			dated = column
		}
	}
	if dated == "" {
		return nil // it has no time
	}
	name := pgx.Identifier{table.Schema, table.Name}.Sanitize()
	rows, err := c.agent.Database().Pool().QueryContext(ctx,
		fmt.Sprintf("SELECT to_jsonb(t) FROM %s t WHERE %s >= $1 ORDER BY created_at", name, dated), since)
	if err != nil {
		return fmt.Errorf("the rows of %s cannot be shown: %w", name, err)
	}
	defer rows.Close()
	for rows.Next() {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return err
		}
		fmt.Fprintf(c.out, "  "+rowFormat, table.Schema, table.Name, rowContent(data))
	}
	return rows.Err()
}

const (
	rowFormat = "%-19s %-17s %s\n"
	// maxRowContent keeps a row on one line.
	maxRowContent = 100
)

// passedOver are fields that say nothing to a visitor.
var passedOver = []string{"source", "channelType", "inReplyTo", "messageId", "unique", "success", "sketch", "half"}

// rowContent is what a row says, without ids and times.
func rowContent(data []byte) string {
	var row any
	if err := json.Unmarshal(data, &row); err != nil {
		return string(data)
	}
	content := []rune(cmp.Or(strings.Join(leaves("", row), "  "), "(ids only)"))
	if len(content) > maxRowContent {
		content = append(content[:maxRowContent-1], '…')
	}
	return string(content)
}

// leaves lists what a value holds as name=value, by name. Nested names are the
// last part alone, and of a vector it has the length.
func leaves(name string, value any) []string {
	switch v := value.(type) {
	case map[string]any:
		var all []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if key == "id" || strings.HasSuffix(key, "_id") || strings.HasSuffix(key, "_at") || slices.Contains(passedOver, key) {
				continue
			}
			all = append(all, leaves(key, v[key])...)
		}
		return all
	case []any:
		var words []string
		for _, item := range v {
			words = append(words, fmt.Sprint(item))
		}
		return leaves(name, strings.Join(words, ","))
	case string:
		if strings.HasPrefix(name, "dim_") {
			v = fmt.Sprintf("%d numbers", 1+strings.Count(v, ","))
		}
		if v == "" {
			return nil
		}
		return []string{name + "=" + v}
	case nil:
		return nil
	}
	return []string{fmt.Sprintf("%s=%v", name, value)}
}
