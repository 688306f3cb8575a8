package surroundings

import (
	"strings"
	"testing"

	"github.com/elizago/elizago/internal/pgtest"
)

// The hosts of the examples are made up, so that the parameters host and port
// name the server that answers.
var urlRows = []row{
	shaped("`postgres://user:password@host:port/database`, without `sslmode`", "postgres://USER:PASSWORD@HOST:PORT/DATABASE"),
	shaped("`...?sslmode=require&channel_binding=require`",
		"postgresql://USER:PASSWORD@ep-calm-sea-a1b2c3d4-pooler.eu-central-1.example.com/DATABASE?sslmode=require&channel_binding=require&host=HOST&port=PORT"),
	shaped("`...?sslmode=verify-full&sslrootcert=...`", "postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full&sslrootcert=CERTIFICATE"),
	shaped("several hosts, the first of which does not answer, with `target_session_attrs=read-write`",
		"postgres://USER:PASSWORD@HOST:1,HOST:PORT/DATABASE?target_session_attrs=read-write"),
	passedOver("`pgbouncer=true&connection_limit=1`, and a user with a dot", "app.abcdefghijkl",
		"postgresql://USER:PASSWORD@aws-0-eu-central-1.pooler.example.com:6543/DATABASE?pgbouncer=true&connection_limit=1&host=HOST&port=PORT", "connection_limit"),
	passedOver("`schema=public&connection_limit=5&pool_timeout=10&sslaccept=strict`", "app",
		"postgresql://USER:PASSWORD@HOST:PORT/DATABASE?schema=public&connection_limit=5&pool_timeout=10&sslaccept=strict", "pool_timeout"),
	passedOver("`postgresql+asyncpg://...?ssl=require&prepared_statement_cache_size=0`", "app",
		"postgresql+asyncpg://USER:PASSWORD@HOST:PORT/DATABASE?ssl=require&prepared_statement_cache_size=0", "prepared_statement_cache_size"),
	passedOver("`jdbc:postgresql://host:port/database?user=...&password=...&ssl=true`", "app",
		"jdbc:postgresql://HOST:PORT/DATABASE?user=USER&password=PASSWORD&ssl=true&ApplicationName=mine", "ApplicationName"),
	passedOver("`sslmode=no-verify`", "app", "postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=no-verify", "sslmode=no-verify"),
	shaped("quotes around it, as an env file of docker keeps them", `"postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require"`),
	shaped("the scheme in capitals, and a line break at the end", "POSTGRESQL://USER:PASSWORD@HOST:PORT/DATABASE\n"),
	shaped("`host=... port=... dbname=... user=... password='...'`", `host=HOST port=PORT dbname=DATABASE user=USER password='PASSWORD' sslmode=require`),
	shaped("`options=-c statement_timeout=60s -c search_path=nowhere`", "postgres://USER:PASSWORD@HOST:PORT/DATABASE?options=-c%20statement_timeout%3D60s%20-c%20search_path%3Dnowhere"),
	shaped("run-time parameters and `default_query_exec_mode`", "postgres://USER:PASSWORD@HOST:PORT/DATABASE?application_name=mine&work_mem=8MB&default_query_exec_mode=exec"),
	shaped("a socket's folder as the host: `postgres:///database?host=/...`", "postgres://USER:PASSWORD@/DATABASE?host=DIR&port=PORT"),
	shaped("a socket's folder in the place of the host: `postgres://%2Fvar%2Frun%2Fpostgresql/database`", "postgres://USER:PASSWORD@ESCAPED:PORT/DATABASE"),
	{
		name: "user and password in `PGUSER` and `PGPASSWORD`",
		prepare: func(t *testing.T, s *scene) {
			s.onHost(t, "app", "secret word")
			s.url = s.fill("postgres://HOST:PORT/DATABASE")
			s.env = []string{"PGUSER=" + s.hosted.user, "PGPASSWORD=secret word", "PGSSLMODE=require"}
		},
	},
	{
		name: "in a file `.env`, with quotes",
		prepare: func(t *testing.T, s *scene) {
			s.onHost(t, "app", "it's $5 # or so")
			s.write(t, ".env", "export POSTGRES_URL='"+s.fill("postgres://USER:PASSWORD@HOST:PORT/DATABASE")+"'\n")
			s.inFile = true
		},
	},
	{
		name: "a password with every character of the keyboard, escaped",
		prepare: func(t *testing.T, s *scene) {
			s.onHost(t, "app", "p@ss/w:o?r#d%+ &='\"\\[]{}|^`<>;,!$*()~éÄ日")
			s.url = s.fill("postgres://USER:PASSWORD@HOST:PORT/DATABASE")
		},
	},
	unescaped('@'), unescaped('/'), unescaped('#'), unescaped('?'), unescaped('%'), unescaped(' '), unescaped('['),
	{
		name: "a wrong password",
		prepare: func(t *testing.T, s *scene) {
			s.onHost(t, "app", "right")
			s.url = strings.Replace(s.fill("postgres://USER:PASSWORD@HOST:PORT/DATABASE"), "right", "wrong", 1)
		},
		refused: "check user and password in POSTGRES_URL",
		advice:  "correct them",
		follow:  func(_ *testing.T, s *scene, _ string) { s.url = s.fill("postgres://USER:PASSWORD@HOST:PORT/DATABASE") },
	},
	{
		name: "a database that does not exist",
		prepare: func(t *testing.T, s *scene) {
			s.database(t)
			config := parsed(t, s.admin)
			s.url = atDatabase(config, config.Database+" not yet")
			s.admin, s.maintenance = "", s.admin
		},
		refused: "create it (createdb",
		advice:  "the `createdb` that the words name",
		follow: func(t *testing.T, s *scene, words string) {
			s.createdb(t, advised(t, words, "create it (", ")"), parsed(t, s.url).Database)
		},
	},
	{
		name: "`sslmode=require`, and the server has no TLS",
		prepare: func(t *testing.T, s *scene) {
			s.database(t)
			s.url = strings.Replace(pgtest.NewProxy(t, s.admin).URL, "sslmode=disable", "sslmode=require", 1)
		},
		refused: "does not offer TLS",
		advice:  "`sslmode=disable` in POSTGRES_URL, where the network is trusted",
		follow:  func(_ *testing.T, s *scene, _ string) { s.url = strings.Replace(s.url, "require", "disable", 1) },
	},
	{
		name: "`sslmode=verify-full` without `sslrootcert`, and a certificate of the service's own authority",
		prepare: func(t *testing.T, s *scene) {
			s.onHost(t, "app", "secret")
			s.url = s.fill("postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full")
		},
		refused: "name the file with its authority's certificate with sslrootcert in POSTGRES_URL",
		advice:  "either",
		follow:  func(_ *testing.T, s *scene, _ string) { s.url += s.fill("&sslrootcert=CERTIFICATE") },
	},
	{
		name: "`sslmode=on`, which is none",
		prepare: func(t *testing.T, s *scene) {
			s.onHost(t, "app", "secret")
			s.url = s.fill("postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=on")
		},
		refused: "its sslmode is none of disable, allow, prefer, require, verify-ca and verify-full",
		advice:  "one of these",
		follow: func(_ *testing.T, s *scene, _ string) {
			s.url = strings.Replace(s.url, "sslmode=on", "sslmode=require", 1)
		},
	},
}

// shaped is a connection string that works.
func shaped(name, shape string) row {
	return row{name: name, prepare: func(t *testing.T, s *scene) {
		s.onHost(t, "app", "secret")
		s.url = s.fill(strings.ReplaceAll(shape, "ESCAPED", strings.ReplaceAll(s.server.dir, "/", "%2F")))
	}}
}

// passedOver is one with parameters that a start warns of.
func passedOver(name, user, shape, parameter string) row {
	return row{
		name: name, warns: parameter, note: "what is another driver's is passed over, with a warning",
		prepare: func(t *testing.T, s *scene) {
			s.onHost(t, user, "secret")
			s.url = s.fill(shape)
		},
	}
}

// unescaped is a password with a character that has to be escaped in a URL.
func unescaped(c rune) row {
	return row{
		name: "a password with the character `" + string(c) + "`, not escaped",
		prepare: func(t *testing.T, s *scene) {
			s.onHost(t, "app", "hunter"+string(c)+"2")
			s.url = s.fill("postgres://USER:RAW@HOST:PORT/DATABASE")
		},
		refused: "contains the character \"" + string(c) + "\", which has to be written as",
		advice:  "write it so",
		follow: func(t *testing.T, s *scene, words string) {
			escaped := advised(t, words, "which has to be written as ", ")")
			s.url = strings.Replace(s.url, "hunter"+string(c)+"2", "hunter"+escaped+"2", 1)
		},
	}
}
