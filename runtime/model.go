package runtime

import (
	"cmp"
	"context"
	"errors"
	"fmt"
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
	made, err := a.vectorsOf(ctx, []string{text})
	if err != nil {
		return nil, err
	}
	return made[0], nil
}

// vectorsOf returns the vectors of texts, each of which is embedded once.
func (a *Agent) vectorsOf(ctx context.Context, texts []string) ([][]float32, error) {
	return a.vectors.get(ctx, texts, func(texts []string) ([][]float32, error) {
		began := time.Now()
		made, err := a.embedTexts(ctx, texts)
		runLogOf(ctx).asked(core.TextEmbedding, a.embedding.plugin, nil, time.Since(began), err)
		if err != nil {
			return nil, fmt.Errorf("runtime: embedding model of plugin %s: %w", a.embedding.plugin, err)
		}
		return made, nil
	})
}

// embedTexts calls the embedding model within its time limit.
func (a *Agent) embedTexts(ctx context.Context, texts []string) ([][]float32, error) {
	made, err := inTime(ctx, a.runtime.config.EmbeddingTimeout, a.log, func(ctx context.Context) ([][]float32, error) {
		return a.embedding.model.Embed(ctx, texts)
	})
	if err == nil && len(made) != len(texts) {
		err = fmt.Errorf("it returned %d vectors for %d texts", len(made), len(texts))
	}
	return made, err
}

func noModel(kind core.ModelType) error {
	return fmt.Errorf("runtime: %w: %s: add a model plugin in main.go (plugins/classic needs no network)", core.ErrNoModel, kind)
}
