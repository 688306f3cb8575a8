package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/elizago/elizago/core"
)

// Traits implements core.Runtime.
func (a *Agent) Traits(kind core.ModelType) (core.Traits, error) {
	serving, ok := a.texts[kind]
	if !ok {
		return core.Traits{}, noModel(kind)
	}
	return serving.model.Traits(), nil
}

// Generate implements core.Runtime.
func (a *Agent) Generate(ctx context.Context, kind core.ModelType, request core.TextRequest) (*core.TextResponse, error) {
	serving, ok := a.texts[kind]
	if !ok {
		return nil, noModel(kind)
	}
	if inTransaction(ctx) {
		return nil, fmt.Errorf("runtime: model %s was asked inside a Database action: %w", kind, core.ErrInTransaction)
	}
	request.System = cmp.Or(request.System, a.system())
	began := time.Now()
	response, err := generate(ctx, a, serving.model, request)
	runLogOf(ctx).asked(kind, serving.plugin, response, time.Since(began), err)
	if err != nil {
		return nil, fmt.Errorf("runtime: model %s of plugin %s: %w", kind, serving.plugin, err)
	}
	return response, nil
}

func generate(ctx context.Context, a *Agent, model core.TextModel, request core.TextRequest) (response *core.TextResponse, err error) {
	defer recoverPanic(a.log, "", &err)
	response, err = model.Generate(ctx, request)
	if err == nil && response == nil {
		err = errors.New("it returned nothing")
	}
	return response, err
}

// Embed implements core.Runtime.
func (a *Agent) Embed(ctx context.Context, text string) ([]float32, error) {
	if a.embedding.model == nil {
		return nil, noModel(core.TextEmbedding)
	}
	if inTransaction(ctx) {
		return nil, fmt.Errorf("runtime: the embedding model was asked inside a Database action: %w", core.ErrInTransaction)
	}
	began := time.Now()
	vector, err := embed(ctx, a, text)
	runLogOf(ctx).asked(core.TextEmbedding, a.embedding.plugin, nil, time.Since(began), err)
	if err != nil {
		return nil, fmt.Errorf("runtime: embedding model of plugin %s: %w", a.embedding.plugin, err)
	}
	return vector, nil
}

func embed(ctx context.Context, a *Agent, text string) (vector []float32, err error) {
	defer recoverPanic(a.log, "", &err)
	vectors, err := a.embedding.model.Embed(ctx, []string{text})
	if err != nil {
		return nil, err
	}
	if len(vectors) != 1 {
		return nil, errors.New("it returned " + strconv.Itoa(len(vectors)) + " vectors for one text")
	}
	return vectors[0], nil
}

func noModel(kind core.ModelType) error {
	return fmt.Errorf("runtime: %w: %s: add a model plugin in main.go (plugins/classic needs no network)", core.ErrNoModel, kind)
}
