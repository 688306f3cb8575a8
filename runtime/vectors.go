package runtime

import (
	"context"
	"slices"
	"sync"
)

// vectors holds the vectors of the last texts, so that a text is embedded once:
// a message is embedded to be found later, and to find earlier ones. It is safe
// for concurrent use. The zero value is empty.
type vectors struct {
	mu    sync.Mutex
	known map[string]*pendingVector
	order []string // of known, the oldest first
}

// pendingVector is a vector that is known once done is closed.
type pendingVector struct {
	done   chan struct{}
	vector []float32
	err    error
}

// maxVectors is the number of texts whose vectors are held.
const maxVectors = 64

// get returns the vectors of texts. Those that are neither known nor being made
// are made by embed, together. What another caller failed to make, whose time may
// have been shorter, is made again.
func (v *vectors) get(ctx context.Context, texts []string, embed func(texts []string) ([][]float32, error)) ([][]float32, error) {
	for {
		found, own, err := v.try(ctx, texts, embed)
		if err == nil || own || ctx.Err() != nil {
			return found, err
		}
	}
}

// try is one attempt. own reports that the error is that of the caller's own
// embed, or of its context.
func (v *vectors) try(ctx context.Context, texts []string, embed func(texts []string) ([][]float32, error)) (found [][]float32, own bool, err error) {
	wanted, missing, made := v.want(texts)
	if len(missing) > 0 {
		all, err := embed(missing)
		if err != nil {
			v.forget(missing, made)
		}
		for i, one := range made {
			if one.err = err; err == nil {
				one.vector = all[i]
			}
			close(one.done)
		}
		if err != nil {
			return nil, true, err
		}
	}
	for _, one := range wanted {
		select {
		case <-one.done:
		case <-ctx.Done():
			return nil, true, context.Cause(ctx)
		}
		if one.err != nil {
			return nil, false, one.err
		}
		found = append(found, slices.Clone(one.vector))
	}
	return found, true, nil
}

// want returns the entries of texts, and of them those that the caller must make.
func (v *vectors) want(texts []string) (wanted []*pendingVector, missing []string, made []*pendingVector) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.known == nil {
		v.known = map[string]*pendingVector{}
	}
	for _, text := range texts {
		one := v.known[text]
		if one == nil {
			one = &pendingVector{done: make(chan struct{})}
			missing, made = append(missing, text), append(made, one)
			v.known[text] = one
			v.order = append(v.order, text)
		}
		wanted = append(wanted, one)
	}
	for len(v.order) > maxVectors {
		delete(v.known, v.order[0])
		v.order = v.order[1:]
	}
	return wanted, missing, made
}

// forget forgets texts whose vectors could not be made.
func (v *vectors) forget(texts []string, made []*pendingVector) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i, text := range texts {
		if v.known[text] == made[i] {
			delete(v.known, text)
			v.order = slices.DeleteFunc(v.order, func(one string) bool { return one == text })
		}
	}
}
