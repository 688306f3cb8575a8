package migration_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/migration"
)

func TestNamespace(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"core":                    "public",
		"@your-org/plugin-name":   "your_org_plugin_name",
		"@elizago/preferences":    "elizago_preferences",
		"goals":                   "goals",
		"My Plugin!!":             "my_plugin",
		"--a--b--":                "a_b",
		"@a@b":                    "ab",
		"Ünïcode":                 "n_code",
		"public":                  "plugin_public",
		"@public":                 "plugin_public",
		"PUBLIC":                  "plugin_public",
		"information_schema":      "plugin_information_schema",
		"migrations":              "plugin_migrations",
		"pg_catalog":              "plugin_pg_catalog",
		"pg-stuff":                "plugin_pg_stuff",
		"pg":                      "plugin_pg",
		"pgvector":                "pgvector",
		"7zip":                    "plugin_7zip",
		"":                        "plugin",
		"@/-":                     "plugin",
		strings.Repeat("x", 63):   strings.Repeat("x", 63),
		strings.Repeat("x", 64):   strings.Repeat("x", 54) + "_7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c"[:9],
		"@Org/a" + "\x00" + "b":   "org_a_b",
		"@org/plugin.with.dots":   "org_plugin_with_dots",
		"zz_elizago_0":            "plugin_zz_elizago_0",
		"@org/plugin-émigré":      "org_plugin_migr",
		"@org/__weird__/__name__": "org_weird_name",
	} {
		require.Equal(t, want, migration.Namespace(name), "%q", name)
	}
}

// Long names that share a beginning stay apart.
func TestNamespaceOfLongNames(t *testing.T) {
	t.Parallel()
	a := migration.Namespace(strings.Repeat("long-", 20) + "a")
	b := migration.Namespace(strings.Repeat("long-", 20) + "b")
	require.Len(t, a, 63)
	require.NotEqual(t, a, b)
}

func FuzzNamespace(f *testing.F) {
	for _, s := range []string{"@your-org/plugin-name", "", "1", "pg_x", strings.Repeat("é", 90), "public"} {
		f.Add(s)
	}
	valid := regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)
	f.Fuzz(func(t *testing.T, name string) {
		got := migration.Namespace(name)
		switch {
		case !valid.MatchString(got):
			t.Fatalf("%q gives %q", name, got)
		case strings.HasPrefix(got, "pg_"), got == "public" && name != migration.Core, got == "migrations":
			t.Fatalf("%q gives the reserved %q", name, got)
		case got != migration.Namespace(name):
			t.Fatalf("%q gives different namespaces", name)
		}
	})
}
