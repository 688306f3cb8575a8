package config

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	t.Parallel()
	home, err := os.UserHomeDir()
	require.NoError(t, err)
	tests := map[string]struct {
		file, environment map[string]string
		want              func(t *testing.T, cfg Config)
		err               string
	}{
		"the database's defaults are sql.Config's": {
			want: func(t *testing.T, cfg Config) {
				require.Empty(t, cfg.DataDir)
				require.Empty(t, cfg.PostgresURL)
				require.Zero(t, cfg.PoolMax)
				require.Zero(t, cfg.PoolIdleTimeout)
				require.Zero(t, cfg.ConnectTimeout)
				require.False(t, cfg.AllowDestructiveMigrations)
				require.Equal(t, "console", cfg.LogFormat)
			},
		},
		"the environment wins over the file": {
			file:        map[string]string{"POSTGRES_URL": "postgres://file", "POSTGRES_POOL_MAX": "3"},
			environment: map[string]string{"POSTGRES_URL": "postgres://env"},
			want: func(t *testing.T, cfg Config) {
				require.Equal(t, "postgres://env", cfg.PostgresURL)
				require.Equal(t, 3, cfg.PoolMax)
			},
		},
		"an empty variable hides the file's": {
			file:        map[string]string{"POSTGRES_URL": "postgres://file"},
			environment: map[string]string{"POSTGRES_URL": ""},
			want:        func(t *testing.T, cfg Config) { require.Empty(t, cfg.PostgresURL) },
		},
		"~ is the home directory": {
			environment: map[string]string{"PGLITE_DATA_DIR": "~/db"},
			want:        func(t *testing.T, cfg Config) { require.Equal(t, filepath.Join(home, "db"), cfg.DataDir) },
		},
		"~ alone is that as well": {
			environment: map[string]string{"PGLITE_DATA_DIR": "~"},
			want:        func(t *testing.T, cfg Config) { require.Equal(t, home, cfg.DataDir) },
		},
		"other variables can be looked up": {
			file: map[string]string{"MY_KEY": "x"},
			want: func(t *testing.T, cfg Config) {
				value, ok := cfg.Lookup("MY_KEY")
				require.True(t, ok)
				require.Equal(t, "x", value)
				_, ok = cfg.Lookup("NO_KEY")
				require.False(t, ok)
			},
		},
		"a bad duration names its variable": {
			environment: map[string]string{"POSTGRES_CONNECT_TIMEOUT": "soon"},
			err:         `config: POSTGRES_CONNECT_TIMEOUT is "soon": set it to a time such as "30s" or "5m"`,
		},
		"a bad number names its variable": {
			environment: map[string]string{"POSTGRES_POOL_MAX": "many"},
			err:         `config: POSTGRES_POOL_MAX is "many": set it to a number`,
		},
		"a switch is on": {
			environment: map[string]string{"ELIZA_ALLOW_DESTRUCTIVE_MIGRATIONS": "true"},
			want:        func(t *testing.T, cfg Config) { require.True(t, cfg.AllowDestructiveMigrations) },
		},
		"an empty switch is off": {
			file:        map[string]string{"ELIZA_ALLOW_DESTRUCTIVE_MIGRATIONS": "true"},
			environment: map[string]string{"ELIZA_ALLOW_DESTRUCTIVE_MIGRATIONS": ""},
			want:        func(t *testing.T, cfg Config) { require.False(t, cfg.AllowDestructiveMigrations) },
		},
		"a bad switch names its variable": {
			environment: map[string]string{"ELIZA_ALLOW_DESTRUCTIVE_MIGRATIONS": "yes please"},
			err:         `config: ELIZA_ALLOW_DESTRUCTIVE_MIGRATIONS is "yes please": set it to true or false`,
		},
		"a time is above zero": {
			environment: map[string]string{"POSTGRES_CONNECT_TIMEOUT": "-1s"},
			err:         `config: POSTGRES_CONNECT_TIMEOUT is -1s: set it to a time above zero, such as "5s"`,
		},
		"so is one of the migration's": {
			environment: map[string]string{"ELIZA_MIGRATION_LOCK_TIMEOUT": "0s"},
			err:         `config: ELIZA_MIGRATION_LOCK_TIMEOUT is 0s: set it to a time above zero, such as "5s"`,
		},
		"the migration's times": {
			environment: map[string]string{
				"ELIZA_MIGRATION_LOCK_TIMEOUT": "5m", "ELIZA_MIGRATION_TABLE_TIMEOUT": "500ms", "ELIZA_MIGRATION_STATEMENT_TIMEOUT": "",
			},
			want: func(t *testing.T, cfg Config) {
				require.Equal(t, 5*time.Minute, cfg.MigrationLockTimeout)
				require.Equal(t, 500*time.Millisecond, cfg.MigrationTableTimeout)
				require.Zero(t, cfg.MigrationStatementTimeout)
			},
		},
		"a blank URL is none": {
			environment: map[string]string{"POSTGRES_URL": " \n"},
			want:        func(t *testing.T, cfg Config) { require.Empty(t, cfg.PostgresURL) },
		},
		"a pool needs a connection": {
			environment: map[string]string{"POSTGRES_POOL_MAX": "0"},
			err:         "config: POSTGRES_POOL_MAX is 0: set it to 1 or more",
		},
		"log formats are known ones": {
			environment: map[string]string{"LOG_FORMAT": "xml"},
			err:         `config: LOG_FORMAT is "xml": set it to console or json`,
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, err := parse(merge(tt.file, tt.environment))
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			tt.want(t, cfg)
		})
	}
}

func TestLoadReadsTheFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".env"), []byte("ELIZAGO_CONFIG_TEST=from file\n"), 0o600))
	cfg, err := Load(dir)
	require.NoError(t, err)
	value, _ := cfg.Lookup("ELIZAGO_CONFIG_TEST")
	require.Equal(t, "from file", value)

	_, err = Load(t.TempDir())
	require.NoError(t, err, "a directory without .env is fine")
}

// A mistake in the file is told by its line; what stands there may be a secret.
func TestLoadTellsTheLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"A=1\nSECRET_SALT=\"hunter2\n":                    "line 2, cannot be understood: write NAME=value, and close every quote",
		"A=1\n\nPOSTGRES_URL postgres://u:hunter2@h/db\n": "line 3, has no NAME=value: put = between name and value",
		"hunter2\n": "line 1, cannot be understood",
	} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, ".env"), []byte(text), 0o600))
		_, err := Load(dir)
		require.ErrorContains(t, err, want, "%q", text)
		require.NotContains(t, err.Error(), "hunter2")
	}
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, ".env"), 0o700))
	_, err := Load(dir)
	require.ErrorContains(t, err, "cannot be read (is a directory): make it a readable file, or move it away")
}
