package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// oldSalt is the variable with the salt that secrets are encrypted under. It is
// no flag: other users of the machine can see those.
const oldSalt = "SECRET_SALT_OLD"

func (p *program) secretsCommand() *cobra.Command {
	secrets := &cobra.Command{
		Use:   "secrets",
		Short: "Look after the agents' encrypted secrets",
		Args:  noSubcommand,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	secrets.AddCommand(p.rotateCommand())
	return secrets
}

func (p *program) rotateCommand() *cobra.Command {
	var drop bool
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Encrypt all secrets under the present SECRET_SALT",
		Long: "Encrypts all agents' secrets under the present SECRET_SALT: those that are encrypted under the one in " + oldSalt + ",\n" +
			"and keys that are stored in clear. It is all or nothing. Stop programs that still use the old salt first, and keep the new salt:\n" +
			"without it no secret can be read.",
		Example: "  openssl rand -hex 32 >new-salt\n" +
			"  " + oldSalt + "=$SECRET_SALT SECRET_SALT=$(cat new-salt) " + p.name + " secrets rotate",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			adapter, err := p.adapter(zap.NewNop())
			if err != nil {
				return err
			}
			rotator, err := offers[core.SecretRotator](adapter, "encrypted secrets")
			if err != nil {
				return err
			}
			return p.withDatabase(cmd.Context(), adapter, existing, func(ctx context.Context, _ core.Database) error {
				salt, _ := p.config.Lookup(oldSalt)
				done, err := rotator.RotateSecrets(ctx, salt, drop)
				if err != nil {
					return err
				}
				fmt.Fprintf(p.Out, "%s changed: %s re-encrypted, %d that were in clear, %d dropped; %d were up to date.\n",
					count(done.Agents, "agent"), count(done.Rotated, "secret"), done.Sealed, done.Dropped, done.Kept)
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&drop, "drop", false, "delete secrets that neither salt opens")
	return cmd
}
