package surroundings

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

var roleRows = []row{
	{
		name:    "superuser",
		prepare: func(t *testing.T, s *scene) { s.database(t) },
	},
	{
		name:    "owner of the database",
		prepare: func(t *testing.T, s *scene) { s.asOwner(t); s.vectorIn(t, "public") },
	},
	{
		name: "owner without TEMPORARY",
		prepare: func(t *testing.T, s *scene) {
			name := s.asOwner(t)
			s.vectorIn(t, "public")
			s.exec(t, "REVOKE TEMPORARY ON DATABASE "+name+" FROM PUBLIC, "+quoted(s.role))
		},
	},
	{
		name: "owner without CREATE",
		prepare: func(t *testing.T, s *scene) {
			name := s.asOwner(t)
			s.vectorIn(t, "public")
			s.exec(t, "REVOKE CREATE ON DATABASE "+name+" FROM PUBLIC, "+quoted(s.role))
		},
		refused: "may not create schemas in database",
		advice:  "the GRANT that the words name",
		follow:  followGrant,
	},
	{
		name: "application role that owns nothing but its schemas",
		prepare: func(t *testing.T, s *scene) {
			s.database(t)
			s.vectorIn(t, "extensions")
			s.asRole(t, "LOGIN")
			s.exec(t, "GRANT USAGE ON SCHEMA extensions TO "+quoted(s.role), "ALTER SCHEMA public OWNER TO "+quoted(s.role),
				"CREATE SCHEMA plugin_preferences AUTHORIZATION "+quoted(s.role), "CREATE SCHEMA migrations AUTHORIZATION "+quoted(s.role))
		},
		refused: "may not create schemas in database",
		advice:  "the GRANT that the words name: a migration builds the tables in schemas of its own first",
		follow:  followGrant,
	},
	{
		name: "role that may create schemas, but nothing in `public`",
		prepare: func(t *testing.T, s *scene) {
			name := s.database(t)
			s.vectorIn(t, "extensions")
			s.asRole(t, "LOGIN")
			s.exec(t, "GRANT USAGE ON SCHEMA extensions TO "+quoted(s.role), "GRANT CREATE ON DATABASE "+name+" TO "+quoted(s.role))
		},
		refused: "may not create tables in schema \"public\"",
		advice:  "the GRANT that the words name",
		follow:  followGrant,
	},
	{
		name: "another role has migrated, this one may read and write",
		prepare: func(t *testing.T, s *scene) {
			s.database(t)
			o := s.runAs(t, s.admin, "migrate", "apply")
			require.Zero(t, o.code, o)
			s.asRole(t, "LOGIN")
			for _, schema := range []string{"public", "plugin_preferences"} {
				s.exec(t, "GRANT USAGE ON SCHEMA "+schema+" TO "+quoted(s.role),
					"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA "+schema+" TO "+quoted(s.role),
					"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA "+schema+" TO "+quoted(s.role))
			}
			s.exec(t, "GRANT USAGE ON SCHEMA migrations TO "+quoted(s.role), "GRANT SELECT ON ALL TABLES IN SCHEMA migrations TO "+quoted(s.role),
				"GRANT SELECT ON ALL SEQUENCES IN SCHEMA migrations TO "+quoted(s.role))
		},
		unchecked: true,
		note:      "as long as there is nothing to migrate; `migrate plan` and `check` need the rights of the owner",
	},
	{
		name: "the owner is a role that this one is a member of, NOINHERIT, with `ALTER ROLE ... SET role`",
		prepare: func(t *testing.T, s *scene) {
			s.asOwner(t)
			s.vectorIn(t, "public")
			owner := s.role
			s.asRole(t, "LOGIN NOINHERIT IN ROLE "+quoted(owner))
			s.exec(t, "ALTER ROLE "+quoted(s.role)+" SET role = "+quoted(owner))
		},
	},
	{
		name: "the owner is a role that this one is a member of, NOINHERIT",
		prepare: func(t *testing.T, s *scene) {
			s.asOwner(t)
			s.vectorIn(t, "public")
			s.asRole(t, "LOGIN NOINHERIT IN ROLE "+quoted(s.role))
		},
		refused: "may not create schemas in database",
		advice:  "the GRANT that the words name, or `ALTER ROLE ... SET role`",
		follow:  followGrant,
	},
	{
		name: "database and role with quotes, spaces and capitals in their names",
		prepare: func(t *testing.T, s *scene) {
			s.databaseNamed(t, `My "DB" it's 100%`)
			s.vectorIn(t, "public")
			s.roleNamed(t, `The "App" it's`, "LOGIN")
			s.giveDatabase(t)
		},
	},
}

// followGrant executes the GRANTs that the words name, until there is none left.
func followGrant(t *testing.T, s *scene, words string) {
	t.Helper()
	for range 5 {
		grant, _, _ := strings.Cut(advised(t, words, "as an administrator run ", ""), " in that database")
		s.exec(t, grant)
		o := s.run(t, "migrate", "apply")
		if o.code == 0 {
			return
		}
		require.NotContains(t, o.err, words, "the advice did not help")
		words = o.err
	}
	t.Fatal(words)
}

var roles atomic.Int64

// asRole makes a role, as which the program connects.
func (s *scene) asRole(t *testing.T, options string) {
	t.Helper()
	s.roleNamed(t, fmt.Sprintf("app_%d", roles.Add(1)), options)
}

func (s *scene) roleNamed(t *testing.T, name, options string) {
	t.Helper()
	s.role = fmt.Sprintf("%s_%s", name, s.name(t))
	s.exec(t, "CREATE ROLE "+quoted(s.role)+" "+options)
	admin, role := s.admin, s.role
	t.Cleanup(func() {
		execute(t, admin, "DROP OWNED BY "+quoted(role)+" CASCADE", "DROP ROLE "+quoted(role))
	})
	s.url = s.as(t, s.role)
}

// asOwner gives the scene a database that a role owns, as which the program
// connects. It returns the database's quoted name.
func (s *scene) asOwner(t *testing.T) string {
	t.Helper()
	name := s.database(t)
	s.asRole(t, "LOGIN")
	s.giveDatabase(t)
	return name
}

// giveDatabase makes the role the owner of the database.
func (s *scene) giveDatabase(t *testing.T) {
	t.Helper()
	admin, name := s.admin, quoted(s.name(t))
	s.exec(t, "ALTER DATABASE "+name+" OWNER TO "+quoted(s.role))
	t.Cleanup(func() { execute(t, admin, "ALTER DATABASE "+name+" OWNER TO CURRENT_USER") })
}

// as is the connection string with another user.
func (s *scene) as(t *testing.T, role string) string {
	t.Helper()
	config := parsed(t, s.admin)
	config.User = role
	return atDatabase(config, config.Database)
}
