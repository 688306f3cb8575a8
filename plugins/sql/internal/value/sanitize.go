package value

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// SanitizeArgs makes what PostgreSQL cannot store storable, for every statement of
// every ent client on this database, and for those by hand:
//
//   - in texts and lists of texts, NUL bytes are taken out and bytes that are no
//     UTF-8 become U+FFFD;
//   - in JSON, keys and values alike, the escape \u0000 is taken out, and half of
//     a surrogate pair, or bytes that are no UTF-8, become U+FFFD. JSON is what
//     has the type json.RawMessage, which is what ent makes of a JSON field.
//
// Other bytes are the caller's own, and stay as they are even where they look
// like JSON. Every argument keeps its type: pgx sends bytes as bytea where it is
// told not to ask for the types of parameters, and JSON as JSON.
//
// Such text comes from users (a paste, a broken encoding, an emoji that a
// program of theirs has cut in two), and to lose the one character is better
// than to lose the message.
func SanitizeArgs(args any) any {
	list, ok := args.([]any)
	if !ok {
		return args
	}
	var cleaned []any // made when there is something to clean
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

// sanitizeArg cleans one argument, and reports whether that changed it.
func sanitizeArg(arg any) (any, bool) {
	switch v := arg.(type) {
	case string:
		clean := SanitizeText(v)
		return clean, clean != v
	case json.RawMessage:
		if isCleanJSON(v) || !json.Valid(v) { // the server says what is wrong with that
			return arg, false
		}
		clean := SanitizeJSON(v)
		return json.RawMessage(clean), !bytes.Equal(clean, v)
	}
	// Texts, also behind a pointer, and text arrays may be types of the schema's
	// own.
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

// isCleanJSON reports that there is certainly nothing to clean.
func isCleanJSON(text []byte) bool {
	return !bytes.Contains(text, []byte(`\u`)) && utf8.Valid(text)
}

// escapeLength is that of \u0000.
const escapeLength = 6

// SanitizeJSON cleans valid JSON, and returns the same slice where there is
// nothing to clean. A \u whose backslash is itself escaped is text, and stays.
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

// escape reads an escape such as \u00e4, and returns -1 when there is none.
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

// isHigh and isLow report the two halves of a surrogate pair (RFC 8259,
// section 7).
func isHigh(unit int64) bool { return 0xd800 <= unit && unit < 0xdc00 }
func isLow(unit int64) bool  { return 0xdc00 <= unit && unit < 0xe000 }
