package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/plugins/sql/internal/pgtx"
	"github.com/elizago/elizago/plugins/sql/internal/value"
)

// Store implements core.IdentityStore.
type Store struct{ driver *pgtx.Driver }

var _ core.IdentityStore = Store{}

// New returns a store on a driver.
func New(driver *pgtx.Driver) Store { return Store{driver} }

// findSQL looks each identity up, and the rows of a program without identities
// for those that are not recorded.
const findSQL = `
SELECT k.n, i.identity, CASE WHEN i.identity IS NULL THEN CASE k.kind
	WHEN 'room' THEN coalesce(
		(SELECT r.id FROM public.rooms r WHERE r.channel_id = k.channel_id AND r.agent_id = $1::uuid AND r.source = $2::text
			ORDER BY r.created_at, r.id LIMIT 1),
		(SELECT r.id FROM public.rooms r WHERE r.id = k.earlier AND r.agent_id = $1::uuid AND r.source = $2::text))
	WHEN 'entity' THEN (SELECT p.entity_id FROM public.participants p JOIN public.rooms r ON r.id = p.room_id
		WHERE p.entity_id = k.earlier AND p.agent_id = $1::uuid AND r.source = $2::text LIMIT 1)
	ELSE (SELECT w.id FROM public.worlds w WHERE w.id = k.earlier AND w.agent_id = $1::uuid)
END END
FROM json_to_recordset($3::json) AS k(n int, kind text, external_id text, earlier uuid, channel_id text)
LEFT JOIN public.agent_identities i
	ON i.agent_id = $1::uuid AND i.source = $2::text AND i.kind = k.kind AND i.external_id = k.external_id
ORDER BY k.n`

// recordSQL inserts in the order of the key, so that two programs which meet the
// same users do not wait for each other in a circle.
const recordSQL = `
INSERT INTO public.agent_identities (agent_id, source, kind, external_id, identity)
SELECT $1::uuid, $2::text, k.kind, k.external_id, k.identity
FROM json_to_recordset($3::json) AS k(kind text, external_id text, identity uuid)
ORDER BY k.kind, k.external_id
ON CONFLICT DO NOTHING`

// key is a row of the parameter of findSQL and recordSQL.
type key struct {
	N          int               `json:"n"`
	Kind       core.IdentityKind `json:"kind"`
	ExternalID string            `json:"external_id"`
	Earlier    *uuid.UUID        `json:"earlier,omitempty"`
	ChannelID  string            `json:"channel_id,omitempty"`
	Identity   uuid.UUID         `json:"identity,omitzero"`
}

// found is what is known of a key.
type found struct {
	n                 int
	recorded, earlier uuid.NullUUID
}

// Identify implements core.IdentityStore.
func (s Store) Identify(ctx context.Context, agentID uuid.UUID, source string, identities ...core.Identity) ([]uuid.UUID, error) {
	keys, err := keysOf(agentID, source, identities)
	if err != nil {
		return nil, err
	}
	source = value.SanitizeText(source)
	ids := make([]uuid.UUID, len(keys))
	rows, err := s.find(ctx, agentID, source, keys)
	if err != nil {
		return nil, err
	}
	var unknown []key
	for _, row := range rows {
		k := keys[row.n]
		ids[row.n] = row.recorded.UUID
		if row.recorded.Valid {
			continue
		}
		if k.Identity = row.earlier.UUID; !row.earlier.Valid {
			k.Identity = core.IdentityID(agentID, source, k.Kind, k.ExternalID)
		}
		unknown = append(unknown, k)
	}
	if len(unknown) == 0 {
		return ids, nil
	}
	list, err := json.Marshal(unknown)
	if err != nil {
		return nil, pgtx.Explain(what(source), err)
	}
	if _, err := pgtx.Exec(ctx, s.driver, recordSQL, agentID, source, json.RawMessage(list)); err != nil {
		return nil, pgtx.Explain(what(source), err)
	}
	// Another program may have recorded them at the same time.
	if rows, err = s.find(ctx, agentID, source, unknown); err != nil {
		return nil, err
	}
	for _, row := range rows {
		if !row.recorded.Valid {
			return nil, fmt.Errorf("sql: %s: agent %s was deleted at the same time: %w", what(source), agentID, core.ErrNotFound)
		}
		ids[row.n] = row.recorded.UUID
	}
	return ids, nil
}

func (s Store) find(ctx context.Context, agentID uuid.UUID, source string, keys []key) ([]found, error) {
	list, err := json.Marshal(keys)
	if err != nil {
		return nil, pgtx.Explain(what(source), err)
	}
	rows, err := pgtx.Query(ctx, s.driver, findSQL, []any{agentID, source, json.RawMessage(list)}, func(row pgtx.Scanner) (f found, err error) {
		return f, row.Scan(&f.n, &f.recorded, &f.earlier)
	})
	return rows, pgtx.Explain(what(source), err)
}

func what(source string) string {
	return "could not look up what " + value.Quote(source) + " names"
}

// keysOf validates identities. Texts are as they are stored, since new ids follow
// from them.
func keysOf(agentID uuid.UUID, source string, identities []core.Identity) ([]key, error) {
	if err := value.Required(value.IDField("the agentID", agentID), value.TextField("the source", source)); err != nil {
		return nil, err
	}
	if err := value.Indexable("the source", source); err != nil {
		return nil, err
	}
	keys := make([]key, len(identities))
	for i, one := range identities {
		kinds := []core.IdentityKind{core.IdentityEntity, core.IdentityRoom, core.IdentityWorld}
		if !slices.Contains(kinds, one.Kind) {
			return nil, value.Invalid("sql: Identity.Kind is %s: it can be any of %v", value.Quote(string(one.Kind)), kinds)
		}
		if err := value.Required(value.TextField("Identity.ExternalID", one.ExternalID)); err != nil {
			return nil, err
		}
		if err := value.Indexable("Identity.ExternalID", one.ExternalID); err != nil {
			return nil, err
		}
		keys[i] = key{
			N: i, Kind: one.Kind, ExternalID: value.SanitizeText(one.ExternalID),
			Earlier: value.NullableID(one.Earlier), ChannelID: value.SanitizeText(one.ChannelID),
		}
	}
	return keys, nil
}
