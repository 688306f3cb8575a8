package core

import (
	"html"
	"regexp"
	"strings"
)

// Template names of the default prompts, the keys of Character.Templates.
const (
	// TemplateMessageHandler selects actions and providers, and replies.
	TemplateMessageHandler = "messageHandlerTemplate"
	// TemplateShouldRespond decides whether a message in a room of several is
	// answered.
	TemplateShouldRespond = "shouldRespondTemplate"
	// TemplateReply replies after actions ran or further providers were called.
	TemplateReply = "replyTemplate"
)

// Markers of the default prompts that models and plugins may rely on. Providers
// begin their text with a heading; the message being answered stands between
// MessageOpen and MessageClose, with <, > and & escaped, so that user input
// cannot pass for a part of the prompt.
const (
	HeadingActions       = "# Available Actions"
	HeadingProviders     = "# Available Providers"
	HeadingConversation  = "# Conversation"
	HeadingActionResults = "# Action Results"
	// HeadingNotLookedUp begins a list of the providers that failed: what they
	// know is missing, which is not the same as that there is nothing.
	HeadingNotLookedUp = "# Could Not Be Looked Up"

	MessageOpen  = "<message>"
	MessageClose = "</message>"
)

// EscapePrompt escapes the characters that give a prompt its structure.
func EscapePrompt(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

var xmlTag = regexp.MustCompile(`<([A-Za-z_][A-Za-z0-9_-]*)>`)

// ParseXML parses the flat XML answer that the prompts request:
//
//	<response><thought>...</thought><text>...</text></response>
//
// It returns the fields inside the element named root, trimmed and unescaped.
// It tolerates text around the element, no closing tag at the end, and markup
// inside a field. ok is false if there is no such element or it has no fields.
func ParseXML(text, root string) (fields map[string]string, ok bool) {
	_, body, found := strings.Cut(text, "<"+root+">")
	if !found {
		return nil, false
	}
	body, _, _ = strings.Cut(body, "</"+root+">")
	fields = map[string]string{}
	for {
		tag := xmlTag.FindStringSubmatchIndex(body)
		if tag == nil {
			return fields, len(fields) > 0
		}
		name := body[tag[2]:tag[3]]
		value, rest, closed := strings.Cut(body[tag[1]:], "</"+name+">")
		if _, seen := fields[name]; !seen {
			fields[name] = html.UnescapeString(strings.TrimSpace(value))
		}
		if !closed {
			return fields, true
		}
		body = rest
	}
}
