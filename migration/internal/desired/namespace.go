package desired

import (
	"crypto/sha256"
	"fmt"
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
	if name == "" || reserved(name) || name[0] <= '9' {
		name = strings.TrimSuffix("plugin_"+name, "_")
	}
	if len(name) > maxName {
		name = fmt.Sprintf("%s_%x", name[:maxName-9], sha256.Sum256([]byte(plugin)))[:maxName]
	}
	return name
}
