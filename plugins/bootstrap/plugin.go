// Package bootstrap is the plugin for conversations: the actions REPLY, IGNORE
// and NONE, and the providers that describe the agent, the conversation so far
// and the available actions to the model. Every program needs it unless it
// replaces these parts with its own.
//
//	cli.Main(sql.Module, bootstrap.Module, classic.Module)
package bootstrap

import "github.com/elizago/elizago/core"

// Name is the plugin's name.
const Name = "@elizago/bootstrap"

// Positions of the providers' texts in a prompt: first who and when, then the
// conversation, last the available actions. Other plugins' providers, at
// position zero, are in between.
const (
	positionCharacter = -40 + iota*10
	positionTime
	positionPeople
	positionConversation
)

const (
	positionActions = 100 + iota*10
	positionProviders
	positionResults
)

// New returns the plugin.
func New() *core.Plugin {
	return &core.Plugin{
		Name:        Name,
		Description: "Replies, and gives the model what it should know before it answers",
		Base:        true,
		Actions:     []core.Action{reply, ignore, none},
		Providers: []core.Provider{
			character, clock, people, conversation, recall, actions, providers, results,
		},
	}
}
