package pgpool

import (
	"net/url"
	"strings"
)

// conninfo returns the libpq keywords of a connection string in either form
// (PostgreSQL documentation, section 34.1.1). The string must be one that pgx has
// accepted: mistakes are not reported.
func conninfo(text string) map[string]string {
	for _, scheme := range []string{"postgres://", "postgresql://"} {
		if rest, ok := strings.CutPrefix(text, scheme); ok {
			return uri(rest)
		}
	}
	return keywords(text)
}

// uri reads what follows postgres://. net/url cannot: it accepts one host only.
func uri(rest string) map[string]string {
	words := map[string]string{}
	rest, query, _ := strings.Cut(rest, "?")
	authority, database, _ := strings.Cut(rest, "/")
	if at := strings.LastIndex(authority, "@"); at >= 0 {
		user, password, _ := strings.Cut(authority[:at], ":")
		set(words, "user", user)
		set(words, "password", password)
		authority = authority[at+1:]
	}
	var hosts, ports []string
	for _, one := range strings.Split(authority, ",") {
		host, port := one, ""
		if at := strings.LastIndex(one, ":"); at >= 0 && !strings.HasSuffix(one, "]") {
			host, port = one[:at], one[at+1:]
		}
		hosts, ports = append(hosts, strings.Trim(host, "[]")), append(ports, port)
	}
	set(words, "host", strings.Join(hosts, ","))
	set(words, "port", strings.Trim(strings.Join(ports, ","), ","))
	set(words, "dbname", database)
	for _, pair := range strings.Split(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		set(words, name, value)
	}
	return words
}

func set(words map[string]string, name, escaped string) {
	value, err := url.PathUnescape(escaped)
	if err != nil {
		value = escaped
	}
	if value != "" {
		words[name] = value
	}
}

// keywords reads a list such as host=localhost password='a b'. Spaces may
// stand around =, a value may be quoted, and a backslash escapes.
func keywords(text string) map[string]string {
	words := map[string]string{}
	for {
		text = strings.TrimSpace(text)
		name, rest, ok := strings.Cut(text, "=")
		if !ok {
			return words
		}
		var value string
		value, text = keywordValue(strings.TrimLeft(rest, " \t\r\n"))
		if value != "" {
			words[strings.TrimSpace(name)] = value
		}
	}
}

// keywordValue reads a value and returns what follows it.
func keywordValue(text string) (value, rest string) {
	quoted := strings.HasPrefix(text, "'")
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && i == 0:
		case c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case quoted && c == '\'':
			return b.String(), text[i+1:]
		case !quoted && strings.IndexByte(" \t\r\n", c) >= 0:
			return b.String(), text[i:]
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), ""
}
