package classic

import "github.com/elizago/elizago/core"

// Name is the plugin's name.
const Name = "@elizago/classic"

// priority is below that of every model that someone installs on purpose.
const priority = -100

// New returns the plugin. It reads nothing and opens nothing: the script is
// parsed at the first question, so a program that has a better model pays
// nothing for it.
func New() *core.Plugin {
	text := textModel{}
	return &core.Plugin{
		Name:        Name,
		Description: "A conversation script by the method of 1966, and lexical embeddings: no language model, no network",
		Priority:    priority,
		TextModels: map[core.ModelType]core.TextModel{
			core.TextSmall: text,
			core.TextLarge: text,
		},
		EmbeddingModel: embeddingModel{},
	}
}
