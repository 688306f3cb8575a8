package sql

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
)

func ada() *core.Agent {
	return &core.Agent{Enabled: true, Character: core.Character{
		Name: "Ada", Username: "ada", System: "Be exact.", Bio: core.Lines{"one", "two"},
		MessageExamples: [][]core.ExampleLine{{{Name: "Ada", Content: core.Content{Text: "Good day"}}}},
		PostExamples:    []string{"On engines"}, Topics: []string{"mathematics"}, Adjectives: []string{"exact"},
		Knowledge: []core.Knowledge{{Text: "Engines compute."}, {Path: "notes.md", Shared: true}},
		Plugins:   []string{"@elizago/sql"},
		Settings:  map[string]any{"model": "small", "secrets": map[string]any{"INSIDE": "hush"}},
		Secrets:   map[string]string{"TOKEN": "hunter2"},
		Style:     core.Style{All: []string{"be brief"}},
	}}
}

func TestAgentRoundTrip(t *testing.T) {
	t.Parallel()
	db := open(t)
	saved := ada()
	require.NoError(t, db.SaveAgent(t.Context(), saved))
	got, err := db.Agent(t.Context(), core.IDFromText("Ada"))
	require.NoError(t, err)

	want := ada()
	want.Identify()
	// All secrets come back in one place.
	want.Settings = map[string]any{"model": "small"}
	want.Secrets = map[string]string{"TOKEN": "hunter2", "INSIDE": "hush"}
	want.CreatedAt, want.UpdatedAt = got.CreatedAt, got.UpdatedAt
	require.Equal(t, want, got)
	require.False(t, got.CreatedAt.IsZero())
}

func TestSaveAgentOverwrites(t *testing.T) {
	t.Parallel()
	db := open(t)
	require.NoError(t, db.SaveAgent(t.Context(), ada()))
	first, err := db.Agent(t.Context(), core.IDFromText("Ada"))
	require.NoError(t, err)

	changed := &core.Agent{Character: core.Character{Name: "Ada", Bio: core.Lines{"three"}}}
	require.NoError(t, db.SaveAgent(t.Context(), changed))
	got, err := db.Agent(t.Context(), core.IDFromText("Ada"))
	require.NoError(t, err)
	require.Equal(t, core.Lines{"three"}, got.Bio)
	require.False(t, got.Enabled)
	require.Empty(t, got.Secrets, "what is no longer in the character is no longer in the database")
	require.Equal(t, first.CreatedAt, got.CreatedAt)
	require.True(t, got.UpdatedAt.After(first.UpdatedAt))
}

func TestSecretsAreEncryptedAtRest(t *testing.T) {
	t.Parallel()
	db := open(t)
	require.NoError(t, db.SaveAgent(t.Context(), ada()))
	var row string
	require.NoError(t, db.Pool().QueryRowContext(t.Context(), `SELECT to_jsonb(a)::text FROM public.agents a`).Scan(&row))
	require.Contains(t, row, "TOKEN")
	require.NotContains(t, row, "hunter2")
	require.NotContains(t, row, "hush")
}

func TestSecretsNeedTheirSalt(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	with := openWith(t, Config{URL: url, SecretSalt: "right"})
	require.NoError(t, with.SaveAgent(t.Context(), ada()))

	without := openWith(t, Config{URL: url})
	err := without.SaveAgent(t.Context(), ada())
	require.ErrorContains(t, err, `sql: agent "Ada" cannot be saved with its secrets: SECRET_SALT is not set: set it to a long random text`)
	unread, err := without.Agent(t.Context(), core.IDFromText("Ada"))
	require.NoError(t, err)
	require.Contains(t, unread.UnreadableSecrets["TOKEN"], "SECRET_SALT is not set")
	require.NoError(t, without.SaveAgent(t.Context(), &core.Agent{Character: core.Character{Name: "Plain"}}), "no secrets need no salt")

	wrong := openWith(t, Config{URL: url, SecretSalt: "wrong"})
	unread, err = wrong.Agent(t.Context(), core.IDFromText("Ada"))
	require.NoError(t, err)
	require.Contains(t, unread.UnreadableSecrets["TOKEN"], "SECRET_SALT is not the one that it was saved with")
	require.Equal(t, ada().Bio, unread.Bio, "the rest can be read")
	require.Empty(t, unread.Secrets)
	unread.Bio = []string{"Changed."}
	for _, db := range []*Database{wrong, without} {
		require.ErrorContains(t, db.SaveAgent(t.Context(), unread), "would lose it: change it with UpdateAgent")
		require.ErrorIs(t, db.SaveAgent(t.Context(), unread), core.ErrInvalid)
	}
	require.NoError(t, wrong.UpdateAgent(t.Context(), unread.ID, core.AgentUpdate{Bio: unread.Bio}))
	kept, err := with.Agent(t.Context(), unread.ID)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"TOKEN": "hunter2", "INSIDE": "hush"}, kept.Secrets)
}

// A transaction that is run again encrypts no key twice.
func TestKeysAreEncryptedOnceHoweverOftenATransactionIsRun(t *testing.T) {
	t.Parallel()
	db := openWith(t, Config{URL: pgtest.Database(t), SecretSalt: "right"})
	require.NoError(t, db.SaveAgent(t.Context(), ada()))
	_, err := db.Pool().ExecContext(t.Context(), `
		CREATE SEQUENCE tries;
		CREATE FUNCTION conflict_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF nextval('tries') = 1 THEN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END IF;
			RETURN NEW; END $$;
		CREATE TRIGGER conflict BEFORE UPDATE ON agents FOR EACH ROW EXECUTE FUNCTION conflict_once()`)
	require.NoError(t, err)
	id := core.IDFromText("Ada")
	settings := map[string]any{"voice": map[string]any{"api_key": "sk-pepper-7"}}
	require.NoError(t, db.UpdateAgent(core.Retry(t.Context()), id, core.AgentUpdate{Settings: settings}))
	got, err := db.Agent(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, "sk-pepper-7", got.Settings["voice"].(map[string]any)["api_key"])
	var tries int
	require.NoError(t, db.Pool().QueryRowContext(t.Context(), "SELECT last_value FROM tries").Scan(&tries))
	require.Equal(t, 2, tries)
}

// Keys deep in settings are encrypted in their places, and come back there.
func TestNestedKeysAreEncrypted(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	db := openWith(t, Config{URL: url, SecretSalt: "right"})
	settings := func() map[string]any {
		return map[string]any{
			"theme": "dark", "tokens_per_day": 10000.0,
			"voice":  map[string]any{"model": "loud-voice", "api_key": "sk-cumin-1", "max_tokens": 2048.0, "token": "short"},
			"models": []any{map[string]any{"name": "one", "apiKey": "sk-cumin-2"}, map[string]any{"auth": map[string]any{"password": "sk-cumin-3"}}},
			"keys":   map[string]any{"api_keys": []any{"sk-cumin-4", "sk-cumin-5"}},
		}
	}
	agent := &core.Agent{Character: core.Character{Name: "Deep", Settings: settings()}}
	require.NoError(t, db.SaveAgent(t.Context(), agent))
	require.Equal(t, settings(), agent.Settings, "the caller's are not touched")
	stored := func() (row string) {
		require.NoError(t, db.Pool().QueryRowContext(t.Context(), `SELECT settings::text FROM public.agents`).Scan(&row))
		return row
	}
	require.NotContains(t, stored(), "cumin")
	require.Contains(t, stored(), "loud-voice")
	got, err := db.Agent(t.Context(), agent.ID)
	require.NoError(t, err)
	require.Equal(t, settings(), got.Settings)

	require.NoError(t, db.UpdateAgent(t.Context(), agent.ID, core.AgentUpdate{
		Settings: map[string]any{"voice": map[string]any{"api_key": "sk-cumin-6", "model": "soft-voice"}},
	}))
	require.NotContains(t, stored(), "cumin")
	want := settings()
	want["voice"].(map[string]any)["api_key"], want["voice"].(map[string]any)["model"] = "sk-cumin-6", "soft-voice"
	got, err = db.Agent(t.Context(), agent.ID)
	require.NoError(t, err)
	require.Equal(t, want, got.Settings)

	// Under another salt they are missing, until they are rotated.
	plugin := New(Config{URL: url, SecretSalt: "another"})
	other, err := plugin.Adapter.Open(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, plugin.Adapter.Close(context.Background())) })
	got, err = other.Agent(t.Context(), agent.ID)
	require.NoError(t, err)
	require.ElementsMatch(t, []string{"voice.api_key", "models.apiKey", "models.auth.password", "keys.api_keys"}, slices.Collect(maps.Keys(got.UnreadableSecrets)))
	require.Equal(t, "soft-voice", got.Settings["voice"].(map[string]any)["model"])
	rotator := plugin.Adapter.(core.SecretRotator)
	_, err = rotator.RotateSecrets(t.Context(), "wrong", false)
	require.ErrorContains(t, err, "5 secrets can be read neither")
	done, err := rotator.RotateSecrets(t.Context(), "right", false)
	require.NoError(t, err)
	require.Equal(t, core.RotatedSecrets{Agents: 1, Rotated: 5}, done)
	got, err = other.Agent(t.Context(), agent.ID)
	require.NoError(t, err)
	require.Equal(t, want, got.Settings)

	// What was stored in clear is encrypted by it.
	_, err = db.Pool().ExecContext(t.Context(), `UPDATE public.agents SET settings = jsonb_set(settings, '{voice,api_key}', '"sk-cumin-7"')`)
	require.NoError(t, err)
	done, err = rotator.RotateSecrets(t.Context(), "", false)
	require.NoError(t, err)
	require.Equal(t, core.RotatedSecrets{Agents: 1, Sealed: 1, Kept: 4}, done)
	require.NotContains(t, stored(), "cumin")
	done, err = rotator.RotateSecrets(t.Context(), "", false)
	require.NoError(t, err)
	require.Equal(t, core.RotatedSecrets{Kept: 5}, done)
}

// A secret is bound to its name, so it must be encrypted under the name that
// the database will give back.
func TestNamesOfSecretsAreCleanedFirst(t *testing.T) {
	t.Parallel()
	db := open(t)
	agent := ada()
	agent.Secrets = map[string]string{"A\x00B": "1", "\xff\xfe": "2"}
	agent.Settings = map[string]any{"secrets\x00": map[string]any{"C\x00": "3"}}
	require.NoError(t, db.SaveAgent(t.Context(), agent))
	got, err := db.Agent(t.Context(), agent.ID)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"AB": "1", "\uFFFD": "2", "C": "3"}, got.Secrets)
	var row string
	require.NoError(t, db.Pool().QueryRowContext(t.Context(), `SELECT settings::text FROM public.agents`).Scan(&row))
	require.NotContains(t, row, `"3"`)
}

// To change settings, or some secrets, needs no key for the others.
func TestAnUpdateNeedsNoSaltForWhatItLeaves(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	with := openWith(t, Config{URL: url, SecretSalt: "right"})
	agent := ada()
	require.NoError(t, with.SaveAgent(t.Context(), agent))
	without := openWith(t, Config{URL: url})
	require.NoError(t, without.UpdateAgent(t.Context(), agent.ID, core.AgentUpdate{
		Settings: map[string]any{"model": "large"}, Secrets: map[string]*string{"INSIDE": nil},
	}))
	err := without.UpdateAgent(t.Context(), agent.ID, core.AgentUpdate{Secrets: map[string]*string{"NEW": new("hunter3")}})
	require.ErrorContains(t, err, "SECRET_SALT is not set")
	require.NotContains(t, err.Error(), "hunter3")
	got, err := with.Agent(t.Context(), agent.ID)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"TOKEN": "hunter2"}, got.Secrets)
	require.Equal(t, map[string]any{"model": "large"}, got.Settings)
}

func TestSecretBoxBindsASecretToItsOwner(t *testing.T) {
	t.Parallel()
	box, err := newSecretBox("salt")
	require.NoError(t, err)
	sealed, err := box.seal("ada/TOKEN", "hunter2")
	require.NoError(t, err)
	again, err := box.seal("ada/TOKEN", "hunter2")
	require.NoError(t, err)
	require.NotEqual(t, sealed, again, "equal secrets do not look equal")

	opened, err := box.open("ada/TOKEN", sealed)
	require.NoError(t, err)
	require.Equal(t, "hunter2", opened)
	_, err = box.open("eve/TOKEN", sealed)
	require.Error(t, err)
	for _, damaged := range []string{"", "hunter2", "v1:", "v1:!!!", sealed[:len(sealed)-4]} {
		_, err = box.open("ada/TOKEN", damaged)
		require.Error(t, err, "%q", damaged)
	}
}

func TestUnknownIDsAreErrors(t *testing.T) {
	t.Parallel()
	db := open(t)
	_, err := db.Agent(t.Context(), core.NewID())
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = db.Room(t.Context(), core.NewID())
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = db.Entity(t.Context(), core.NewID())
	require.ErrorIs(t, err, core.ErrNotFound)
	_, err = db.Memory(t.Context(), core.NewID())
	require.ErrorIs(t, err, core.ErrNotFound)
	require.ErrorIs(t, db.SetEmbedding(t.Context(), core.NewID(), make([]float32, 384)), core.ErrNotFound)
	require.ErrorIs(t, db.SaveRoom(t.Context(), &core.Room{ID: core.NewID(), AgentID: core.NewID(), Type: core.ChannelDM}), core.ErrNotFound)
	require.ErrorIs(t, db.AddParticipant(t.Context(), core.ParticipantKey{AgentID: core.NewID(), RoomID: core.NewID(), EntityID: core.NewID()}), core.ErrNotFound)
}
