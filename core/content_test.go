package core_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/core"
)

// contentsOfOthers are what other programs write into content.
var contentsOfOthers = []string{
	`{"text":"look","attachments":[{"id":"a","url":"https://example.org/a.png","contentType":"image","width":640}],"url":"https://example.org","custom":1}`,
	`{"text":"hi","mentionContext":{"isMention":true,"isReply":false,"isThread":false,"mentionType":"platform_mention","by":["x"]},"target":"discord"}`,
	`{"inReplyTo":"","text":5}`, `{"inReplyTo":"0197B1C8-6C1F-7C3A-9C1D-6A1B2C3D4E5F"}`, `{"actions":"REPLY"}`, `{"providers":[1]}`,
	`{"attachments":[{"url":"a"},"b"]}`, `{"attachments":{"url":"a"}}`, `{"mentionContext":true}`, `{"mentionContext":{"isMention":"yes"}}`,
	`{"data":[1]}`, `{"channelType":7}`, `{"Text":"mine","URL":"x"}`, `{"snowflake":1153044961226412034,"n":1.50}`, `{"attachments":[{"id":5,"title":null}]}`,
}

func TestContentKeepsWhatOtherProgramsWrote(t *testing.T) {
	t.Parallel()
	for _, text := range contentsOfOthers {
		var content core.Content
		require.NoError(t, json.Unmarshal([]byte(text), &content), text)
		content.Thought = "seen"
		written, err := json.Marshal(content)
		require.NoError(t, err, text)
		var want, got map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(text), &want))
		require.NoError(t, json.Unmarshal(written, &got))
		require.JSONEq(t, `"seen"`, string(got["thought"]))
		for name, value := range want {
			if name == "mentionContext" {
				continue // booleans that are false may be added
			}
			require.JSONEq(t, string(value), string(got[name]), "%s of %s", name, text)
		}
		if n := want["snowflake"]; n != nil {
			require.Equal(t, string(n), string(got["snowflake"]), "all digits")
		}
	}
}

func TestContentHasTheFieldsOfMessages(t *testing.T) {
	t.Parallel()
	var content core.Content
	require.NoError(t, json.Unmarshal([]byte(contentsOfOthers[0]), &content))
	require.Equal(t, core.Content{
		Text: "look", URL: "https://example.org", Extra: map[string]any{"custom": 1.0},
		Attachments: []core.Attachment{{ID: "a", URL: "https://example.org/a.png", ContentType: "image", Extra: map[string]any{"width": 640.0}}},
	}, content)
	content = core.Content{}
	require.NoError(t, json.Unmarshal([]byte(contentsOfOthers[1]), &content))
	require.Equal(t, "discord", content.Target)
	require.Equal(t, &core.Mention{IsMention: true, Type: "platform_mention", Extra: map[string]any{"by": []any{"x"}}}, content.Mention)
}

func TestContentRefusesWhatIsNoObject(t *testing.T) {
	t.Parallel()
	for _, text := range []string{``, `{`, `[]`, `"a"`, `7`, `{"a":}`, `{} {}`} {
		var content core.Content
		require.Error(t, content.UnmarshalJSON([]byte(text)), text)
	}
}

func BenchmarkContent(b *testing.B) {
	data := []byte(`{"text": "message number 5 about topic 7", "source": "bench", "actions": ["REPLY"], "channelType": "DM"}`)
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var content core.Content
			if err := content.UnmarshalJSON(data); err != nil {
				b.Fatal(err)
			}
		}
	})
}
