package sql

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
)

var _ core.SecretRotator = (*Adapter)(nil)

// RotateSecrets implements core.SecretRotator. It is one transaction.
func (a *Adapter) RotateSecrets(ctx context.Context, oldSalt string, drop bool) (done core.RotatedSecrets, err error) {
	if a.db == nil {
		return done, errNotOpen
	}
	if a.db.box.aead == nil {
		return done, fmt.Errorf("sql: %w", errNoSalt)
	}
	old, err := newSecretBox(oldSalt)
	if err != nil {
		return done, err
	}
	r := &rotation{Database: a.db, old: old}
	err = a.db.InTx(ctx, func(tx core.Database) error {
		r.Database = tx.(*Database)
		return r.run(ctx, drop)
	})
	if err != nil {
		return core.RotatedSecrets{}, err
	}
	return r.done, nil
}

// rotation is a run of RotateSecrets.
type rotation struct {
	*Database
	old    *secretBox
	done   core.RotatedSecrets
	closed []string // secrets that neither salt opens
}

func (r *rotation) run(ctx context.Context, drop bool) error {
	const what = "could not rotate the secrets"
	ids, err := pgtx.ExecReturning(ctx, r.driver, `SELECT id FROM public.agents ORDER BY id FOR NO KEY UPDATE`, nil, pgtx.ScanOne[uuid.UUID])
	if err != nil {
		return pgtx.Explain(what, err)
	}
	changed := map[uuid.UUID]map[string]any{}
	for _, id := range ids {
		stored, err := r.lockObject(ctx, `SELECT settings FROM public.agents WHERE id = $1`, id)
		if err != nil {
			return pgtx.Explain(what, err)
		}
		settings, err := r.agent(id, stored)
		if err != nil {
			return err
		}
		if settings != nil {
			changed[id] = settings
		}
	}
	if len(r.closed) > 0 && !drop {
		return fmt.Errorf("sql: %d secrets can be read neither with SECRET_SALT nor with SECRET_SALT_OLD, and nothing was changed: %s: "+
			"set SECRET_SALT_OLD to the salt that they were saved with, or give them up with --drop", len(r.closed), strings.Join(r.closed, ", "))
	}
	r.done.Agents, r.done.Dropped = len(changed), len(r.closed)
	for _, id := range ids {
		if settings := changed[id]; settings != nil {
			if err := r.client.Agent.UpdateOneID(id).SetSettings(settings).Exec(ctx); err != nil {
				return pgtx.Explain(what, err)
			}
		}
	}
	return nil
}

// agent returns the settings with all secrets under the present salt, nil if
// they are so already. Secrets that do not open are left out.
func (r *rotation) agent(id uuid.UUID, settings map[string]any) (map[string]any, error) {
	sealed, _ := settings[secretsKey].(map[string]any)
	delete(settings, secretsKey)
	closed := len(r.closed)
	opened := map[string]*string{}
	r.takeKeys(settings, opened)
	r.done.Sealed += len(opened)
	change := len(opened) > 0
	moved := r.done
	err := eachKey(settings, func(path, text string) (any, error) {
		return r.key(id, path, text)
	})
	if err != nil {
		return nil, err
	}
	change = change || moved.Rotated+moved.Sealed < r.done.Rotated+r.done.Sealed || closed < len(r.closed)
	kept := map[string]any{}
	for name, value := range sealed {
		owner, text := secretOwner(id, name), fmt.Sprint(value)
		if _, err := r.box.open(owner, text); err == nil {
			kept[name] = value
			r.done.Kept++
			continue
		}
		change = true
		switch secret, err := r.old.open(owner, text); {
		case err == nil:
			opened[name] = &secret
			r.done.Rotated++
		case !strings.HasPrefix(text, secretPrefix): // in clear
			opened[name] = &text
			r.done.Sealed++
		default:
			r.closed = append(r.closed, name+" of agent "+id.String())
		}
	}
	if !change {
		return nil, nil
	}
	slices.Sort(r.closed)
	return settings, r.sealInto(settings, id, kept, opened)
}

// key returns a key within settings under the present salt, nil for one that
// does not open.
func (r *rotation) key(id uuid.UUID, path, text string) (any, error) {
	owner, sealed := secretOwner(id, path), strings.TrimPrefix(text, sealedMark)
	switch {
	case !strings.HasPrefix(text, sealedKey):
		r.done.Sealed++
	default:
		if _, err := r.box.open(owner, sealed); err == nil {
			r.done.Kept++
			return text, nil
		}
		var err error
		if text, err = r.old.open(owner, sealed); err != nil {
			r.closed = append(r.closed, path+" of agent "+id.String())
			return nil, nil //nolint:nilerr // it is reported with all others
		}
		r.done.Rotated++
	}
	again, err := r.box.seal(owner, text)
	return sealedMark + again, err
}
