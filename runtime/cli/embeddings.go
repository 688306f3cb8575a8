package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/runtime"
)

func (p *program) embeddingsCommand() *cobra.Command {
	embeddings := &cobra.Command{
		Use:   "embeddings",
		Short: "Look at the vectors of an agent's memories, and change their dimension",
		Args:  noSubcommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	embeddings.AddCommand(p.rebuildCommand())
	return embeddings
}

// rebuildFlags are the flags of `embeddings rebuild`.
type rebuildFlags struct {
	dimensions int
	character  string
	batch      int
}

func (p *program) rebuildCommand() *cobra.Command {
	var flags rebuildFlags
	cmd := &cobra.Command{
		Use:   "rebuild",
		Short: "Rebuild all vectors of an agent, with another dimension",
		Long: "Rebuilds all vectors of an agent with the embedding model of this program, because that has another dimension.\n" +
			"Searches go on with the old vectors until the new ones are complete. It may be interrupted: run again, it goes on\n" +
			"where it was. With the dimension that the agent has, it reverts what was begun, and rebuilds vectors that\n" +
			"have another.",
		Example: p.examples("embeddings rebuild --dimensions 1024", "embeddings rebuild --dimensions 1024 --character ada.yaml"),
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return interrupted(cmd.Context(), p.rebuild(cmd.Context(), flags))
		},
	}
	f := cmd.Flags()
	f.IntVarP(&flags.dimensions, "dimensions", "d", 0, "the new `LENGTH` of the vectors: 384, 512, 768, 1024, 1536 or 3072")
	f.StringVarP(&flags.character, "character", "c", "", "the agent of the character in `FILE` (.json or .yaml); Eliza otherwise")
	f.IntVar(&flags.batch, "batch", 0, "how many texts the model gets at once; 64 otherwise")
	return cmd
}

func (p *program) rebuild(ctx context.Context, flags rebuildFlags) error {
	if flags.dimensions == 0 {
		return errors.New("--dimensions is missing: give it the length of the new vectors")
	}
	if flags.batch < 0 {
		return fmt.Errorf("--batch is %d: give it how many texts the model gets at once, or leave it out for 64", flags.batch)
	}
	character, err := loadCharacter(flags.character)
	if err != nil {
		return err
	}
	log, err := logger(p.config, p.Err, zap.WarnLevel)
	if err != nil {
		return err
	}
	return p.run(ctx, log, []*core.Character{character}, nil, func(ctx context.Context, rt *runtime.Runtime) error {
		db, id := rt.Agents()[0].Database(), character.Identify()
		before, err := db.EmbeddingState(ctx, id)
		if err != nil {
			return err
		}
		how := core.EmbeddingRebuild{
			AgentID: id, Dimension: flags.dimensions, Batch: flags.batch,
			Progress: func(state core.EmbeddingState) {
				if state.Target != 0 {
					fmt.Fprintf(p.Out, "%d of %d vectors\n", state.Done, state.Total)
				}
			},
		}
		model, name, err := embeddingModel(rt.Plugins(), flags.dimensions)
		switch {
		case err == nil:
			how.Embed, how.Model = model.Embed, name
		case before.Dimension != flags.dimensions: // otherwise no vector has to be made
			return err
		}
		if err := db.RebuildEmbeddings(ctx, how); err != nil {
			return err
		}
		after, err := db.EmbeddingState(ctx, id)
		if err != nil {
			return err
		}
		switch {
		case before.Dimension != after.Dimension:
			fmt.Fprintf(p.Out, "The vectors of %s have %d dimensions now: %d of them.\n", character.Name, after.Dimension, after.Total)
		case before.Target != 0:
			fmt.Fprintf(p.Out, "The rebuild with %d dimensions is reverted; the vectors of %s have %d, as before.\n",
				before.Target, character.Name, after.Dimension)
		default:
			fmt.Fprintf(p.Out, "The vectors of %s have %d dimensions already.\n", character.Name, after.Dimension)
		}
		return nil
	})
}

// embeddingModel is the one that agents use, if it makes vectors of this
// length, and its plugin's name.
func embeddingModel(plugins []*core.Plugin, dimensions int) (model core.EmbeddingModel, name string, err error) {
	var best *core.Plugin
	for _, plugin := range plugins {
		if plugin.EmbeddingModel != nil && (best == nil || plugin.Priority > best.Priority) {
			best = plugin
		}
	}
	if best == nil {
		return nil, "", fmt.Errorf("%w: TEXT_EMBEDDING: add a model plugin in main.go", core.ErrNoModel)
	}
	if made := best.EmbeddingModel.Dimensions(); made != dimensions {
		return nil, "", fmt.Errorf("the embedding model of plugin %s makes vectors of %d dimensions, not of %d: add one that does in main.go, or give --dimensions %d",
			best.Name, made, dimensions, made)
	}
	return best.EmbeddingModel, best.Name, nil
}
