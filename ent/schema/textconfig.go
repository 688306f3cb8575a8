package schema

import (
	"fmt"
	"strings"
)

// DefaultTextConfig is the default text search configuration.
const DefaultTextConfig = "english"

// TextConfigs are the text search configurations that an agent may choose:
// those built into every PostgreSQL from 14 on.
var TextConfigs = []string{
	"simple", "arabic", "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish", "french",
	"german", "greek", "hindi", "hungarian", "indonesian", "irish", "italian", "lithuanian", "nepali",
	"norwegian", "portuguese", "romanian", "russian", "serbian", "spanish", "swedish", "tamil", "turkish",
	"yiddish",
}

// TextVector returns the expression of a memory's tsvector. A generated column
// or an index may use it, since it spells out each configuration: to_tsvector
// with a name from a column would depend on search_path. A query uses the index
// with the same expression.
//
//	CASE text_config WHEN 'german' THEN to_tsvector('pg_catalog.german'::regconfig, content ->> 'text') ... END
func TextVector(content, config string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CASE %s", config)
	for _, name := range TextConfigs {
		fmt.Fprintf(&b, " WHEN '%s' THEN to_tsvector('pg_catalog.%[1]s'::regconfig, %s ->> 'text')", name, content)
	}
	b.WriteString(" END")
	return b.String()
}
