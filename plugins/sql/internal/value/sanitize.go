package value

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// SanitizeArgs replaces what PostgreSQL cannot store in the arguments of a
// statement. The driver applies it to every statement, of ent and hand-written:
//
//   - in texts and lists of texts, NUL bytes are removed and invalid UTF-8
//     becomes U+FFFD;
//   - in JSON, keys and values alike, the escape \u0000 is removed, and an
//     unpaired surrogate or invalid UTF-8 becomes U+FFFD. JSON is an argument of
//     type json.RawMessage, which is what ent makes of a JSON field.
//
// A []byte stays as it is, even if it looks like JSON. Every argument keeps its
// type, since pgx chooses the parameter's type by it where statements are not
// prepared.
//
// Such text comes from users (a paste, a broken encoding, an emoji cut in two),
// and to lose the character is better than to lose the message.
func SanitizeArgs(args any) any {
	list, ok := args.([]any)
	if !ok {
		return args
	}
	var cleaned []any // nil: unchanged so far
	for i, arg := range list {
		clean, changed := sanitizeArg(arg)
		if !changed {
			continue
		}
		if cleaned == nil {
			cleaned = append([]any(nil), list...)
		}
		cleaned[i] = clean
	}
	if cleaned == nil {
		return args
	}
	return cleaned
}

// sanitizeArg returns the sanitized argument and whether it differs.
func sanitizeArg(arg any) (any, bool) {
	switch v := arg.(type) {
	case string:
		clean := SanitizeText(v)
		return clean, clean != v
	case json.RawMessage:
		if isCleanJSON(v) || !json.Valid(v) { // the server reports invalid JSON
			return arg, false
		}
		clean := SanitizeJSON(v)
		return json.RawMessage(clean), !bytes.Equal(clean, v)
	}
	// A schema may define its own string and []string types, and pass pointers.
	switch value := reflect.ValueOf(arg); value.Kind() {
	case reflect.String:
		if clean := SanitizeText(value.String()); clean != value.String() {
			return clean, true
		}
	case reflect.Pointer:
		if value.IsNil() || value.Elem().Kind() != reflect.String {
			return arg, false
		}
		return sanitizeArg(value.Elem().String())
	case reflect.Slice:
		if value.Type().Elem().Kind() == reflect.String {
			return sanitizeTexts(value)
		}
	}
	return arg, false
}

// SanitizeText returns the text without NUL bytes, its invalid UTF-8 replaced.
func SanitizeText(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
}

func sanitizeTexts(list reflect.Value) (any, bool) {
	clean, changed := reflect.MakeSlice(list.Type(), list.Len(), list.Len()), false
	for i := range list.Len() {
		text := list.Index(i).String()
		fixed := SanitizeText(text)
		clean.Index(i).SetString(fixed)
		changed = changed || fixed != text
	}
	if !changed {
		return list.Interface(), false
	}
	return clean.Interface(), true
}

// isCleanJSON reports whether the text certainly needs no change.
func isCleanJSON(text []byte) bool {
	return !bytes.Contains(text, []byte(`\u`)) && utf8.Valid(text)
}

// escapeLength is the length of an escape such as \u0000.
const escapeLength = 6

// SanitizeJSON sanitizes valid JSON, and returns the same slice if nothing has to
// change. A \u whose backslash is itself escaped is text, and stays.
func SanitizeJSON(text []byte) []byte {
	if isCleanJSON(text) {
		return text
	}
	clean := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		switch {
		case text[i] != '\\':
			clean = append(clean, text[i])
			i++
		case text[i+1] != 'u':
			clean = append(clean, text[i], text[i+1])
			i += 2
		default:
			unit, length := escape(text[i:]), escapeLength
			switch {
			case unit == 0:
			case isHigh(unit) && isLow(escape(text[i+escapeLength:])):
				length = 2 * escapeLength
				clean = append(clean, text[i:i+length]...)
			case isHigh(unit), isLow(unit):
				clean = append(clean, `\ufffd`...)
			default:
				clean = append(clean, text[i:i+length]...)
			}
			i += length
		}
	}
	return bytes.ToValidUTF8(clean, []byte("\uFFFD"))
}

// escape parses an escape such as \u00e4; -1: the text begins with none.
func escape(text []byte) int64 {
	if len(text) < escapeLength || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	unit, err := strconv.ParseInt(string(text[2:escapeLength]), 16, 32)
	if err != nil {
		return -1
	}
	return unit
}

// isHigh and isLow report whether a code unit is the first or the second half of a
// surrogate pair (RFC 8259, section 7).
func isHigh(unit int64) bool { return 0xd800 <= unit && unit < 0xdc00 }
func isLow(unit int64) bool  { return 0xdc00 <= unit && unit < 0xe000 }
