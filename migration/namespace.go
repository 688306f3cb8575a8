package migration

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// Core is the name of the unit with core's tables, whose namespace is public.
const Core = "core"

// maxName is what PostgreSQL keeps of a name; it cuts longer ones silently.
const maxName = 63

// Namespace is the PostgreSQL schema that a plugin owns unless it declares
// another: the plugin's name without "@", in lower case, every run of other
// characters than a-z, 0-9 and "_" as one "_", and none at the ends.
//
//	core                    public
//	@your-org/plugin-name   your_org_plugin_name
//
// Names that PostgreSQL or this package keep for themselves (public,
// information_schema, migrations, everything that starts with pg_), names that
// start with a digit and empty ones get "plugin_" in front. Of a name over 63
// bytes the first 54 stay, and eight hexadecimal digits of the plugin name's
// SHA-256 follow. Different plugins can have one namespace; Run refuses them.
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
