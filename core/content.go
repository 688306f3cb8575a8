package core

import (
	"github.com/google/uuid"
	"github.com/tidwall/gjson"
)

// Content is the content of a message. The JSON names are elizaOS's.
type Content struct {
	Text string `json:"text,omitempty"`
	// Thought is the agent's reasoning; it is stored, not shown.
	Thought string `json:"thought,omitempty"`
	// Actions are the names of the actions that the agent chose, in order.
	Actions []string `json:"actions,omitempty"`
	// Providers are the names of further providers that the agent asked for.
	Providers []string `json:"providers,omitempty"`
	// Source is the platform of the message: "cli", "discord", ...
	Source string `json:"source,omitempty"`
	// Target is where the message is sent to, in the platform's own words.
	Target string `json:"target,omitempty"`
	// URL is the address of the message, or of what it is about.
	URL string `json:"url,omitempty"`
	// InReplyTo is the memory that this one answers.
	InReplyTo *uuid.UUID `json:"inReplyTo,omitempty"`
	// Attachments are files and links that came with the message.
	Attachments []Attachment `json:"attachments,omitempty"`
	// ChannelType is the kind of room that the message was sent in.
	ChannelType ChannelType `json:"channelType,omitempty"`
	// Mention describes how the message addresses the agent. Nil: unknown.
	Mention *Mention `json:"mentionContext,omitempty"`
	// Data holds fields added by plugins.
	Data map[string]any `json:"data,omitempty"`
	// Extra holds further fields of the same JSON object, as
	// MemoryMetadata.Extra does: under their exact names, with stored values of
	// another type than the field's. A field above that is set takes precedence.
	Extra map[string]any `json:"-"`
}

// Attachment is a file or a link that came with a message.
type Attachment struct {
	ID          string `json:"id,omitempty"`
	URL         string `json:"url,omitempty"`
	Title       string `json:"title,omitempty"`
	Source      string `json:"source,omitempty"`
	Description string `json:"description,omitempty"`
	Text        string `json:"text,omitempty"`
	ContentType string `json:"contentType,omitempty"`
	// Extra is as Content.Extra.
	Extra map[string]any `json:"-"`
}

// Mention describes how a message addresses the agent.
type Mention struct {
	IsMention bool   `json:"isMention"`
	IsReply   bool   `json:"isReply"`
	IsThread  bool   `json:"isThread"`
	Type      string `json:"mentionType,omitempty"`
	// Extra is as Content.Extra.
	Extra map[string]any `json:"-"`
}

// The types without their methods.
type (
	plainContent    Content
	plainAttachment Attachment
	plainMention    Mention
)

// MarshalJSON implements json.Marshaler.
func (c Content) MarshalJSON() ([]byte, error) { return withExtra(plainContent(c), c.Extra) }

// MarshalJSON implements json.Marshaler.
func (a Attachment) MarshalJSON() ([]byte, error) { return withExtra(plainAttachment(a), a.Extra) }

// MarshalJSON implements json.Marshaler. Fields that are false are written
// unless Extra has a value of another type for them.
func (m Mention) MarshalJSON() ([]byte, error) { return withExtra(plainMention(m), m.Extra) }

// UnmarshalJSON implements json.Unmarshaler. A field of another type is kept in
// Extra; only what is no JSON object is an error.
func (c *Content) UnmarshalJSON(data []byte) error {
	*c = Content{}
	return readObject(data, &c.Extra, c.field, (*plainContent)(c))
}

// UnmarshalJSON implements json.Unmarshaler as that of Content does.
func (a *Attachment) UnmarshalJSON(data []byte) error {
	*a = Attachment{}
	return readObject(data, &a.Extra, a.field, (*plainAttachment)(a))
}

// UnmarshalJSON implements json.Unmarshaler as that of Content does.
func (m *Mention) UnmarshalJSON(data []byte) error {
	*m = Mention{}
	return readObject(data, &m.Extra, m.field, (*plainMention)(m))
}

// field sets the named field, or returns false with the field zero.
func (c *Content) field(name string, value gjson.Result) (ok bool) {
	switch name {
	case "text":
		c.Text, ok = text(value)
	case "thought":
		c.Thought, ok = text(value)
	case "actions":
		c.Actions, ok = texts(value)
	case "providers":
		c.Providers, ok = texts(value)
	case "source":
		c.Source, ok = text(value)
	case "target":
		c.Target, ok = text(value)
	case "url":
		c.URL, ok = text(value)
	case "inReplyTo":
		c.InReplyTo, ok = canonicalID(value)
	case "attachments":
		c.Attachments, ok = attachments(value)
	case "channelType":
		var kind string
		kind, ok = text(value)
		c.ChannelType = ChannelType(kind)
	case "mentionContext":
		c.Mention = nil
		if ok = value.IsObject(); ok {
			c.Mention = &Mention{}
			c.Mention.Extra = readFields(value, c.Mention.field)
		}
	case "data":
		c.Data, ok = anyJSON(value.Raw).(map[string]any)
	}
	return ok
}

func (a *Attachment) field(name string, value gjson.Result) (ok bool) {
	into := map[string]*string{
		"id": &a.ID, "url": &a.URL, "title": &a.Title, "source": &a.Source,
		"description": &a.Description, "text": &a.Text, "contentType": &a.ContentType,
	}[name]
	if into != nil {
		*into, ok = text(value)
	}
	return ok
}

func (m *Mention) field(name string, value gjson.Result) (ok bool) {
	switch name {
	case "isMention":
		m.IsMention, ok = truth(value)
	case "isReply":
		m.IsReply, ok = truth(value)
	case "isThread":
		m.IsThread, ok = truth(value)
	case "mentionType":
		m.Type, ok = text(value)
	}
	return ok
}

// attachments returns the elements of a list that holds only objects.
func attachments(list gjson.Result) ([]Attachment, bool) {
	if !list.IsArray() {
		return nil, false
	}
	all, ok := []Attachment{}, true
	list.ForEach(func(_, one gjson.Result) bool {
		var a Attachment
		if ok = one.IsObject(); ok {
			a.Extra = readFields(one, a.field)
			all = append(all, a)
		}
		return ok
	})
	if !ok {
		return nil, false
	}
	return all, true
}

func truth(value gjson.Result) (is, ok bool) { return value.Type == gjson.True, value.IsBool() }
