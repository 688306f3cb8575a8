// Package pgcopy sends rows to PostgreSQL with COPY FROM STDIN in its binary
// format (PostgreSQL documentation, COPY, Binary Format). Rows are encoded while
// the server reads those before them.
//
//	err := pgcopy.Copy(ctx, conn, "public.agents (id, name)", len(agents), func(w *pgcopy.Writer, i int) error {
//		w.BeginRow(2)
//		w.UUID(agents[i].ID)
//		w.Text(agents[i].Name)
//		return nil
//	})
//
// pgx's own CopyFrom asks the server for the columns' types first, and does not
// know pgvector's.
package pgcopy
