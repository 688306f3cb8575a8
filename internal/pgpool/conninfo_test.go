package pgpool

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestConninfo(t *testing.T) {
	t.Parallel()
	tests := map[string]map[string]string{
		"postgres://u:p%40ss@h:5433/db?sslmode=require": {"user": "u", "password": "p@ss", "host": "h", "port": "5433", "dbname": "db", "sslmode": "require"},
		"postgresql://h":                 {"host": "h"},
		"postgres:///db?host=/run/a%20b": {"dbname": "db", "host": "/run/a b"},
		"postgres://u@a:1,b:2/db":        {"user": "u", "host": "a,b", "port": "1,2", "dbname": "db"},
		"postgres://[::1]:5432/db":       {"host": "::1", "port": "5432", "dbname": "db"},
		"postgres://u:a@b@h/db":          {"user": "u", "password": "a@b", "host": "h", "dbname": "db"},
		"host=a password = s user=b":     {"host": "a", "password": "s", "user": "b"},
		"host=a\tpassword=s\nuser=b":     {"host": "a", "password": "s", "user": "b"},
		`password='it\'s \\' host=a\ b`:  {"password": `it's \`, "host": "a b"},
		"password= s":                    {"password": "s"},
		"password=''":                    {},
		"":                               {},
	}
	for text, want := range tests {
		require.Equal(t, want, conninfo(text), "%q", text)
	}
}

func FuzzConninfo(f *testing.F) {
	f.Add("host=a password = 's'")
	f.Add("postgres://u:p@h:1,i:2/d?x=%41")
	f.Fuzz(func(_ *testing.T, text string) { conninfo(text) })
}
