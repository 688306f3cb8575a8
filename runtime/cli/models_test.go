package cli_test

import (
	"context"
	"errors"
	"os"

	"go.uber.org/fx"

	"github.com/elizago/elizago/core"
)

// wideModel takes the place of the classic embedding model, with vectors of
// 512 dimensions. It fails where the file "broken" is.
func wideModel(name string) fx.Option {
	return fx.Provide(fx.Annotate(func() *core.Plugin {
		return &core.Plugin{Name: name, Description: "Makes wide vectors", Priority: 100, EmbeddingModel: wide{}}
	}, fx.ResultTags(core.PluginGroup)))
}

type wide struct{}

func (wide) Dimensions() int { return 512 }

func (wide) Embed(_ context.Context, texts []string) ([][]float32, error) {
	if _, err := os.Stat("broken"); err == nil {
		return nil, errors.New("the model is broken")
	}
	vectors := make([][]float32, len(texts))
	for i, text := range texts {
		vectors[i] = make([]float32, 512)
		vectors[i][len(text)%512] = 1
	}
	return vectors, nil
}
