package schema

import (
	"fmt"
	"strings"
)

// DefaultTextConfig is how texts are taken apart for full text search where
// nothing else is said.
const DefaultTextConfig = "english"

// TextConfigs are the text search configurations that an agent may choose:
// those that every PostgreSQL from 14 on brings along.
var TextConfigs = []string{
	"simple", "arabic", "armenian", "basque", "catalan", "danish", "dutch", "english", "finnish", "french",
	"german", "greek", "hindi", "hungarian", "indonesian", "irish", "italian", "lithuanian", "nepali",
	"norwegian", "portuguese", "romanian", "russian", "serbian", "spanish", "swedish", "tamil", "turkish",
	"yiddish",
}

// TextVector is the text of a memory as full text search sees it. A generated
// column or an index may use it, since it names each configuration in so many
// words: to_tsvector with a name from a column would depend on search_path. A
// query finds by the index what it compares with the same expression.
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
