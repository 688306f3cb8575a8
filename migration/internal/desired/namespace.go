package desired

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"strings"
)

// Core is the name of the schema owner of core's tables, whose namespace is
// public.
const Core = "core"

// maxName is the maximum length of a name in PostgreSQL, which truncates longer
// ones.
const maxName = 63

// Namespace returns the PostgreSQL schema of a plugin that declares none; see
// migration.Namespace for the rules.
func Namespace(plugin string) string {
	if plugin == Core {
		return "public"
	}
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(strings.ReplaceAll(plugin, "@", "")) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			if gap && b.Len() > 0 {
				b.WriteByte('_')
			}
			gap = false
			b.WriteRune(r)
		default:
			gap = true
		}
	}
	name := b.String()
	if name == "" || Reserved(name) || name[0] <= '9' {
		name = strings.TrimSuffix("plugin_"+name, "_")
	}
	if len(name) > maxName {
		name = fmt.Sprintf("%s_%x", name[:maxName-9], sha256.Sum256([]byte(plugin)))[:maxName]
	}
	return name
}

// NamespaceOf returns the namespace that is declared, or follows from the
// generated code or the name. Those given must agree, as queries use the
// generated code's.
func NamespaceOf(u Declaration) (string, error) {
	namespace := u.Schema.Namespace
	for _, t := range u.Schema.Tables {
		switch {
		case t.Schema == "" || t.Schema == namespace:
		case namespace == "":
			namespace = t.Schema
		case u.Schema.Namespace != "":
			return "", fmt.Errorf("migration: plugin %q declares namespace %q, but the queries generated for its table %q name %q: use the same in core.Schema.Namespace and entpg.Namespace",
				u.Plugin, namespace, t.Name, t.Schema)
		default:
			return "", fmt.Errorf("migration: plugin %q has tables in namespaces %q and %q: a plugin owns one",
				u.Plugin, namespace, t.Schema)
		}
	}
	if namespace == "" {
		return Namespace(u.Plugin), nil
	}
	switch {
	case namespace == "public":
		// The owner of public is core, whatever its name; resolve allows only
		// one.
	case Reserved(namespace):
		return "", fmt.Errorf("migration: plugin %q claims namespace %q, which is reserved: leave core.Schema.Namespace empty for %q",
			u.Plugin, namespace, Namespace(u.Plugin))
	case len(namespace) > maxName:
		return "", fmt.Errorf("migration: namespace %q of plugin %q has %d bytes, PostgreSQL keeps %d: choose a shorter one",
			namespace, u.Plugin, len(namespace), maxName)
	case !IsPlain(namespace):
		return "", fmt.Errorf("migration: namespace %q of plugin %q has other characters than a-z, 0-9 and _, or starts with a digit: choose another",
			namespace, u.Plugin)
	}
	return namespace, nil
}

// namePattern matches valid namespaces: names that need no quotes.
var namePattern = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

// IsPlain reports whether a name needs no quotes, keywords aside.
func IsPlain(name string) bool { return namePattern.MatchString(name) }

// Reserved reports whether a namespace belongs to PostgreSQL or to this
// package.
func Reserved(name string) bool {
	switch name {
	case "public", "information_schema", historyNamespace:
		return true
	}
	return strings.HasPrefix(name, "pg_") || name == "pg" || strings.HasPrefix(name, ShadowPrefix)
}
