// Package sql is the plugin that keeps everything in PostgreSQL. It brings the
// core tables and implements core.Database on them: with POSTGRES_URL on that
// server, without on the private cluster in PGLITE_DATA_DIR.
//
//	app.Main(sql.Module, bootstrap.Module, classic.Module)
//
// Stores are written with ent. SQL by hand stands in search.go alone, since
// ent cannot order by a vector's distance.
package sql

import (
	"cmp"
	"time"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/ent/migrate"
	"github.com/elizago/elizago/internal/pgconn"
)

// Name is the plugin's name.
const Name = "@elizago/sql"

// Config is what the adapter needs to know.
type Config struct {
	// Connection says which database to open.
	Connection pgconn.Config
	// SecretSalt is what the key for secrets at rest is derived from. Empty:
	// saving an agent with secrets is an error.
	SecretSalt string
	// LogRetention is how long entries of the table logs are kept. Zero: 30
	// days. Negative: for ever.
	LogRetention time.Duration
	// Logger defaults to one that says nothing.
	Logger *zap.Logger
}

// New returns the plugin. The database is opened by the runtime.
func New(config Config) *core.Plugin {
	if config.Logger == nil {
		config.Logger = zap.NewNop()
	}
	config.LogRetention = cmp.Or(config.LogRetention, 30*24*time.Hour)
	return &core.Plugin{
		Name:        Name,
		Description: "Keeps everything in PostgreSQL",
		Adapter:     &Adapter{config: config},
		Schema: &core.Schema{
			Namespace: migrate.Namespace,
			Tables:    migrate.Tables,
			Extras:    migrate.Extras,
		},
	}
}
