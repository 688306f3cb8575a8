package sql

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// mergePatch applies a JSON merge patch (RFC 7396) to decoded JSON: objects are
// merged deeply, null deletes, anything else replaces. Neither argument is
// changed.
func mergePatch(target, patch any) any {
	changes, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	merged := map[string]any{}
	if object, ok := target.(map[string]any); ok {
		for name, value := range object {
			merged[name] = value
		}
	}
	for name, change := range changes {
		if change == nil {
			delete(merged, name)
			continue
		}
		merged[name] = mergePatch(merged[name], change)
	}
	return merged
}

// plainJSON returns an object as PostgreSQL will store it: decoded from JSON,
// sanitized, with numbers that keep all their digits.
func plainJSON(object map[string]any) (map[string]any, error) {
	text, err := json.Marshal(object)
	if err != nil {
		return nil, value.Invalid("%w", err)
	}
	if err := value.CheckJSONText(text, 0); err != nil {
		return nil, err
	}
	return decodeObject(value.SanitizeJSON(text))
}

func decodeObject(text []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var object map[string]any
	err := decoder.Decode(&object)
	return object, err
}

// updateMerging runs an update that merges a patch into a JSON column. The row
// is locked from reading the column to writing it, so that no concurrent merge
// is lost. The lock conflicts with other writers alone: FOR UPDATE would block
// every insert that refers to the row.
//
// query reads the column of the row $1 with FOR NO KEY UPDATE. Without a patch
// it is not run, and merged is nil.
func (d *Database) updateMerging(
	ctx context.Context, what, query string, id uuid.UUID, patch map[string]any,
	update func(tx *Database, merged map[string]any) error,
) error {
	if patch == nil {
		return pgtx.Explain(what, update(d, nil))
	}
	changes, err := plainJSON(patch)
	if err != nil {
		return pgtx.Explain(what, err)
	}
	return d.InTx(ctx, func(tx core.Database) error {
		t := tx.(*Database)
		stored, err := t.lockObject(ctx, query, id)
		if err != nil {
			return pgtx.Explain(what, err)
		}
		return pgtx.Explain(what, update(t, mergePatch(stored, changes).(map[string]any)))
	})
}

// lockObject returns a JSON object of a row, {} for NULL and for other JSON.
func (d *Database) lockObject(ctx context.Context, query string, id uuid.UUID) (map[string]any, error) {
	text, err := pgtx.First(pgtx.ExecReturning(ctx, d.driver, query, []any{id}, pgtx.ScanOne[[]byte]))
	if err != nil {
		return nil, err
	}
	if text == nil {
		return map[string]any{}, nil
	}
	object, err := decodeObject(text)
	if err != nil || object == nil {
		return map[string]any{}, nil // RFC 7396: what is no object is replaced
	}
	return object, nil
}
