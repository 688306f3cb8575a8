package sql

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// A change of a text and a change of the text configuration both lock the agent
// first, so that they do not deadlock.
func TestTextsAndTheirConfigurationChangeAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	list := make([]*core.Memory, 100)
	for i := range list {
		list[i] = s.memory(fmt.Sprint("text ", i))
	}
	require.NoError(t, s.CreateMemories(t.Context(), list))
	errs := make(chan error, 1000)
	var running sync.WaitGroup
	for worker := range 4 {
		running.Go(func() {
			for i := range 50 {
				m := list[(worker*25+i)%len(list)]
				errs <- s.UpdateMemory(t.Context(), core.MemoryUpdate{ID: m.ID, Content: &core.Content{Text: fmt.Sprint("changed ", i)}})
			}
		})
	}
	running.Go(func() {
		for i := range 20 {
			errs <- s.SetTextConfig(t.Context(), s.agent, []string{"german", "english"}[i%2])
		}
	})
	running.Wait()
	close(errs)
	for err := range errs {
		require.NoError(t, err)
	}
}

// Of two that begin a transaction inside the same one at once, one is refused.
func TestTwoCannotBeginInsideAtOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for range 20 {
		require.NoError(t, s.InTx(t.Context(), func(tx core.Database) error {
			began := make(chan error, 2)
			hold := make(chan struct{})
			var running sync.WaitGroup
			for range 2 {
				running.Go(func() {
					entered := false
					err := tx.InTx(t.Context(), func(core.Database) error {
						entered = true
						began <- nil
						<-hold
						return nil
					})
					if !entered {
						began <- err
					}
				})
			}
			refused := 0
			for range 2 {
				if <-began != nil {
					refused++
				}
			}
			close(hold)
			running.Wait()
			require.Equal(t, 1, refused)
			return nil
		}))
	}
}
