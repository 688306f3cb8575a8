package runtime

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

func TestWhetherAMessageIsAnswered(t *testing.T) {
	t.Parallel()
	mention, reply := &core.Mention{IsMention: true}, &core.Mention{IsReply: true}
	for name, tt := range map[string]struct {
		m        arrival
		settings map[string]string
		want     verdict
	}{
		"its own, even if it names itself":     {m: arrival{own: true, named: true, kind: core.ChannelDM, mention: mention}, want: no},
		"direct":                               {m: arrival{kind: core.ChannelDM}, want: yes},
		"without a type":                       {m: arrival{}, want: yes},
		"a call":                               {m: arrival{kind: core.ChannelVoiceDM}, want: yes},
		"to itself":                            {m: arrival{kind: core.ChannelSelf}, want: yes},
		"by a program":                         {m: arrival{kind: core.ChannelAPI}, want: yes},
		"a group":                              {m: arrival{kind: core.ChannelGroup}, want: ask},
		"a group that is followed":             {m: arrival{kind: core.ChannelGroup, state: core.ParticipantFollowed}, want: ask},
		"a voice group":                        {m: arrival{kind: core.ChannelVoiceGroup}, want: ask},
		"a thread":                             {m: arrival{kind: core.ChannelThread}, want: ask},
		"a feed":                               {m: arrival{kind: core.ChannelFeed}, want: ask},
		"a forum":                              {m: arrival{kind: core.ChannelForum}, want: ask},
		"a world":                              {m: arrival{kind: core.ChannelWorld}, want: ask},
		"a name in a group is for the model":   {m: arrival{kind: core.ChannelGroup, named: true}, want: ask},
		"mentioned":                            {m: arrival{kind: core.ChannelGroup, mention: mention}, want: yes},
		"a reply to the agent":                 {m: arrival{kind: core.ChannelThread, mention: reply}, want: yes},
		"only in a thread":                     {m: arrival{kind: core.ChannelThread, mention: &core.Mention{IsThread: true}}, want: ask},
		"muted":                                {m: arrival{kind: core.ChannelGroup, state: core.ParticipantMuted, mention: mention}, want: no},
		"muted, and direct":                    {m: arrival{kind: core.ChannelDM, state: core.ParticipantMuted}, want: no},
		"muted, direct, and named":             {m: arrival{kind: core.ChannelDM, state: core.ParticipantMuted, named: true}, want: yes},
		"muted, and named in a group":          {m: arrival{kind: core.ChannelGroup, state: core.ParticipantMuted, named: true}, want: ask},
		"the web client":                       {m: arrival{kind: core.ChannelGroup, source: "Client_Chat:room"}, want: yes},
		"a source that is always answered":     {m: arrival{kind: core.ChannelGroup, source: "discord"}, settings: map[string]string{"ALWAYS_RESPOND_SOURCES": "slack, Discord"}, want: yes},
		"another source":                       {m: arrival{kind: core.ChannelGroup, source: "disc"}, settings: map[string]string{"ALWAYS_RESPOND_SOURCES": "slack,discord"}, want: ask},
		"no source":                            {m: arrival{kind: core.ChannelGroup}, settings: map[string]string{"ALWAYS_RESPOND_SOURCES": "slack,,"}, want: ask},
		"rooms that are always answered":       {m: arrival{kind: core.ChannelGroup}, settings: map[string]string{"ALWAYS_RESPOND_CHANNELS": "group"}, want: yes},
		"rooms, by the older name":             {m: arrival{kind: core.ChannelThread}, settings: map[string]string{"SHOULD_RESPOND_BYPASS_TYPES": `["FEED", "THREAD"]`}, want: yes},
		"a source, by the older name":          {m: arrival{kind: core.ChannelFeed, source: "x"}, settings: map[string]string{"SHOULD_RESPOND_BYPASS_SOURCES": "x"}, want: yes},
		"always answered, but muted":           {m: arrival{kind: core.ChannelGroup, state: core.ParticipantMuted}, settings: map[string]string{"ALWAYS_RESPOND_CHANNELS": "GROUP"}, want: no},
		"off where not followed":               {m: arrival{kind: core.ChannelDM, named: true}, settings: map[string]string{"BOOTSTRAP_DEFLLMOFF": "true"}, want: no},
		"off where not followed, but followed": {m: arrival{kind: core.ChannelDM, state: core.ParticipantFollowed}, settings: map[string]string{"BOOTSTRAP_DEFLLMOFF": "true"}, want: yes},
		"not off":                              {m: arrival{kind: core.ChannelDM}, settings: map[string]string{"BOOTSTRAP_DEFLLMOFF": "false"}, want: yes},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.m.setting = func(name string) (string, bool) { value, ok := tt.settings[name]; return value, ok }
			got, why := whether(tt.m)
			require.Equal(t, tt.want, got, why)
			require.NotEmpty(t, why)
		})
	}
}

func TestNamesAreWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"Al, are you there?": true, "also": false, "@al": true, "AL": true, "": false, "hi (al)": true, "al2": false,
	} {
		require.Equal(t, want, hasName(text, "Al"), text)
	}
	require.True(t, hasName("dear ada  lovelace!", "Ada Lovelace"))
	require.False(t, hasName("ada", "Ada Lovelace"))
	require.False(t, hasName("anything", ""))
	require.True(t, hasName("привет, Ада", "ада"))
}
