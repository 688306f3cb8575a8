package pgpool

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestConnectionStringsAsPeopleHaveThem(t *testing.T) {
	t.Parallel()
	const plain = "postgres://u:p%40ss@db.example:5432/app"
	for given, want := range map[string]string{
		plain:                                                    plain,
		`"` + plain + `"`:                                        plain,
		"'" + plain + "' \n":                                     plain,
		"POSTGRES" + plain[8:]:                                   plain,
		"PostgreSQL" + plain[8:]:                                 "postgresql" + plain[8:],
		"postgresql+asyncpg" + plain[8:]:                         "postgresql" + plain[8:],
		plain + "?sslmode=no-verify":                             plain + "?sslmode=require",
		"jdbc:postgresql" + plain[8:]:                            "postgresql" + plain[8:],
		plain + "?pgbouncer=true&connection_limit=1":             plain,
		plain + "?sslmode=require&schema=app&currentSchema=x":    plain + "?sslmode=require",
		plain + "?TimeZone=UTC&DateStyle=ISO&my.Setting=1":       plain + "?TimeZone=UTC&DateStyle=ISO&my.Setting=1",
		plain + "?application_name=a@b/c":                        plain + "?application_name=a@b/c",
		"postgres:///app?host=/var/run/postgresql&user=a@b":      "postgres:///app?host=/var/run/postgresql&user=a@b",
		"host=/var/run/postgresql user=u password='://@'":        "host=/var/run/postgresql user=u password='://@'",
		"postgres://u@one.example,two.example/app?keepalives=1&": "postgres://u@one.example,two.example/app",
	} {
		clean, _, err := cleanURL(given)
		require.NoError(t, err, given)
		require.Equal(t, want, clean)
	}
	_, ignored, err := cleanURL(plain + "?pgbouncer=true&sslmode=disable&reWriteBatchedInserts=true")
	require.NoError(t, err)
	require.Equal(t, []string{"pgbouncer", "reWriteBatchedInserts"}, ignored)
}

// The character is named, and no part of the password.
func TestAnUnescapedCharacterIsNamed(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]string{
		"hun@zzz": `"@", which has to be written as %40`, "hun/zzz": `"/", which has to be written as %2F`,
		"12/34": `"/"`, "hun?zzz": `"?", which has to be written as %3F`, "hun#zzz": `"#", which has to be written as %23`,
		"hun%zzz": `"%", which has to be written as %25`, "hun zzz": `" ", which has to be written as %20`, "hun[zzz": `"["`, `hun\zzz`: `"\\"`, "hunäzzz": "%C3%A4",
	} {
		_, _, err := cleanURL("postgres://u:" + password + "@db.example:5432/app?sslmode=disable")
		require.ErrorContains(t, err, want, password)
		require.NotContains(t, err.Error(), "hun")
		require.NotContains(t, err.Error(), "zzz")
		require.NotContains(t, err.Error(), "34")
	}
	for _, other := range []string{"mysql://u:hunzzz@h/db", "hunzzz@h/db", "u:hunzzz", "POSTGRES_URL=postgres://u:hunzzz@h/db",
		"export POSTGRES_URL='postgres://u:hunzzz@h/db'", "psql 'postgres://u:hunzzz@h/db'", "psql postgres://u:hunzzz@h/db?sslmode=disable",
		"Server=h;Port=5432;Database=db;User Id=u;Password=hunzzz;", "server=h;port=5432;user=u;password=hunzzz"} {
		_, _, err := cleanURL(other)
		require.Error(t, err)
		require.NotContains(t, err.Error(), "hunzzz")
	}
}
