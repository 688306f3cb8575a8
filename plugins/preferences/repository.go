package preferences

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"
	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/preferences/ent"
	"github.com/elizago/elizago/plugins/preferences/ent/userpreferences"
)

// Preferences are the preferences of one user.
type Preferences struct {
	UserID    uuid.UUID
	Values    map[string]string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Repository reads and writes preferences. Create one per call, from the call's
// database or transaction:
//
//	repository := preferences.NewRepository(tx)
//
// Find and Delete return an error that wraps core.ErrNotFound if the user has no
// preferences.
type Repository struct{ client *ent.Client }

// NewRepository returns a repository on a database, or on the transaction of
// core.Database.InTx.
func NewRepository(db core.Database) *Repository {
	return &Repository{client: ent.NewClient(ent.Driver(db.Driver()))}
}

// Upsert merges values into a user's preferences and returns all of them. A
// value replaces an earlier one of the same key; other keys stay. The merge is
// one statement, so concurrent calls do not overwrite each other.
func (r *Repository) Upsert(ctx context.Context, userID uuid.UUID, values map[string]string) (*Preferences, error) {
	if values == nil {
		values = map[string]string{}
	}
	err := r.client.UserPreferences.Create().
		SetUserID(userID).
		SetPreferences(values).
		OnConflict(
			sql.ConflictColumns(userpreferences.FieldUserID),
			sql.ResolveWith(func(row *sql.UpdateSet) {
				row.Set(userpreferences.FieldPreferences,
					sql.Expr(fmt.Sprintf(`%q.%[2]q || "excluded".%[2]q`, userpreferences.Table, userpreferences.FieldPreferences)))
				row.SetExcluded(userpreferences.FieldUpdatedAt)
			}),
		).
		Exec(ctx)
	if err != nil {
		return nil, fmt.Errorf("preferences: could not save those of user %s: %w", userID, err)
	}
	return r.Find(ctx, userID)
}

// Find returns a user's preferences.
func (r *Repository) Find(ctx context.Context, userID uuid.UUID) (*Preferences, error) {
	// It only reads, so it may be made again when the server went away meanwhile.
	row, err := r.client.UserPreferences.Query().Where(userpreferences.UserID(userID)).Only(core.Retry(ctx))
	if ent.IsNotFound(err) {
		return nil, fmt.Errorf("preferences: those of user %s: %w", userID, core.ErrNotFound)
	}
	if err != nil {
		return nil, fmt.Errorf("preferences: could not read those of user %s: %w", userID, err)
	}
	return fromRow(row), nil
}

// Delete deletes a user's preferences.
func (r *Repository) Delete(ctx context.Context, userID uuid.UUID) error {
	n, err := r.client.UserPreferences.Delete().Where(userpreferences.UserID(userID)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("preferences: could not delete those of user %s: %w", userID, err)
	}
	if n == 0 {
		return fmt.Errorf("preferences: those of user %s: %w", userID, core.ErrNotFound)
	}
	return nil
}

// Page returns up to limit users' preferences in the order of user ids,
// starting after the user id after; uuid.Nil starts at the first. A page
// shorter than limit is the last one.
func (r *Repository) Page(ctx context.Context, after uuid.UUID, limit int) ([]*Preferences, error) {
	if limit < 1 {
		return nil, fmt.Errorf("preferences: a page of %d users: ask for 1 or more", limit)
	}
	rows, err := r.client.UserPreferences.Query().
		Where(userpreferences.UserIDGT(after)).
		Order(userpreferences.ByUserID()).
		Limit(limit).
		All(ctx)
	if err != nil {
		return nil, fmt.Errorf("preferences: could not read a page: %w", err)
	}
	page := make([]*Preferences, len(rows))
	for i, row := range rows {
		page[i] = fromRow(row)
	}
	return page, nil
}

func fromRow(row *ent.UserPreferences) *Preferences {
	return &Preferences{
		UserID:    row.UserID,
		Values:    row.Preferences,
		CreatedAt: row.CreatedAt,
		UpdatedAt: row.UpdatedAt,
	}
}
