// Package config reads the settings of a program built on elizago from the
// environment, or else from a .env file in the working directory.
//
//	cfg, err := config.Load(".")
//	if err != nil { ... }
//	fmt.Println(cfg.LogFormat)
//
// It has no defaults for the database: zero values are those of sql.Config,
// which plugins/sql maps it to.
package config

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"
)

// Config holds the settings. Each field names its variable.
type Config struct {
	// PostgresURL (POSTGRES_URL) is the server to use. Empty: the private
	// cluster in DataDir.
	PostgresURL string `env:"POSTGRES_URL"`

	// DataDir (PGLITE_DATA_DIR) is the folder of the private cluster. A leading
	// ~/ is the home directory.
	DataDir string `env:"PGLITE_DATA_DIR"`

	// PostgresBin (ELIZA_PG_BIN) is the folder of the server's programs.
	PostgresBin string `env:"ELIZA_PG_BIN"`

	// PoolMax (POSTGRES_POOL_MAX) is the largest number of connections of this
	// process.
	PoolMax int `env:"POSTGRES_POOL_MAX"`

	// PoolIdleTimeout (POSTGRES_POOL_IDLE_TIMEOUT) is how long a connection stays
	// open unused.
	PoolIdleTimeout time.Duration `env:"POSTGRES_POOL_IDLE_TIMEOUT"`

	// ConnectTimeout (POSTGRES_CONNECT_TIMEOUT) limits one attempt to connect.
	ConnectTimeout time.Duration `env:"POSTGRES_CONNECT_TIMEOUT"`

	// StartWait (POSTGRES_START_WAIT) is how long a start waits for a server
	// that cannot be reached yet. Zero: not at all.
	StartWait time.Duration `env:"POSTGRES_START_WAIT" envDefault:"30s"`

	// StatementTimeout (POSTGRES_STATEMENT_TIMEOUT) limits a statement whose
	// caller has set no limit.
	StatementTimeout time.Duration `env:"POSTGRES_STATEMENT_TIMEOUT"`

	// PoolWait (POSTGRES_POOL_WAIT) is how long a call waits for a connection
	// while all are in use.
	PoolWait time.Duration `env:"POSTGRES_POOL_WAIT"`

	// Retries (POSTGRES_RETRIES) is how often a call that did not reach the
	// server is repeated after a pause, RetryDelay (POSTGRES_RETRY_DELAY) the
	// first pause, RetryMaxDelay (POSTGRES_RETRY_MAX_DELAY) the longest one,
	// RetryJitter (POSTGRES_RETRY_JITTER) the random time added to each, and
	// RetryFor (POSTGRES_RETRY_FOR) the time before which no call gives up.
	Retries       int           `env:"POSTGRES_RETRIES"`
	RetryDelay    time.Duration `env:"POSTGRES_RETRY_DELAY"`
	RetryMaxDelay time.Duration `env:"POSTGRES_RETRY_MAX_DELAY"`
	RetryJitter   time.Duration `env:"POSTGRES_RETRY_JITTER"`
	RetryFor      time.Duration `env:"POSTGRES_RETRY_FOR"`

	// BreakerFailures (POSTGRES_BREAKER_FAILURES) is how many calls fail in
	// succession before the next ones fail at once, BreakerTimeout
	// (POSTGRES_BREAKER_TIMEOUT) for how long, and BreakerHalfOpen
	// (POSTGRES_BREAKER_HALF_OPEN) how many are let through after that.
	BreakerFailures int           `env:"POSTGRES_BREAKER_FAILURES"`
	BreakerTimeout  time.Duration `env:"POSTGRES_BREAKER_TIMEOUT"`
	BreakerHalfOpen int           `env:"POSTGRES_BREAKER_HALF_OPEN"`

	// SecretSalt (SECRET_SALT) is what the key for secrets at rest is derived
	// from. Empty: secrets cannot be stored.
	SecretSalt string `env:"SECRET_SALT"`

	// LogRetention (LOG_RETENTION) is how long rows of the table logs are kept.
	// Zero: 30 days. Negative: for ever.
	LogRetention time.Duration `env:"LOG_RETENTION"`

	// AllowDestructiveMigrations (ELIZA_ALLOW_DESTRUCTIVE_MIGRATIONS) lets a
	// start apply changes of the schema that lose data: true or false. Defaults
	// to false: such a start is refused.
	AllowDestructiveMigrations bool `env:"ELIZA_ALLOW_DESTRUCTIVE_MIGRATIONS"`

	// MigrationHistory (ELIZA_MIGRATION_HISTORY) is the PostgreSQL schema of the
	// history of migrations. Empty: "migrations".
	MigrationHistory string `env:"ELIZA_MIGRATION_HISTORY"`

	// MigrationLockTimeout (ELIZA_MIGRATION_LOCK_TIMEOUT) is how long a
	// migration waits for others: for another process that is migrating, and
	// for tables that are in use. Zero: a minute.
	MigrationLockTimeout time.Duration `env:"ELIZA_MIGRATION_LOCK_TIMEOUT"`

	// MigrationTableTimeout (ELIZA_MIGRATION_TABLE_TIMEOUT) is how long one of
	// its statements waits for a table, and others behind it, before it is
	// retried. Zero: two seconds.
	MigrationTableTimeout time.Duration `env:"ELIZA_MIGRATION_TABLE_TIMEOUT"`

	// MigrationStatementTimeout (ELIZA_MIGRATION_STATEMENT_TIMEOUT) is how long
	// one of its statements may take. Zero: ten minutes.
	MigrationStatementTimeout time.Duration `env:"ELIZA_MIGRATION_STATEMENT_TIMEOUT"`

	// LogLevel (LOG_LEVEL) is debug, info, warn or error. Empty: the program's
	// own default, which is warn in a conversation.
	LogLevel string `env:"LOG_LEVEL"`

	// LogFormat (LOG_FORMAT) is console or json. Defaults to console.
	LogFormat string `env:"LOG_FORMAT" envDefault:"console"`

	// Program is the name under which the program was started, for the commands
	// that messages advise. No variable sets it.
	Program string

	environment map[string]string
}

// ofPrograms are the variables that name programs to run. A user who may write to
// a folder must not decide what other users run there.
var ofPrograms = []string{"ELIZA_PG_BIN"}

// Load reads the environment and dir/.env, if it exists. A variable of the
// environment takes precedence. The error names the variable with an invalid
// value.
func Load(dir string) (Config, error) {
	file, err := readFile(filepath.Join(dir, ".env"))
	if err != nil {
		return Config{}, err
	}
	environment := env.ToMap(os.Environ())
	for _, name := range ofPrograms {
		if _, set := environment[name]; file[name] != "" && !set {
			return Config{}, fmt.Errorf("config: %s sets %s, and a file in a working directory may not name programs to run: "+
				"take the line out, and set the variable in the environment", filepath.Join(dir, ".env"), name)
		}
	}
	return parse(merge(file, environment))
}

// Lookup returns the value of any variable, also one without a field.
func (c Config) Lookup(name string) (string, bool) {
	value, ok := c.environment[name]
	return value, ok
}

// merge returns the file's variables overridden by the environment's, also by
// empty ones: that is how a shell switches off a line of the file.
func merge(file, environment map[string]string) map[string]string {
	merged := maps.Clone(file)
	if merged == nil {
		merged = map[string]string{}
	}
	maps.Copy(merged, environment)
	return merged
}

func parse(environment map[string]string) (Config, error) {
	cfg := Config{environment: environment}
	if err := env.ParseWithOptions(&cfg, env.Options{Environment: environment}); err != nil {
		return Config{}, explain(environment, err)
	}
	if rest, ok := strings.CutPrefix(cfg.DataDir+"/", "~/"); ok {
		home, err := os.UserHomeDir()
		if err != nil {
			return Config{}, fmt.Errorf("config: PGLITE_DATA_DIR begins with ~, but there is no home directory: %w", err)
		}
		cfg.DataDir = filepath.Join(home, rest)
	}
	cfg.PostgresURL = strings.TrimSpace(cfg.PostgresURL)
	for name, value := range map[string]time.Duration{
		"POSTGRES_POOL_IDLE_TIMEOUT": cfg.PoolIdleTimeout, "POSTGRES_CONNECT_TIMEOUT": cfg.ConnectTimeout,
		"POSTGRES_STATEMENT_TIMEOUT": cfg.StatementTimeout, "POSTGRES_POOL_WAIT": cfg.PoolWait,
		"POSTGRES_RETRY_DELAY": cfg.RetryDelay, "POSTGRES_RETRY_MAX_DELAY": cfg.RetryMaxDelay,
		"POSTGRES_RETRY_JITTER": cfg.RetryJitter, "POSTGRES_RETRY_FOR": cfg.RetryFor, "POSTGRES_BREAKER_TIMEOUT": cfg.BreakerTimeout,
		"ELIZA_MIGRATION_LOCK_TIMEOUT": cfg.MigrationLockTimeout, "ELIZA_MIGRATION_TABLE_TIMEOUT": cfg.MigrationTableTimeout,
		"ELIZA_MIGRATION_STATEMENT_TIMEOUT": cfg.MigrationStatementTimeout,
	} {
		if environment[name] != "" && value <= 0 {
			return Config{}, fmt.Errorf("config: %s is %s: set it to a time above zero, such as \"5s\"", name, value)
		}
	}
	for name, value := range map[string]int{
		"POSTGRES_POOL_MAX": cfg.PoolMax, "POSTGRES_RETRIES": cfg.Retries,
		"POSTGRES_BREAKER_FAILURES": cfg.BreakerFailures, "POSTGRES_BREAKER_HALF_OPEN": cfg.BreakerHalfOpen,
	} {
		if environment[name] != "" && value < 1 {
			return Config{}, fmt.Errorf("config: %s is %d: set it to 1 or more", name, value)
		}
	}
	switch cfg.LogFormat {
	case "console", "json":
	default:
		return Config{}, fmt.Errorf("config: LOG_FORMAT is %q: set it to console or json", cfg.LogFormat)
	}
	return cfg, nil
}

// explain rewrites env's errors to name variables instead of fields.
func explain(environment map[string]string, err error) error {
	var all env.AggregateError
	if !errors.As(err, &all) {
		return fmt.Errorf("config: %w", err)
	}
	var errs []error
	for _, one := range all.Errors {
		var bad env.ParseError
		if !errors.As(one, &bad) {
			errs = append(errs, fmt.Errorf("config: %w", one))
			continue
		}
		name := bad.Name
		if field, ok := reflect.TypeFor[Config]().FieldByName(bad.Name); ok {
			name = field.Tag.Get("env")
		}
		want := "a number"
		switch bad.Type {
		case reflect.TypeFor[time.Duration]():
			want = `a time such as "30s" or "5m"`
		case reflect.TypeFor[bool]():
			want = "true or false"
		}
		errs = append(errs, fmt.Errorf("config: %s is %q: set it to %s", name, environment[name], want))
	}
	return errors.Join(errs...)
}
