package runtime

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode"

	"go.uber.org/zap"

	"github.com/elizago/elizago/core"
)

// verdict says whether a message is answered.
type verdict int

const (
	no  verdict = iota
	yes         // certainly
	ask         // a model decides
)

// Settings of an agent that decide which messages it answers, with elizaOS's
// names. The second of two is the older name.
var (
	settingsAlwaysRooms   = []string{"ALWAYS_RESPOND_CHANNELS", "SHOULD_RESPOND_BYPASS_TYPES"}
	settingsAlwaysSources = []string{"ALWAYS_RESPOND_SOURCES", "SHOULD_RESPOND_BYPASS_SOURCES"}
)

// settingOnlyFollowed makes an agent answer only in rooms that it follows.
const settingOnlyFollowed = "BOOTSTRAP_DEFLLMOFF"

// sourceClientChat is in the sources of elizaOS's own web client, whose messages
// are always to the agent.
const sourceClientChat = "client_chat"

// arrival is what decides whether a message is answered.
type arrival struct {
	own     bool // the agent itself wrote it
	named   bool // the text has the agent's name
	state   core.ParticipantState
	kind    core.ChannelType
	source  string
	mention *core.Mention
	setting func(name string) (string, bool)
}

// whether applies elizaOS's rules, in its order, and says why.
func whether(m arrival) (verdict, string) {
	switch {
	case m.own:
		return no, "the agent wrote it itself"
	case m.state == core.ParticipantDefault && isOn(m.setting, settingOnlyFollowed):
		return no, "the agent answers only in rooms that it follows"
	case m.state == core.ParticipantMuted && !m.named:
		return no, "the room is muted, and the agent is not named"
	case slices.Contains([]core.ChannelType{"", core.ChannelDM, core.ChannelVoiceDM, core.ChannelSelf, core.ChannelAPI}, m.kind):
		return yes, "the room is direct"
	case strings.Contains(strings.ToLower(m.source), sourceClientChat), listed(m.setting, settingsAlwaysSources, m.source):
		return yes, "messages of this source are always answered"
	case listed(m.setting, settingsAlwaysRooms, string(m.kind)):
		return yes, "messages in rooms of this type are always answered"
	case m.mention != nil && m.mention.IsMention:
		return yes, "the agent is mentioned"
	case m.mention != nil && m.mention.IsReply:
		return yes, "it replies to the agent"
	}
	return ask, "it may be to someone else"
}

func isOn(setting func(string) (string, bool), name string) bool {
	value, _ := setting(name)
	return slices.Contains([]string{"true", "1", "yes", "on"}, strings.ToLower(strings.TrimSpace(value)))
}

// listed reports whether one of the settings, lists separated by commas, has
// the value, in any letter case.
func listed(setting func(string) (string, bool), names []string, value string) bool {
	for _, name := range names {
		list, _ := setting(name)
		for one := range strings.SplitSeq(list, ",") {
			if value != "" && strings.EqualFold(strings.Trim(one, " \t\n[]\"'"), value) {
				return true
			}
		}
	}
	return false
}

// hasName reports whether a text has a name, as words of their own.
func hasName(text, name string) bool {
	between := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }
	words, wanted := strings.FieldsFunc(strings.ToLower(text), between), strings.FieldsFunc(strings.ToLower(name), between)
	if len(wanted) == 0 {
		return false
	}
	for i := range words {
		if len(words)-i >= len(wanted) && slices.Equal(words[i:i+len(wanted)], wanted) {
			return true
		}
	}
	return false
}

// wanted reports whether the agent answers the message.
func (t *turn) wanted(ctx context.Context) (bool, error) {
	message := t.message
	state, err := t.db.ParticipantState(ctx, core.ParticipantKey{AgentID: t.AgentID(), RoomID: message.RoomID, EntityID: t.AgentID()})
	if err != nil && !errors.Is(err, core.ErrNotFound) { // it has left the room
		return false, err
	}
	named := hasName(message.Content.Text, t.character.Name) || hasName(message.Content.Text, t.character.Username)
	decided, why := whether(arrival{
		own: message.EntityID == t.AgentID(), named: named, state: state, kind: message.Content.ChannelType,
		source: message.Content.Source, mention: message.Content.Mention, setting: t.Setting,
	})
	if decided == ask {
		wanted, err := t.askWhether(ctx, named)
		if err != nil || wanted {
			return wanted, err
		}
		why += ", as the model decided"
	}
	if decided == no || decided == ask {
		t.log.Debug("a message is not answered", zap.String("because", why))
		return false, nil
	}
	return true, nil
}

// contextOfWhether are the providers that the model hears before it decides.
var contextOfWhether = []string{"CHARACTER", "ENTITIES", "RECENT_MESSAGES"}

// askWhether asks the small model. Where there is none, or where its answer
// cannot be read, the agent answers if it is named.
func (t *turn) askWhether(ctx context.Context, named bool) (bool, error) {
	if _, ok := t.texts[core.TextSmall]; !ok {
		return named, nil
	}
	options := core.StateOptions{Only: true}
	for _, provider := range t.providers {
		if slices.Contains(contextOfWhether, provider.Name) {
			options.Include = append(options.Include, provider.Name)
		}
	}
	state, err := t.ComposeState(ctx, t.message, options)
	if err != nil {
		return false, err
	}
	response, err := t.Generate(ctx, core.TextSmall, core.TextRequest{Prompt: t.Prompt(core.TemplateShouldRespond, t.message, state)})
	if err != nil {
		return false, err
	}
	fields, _ := core.ParseXML(response.Text(), "response")
	switch plainName(fields["action"]) {
	case "respond", "reply", "yes":
		return true, nil
	case "ignore", "stop", "none", "no":
		return false, nil
	}
	return named, nil
}
