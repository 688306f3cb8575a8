package pgpool

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// cleanURL returns a connection string as pgx takes it, from one as people have
// it: within quotes, as an env file of docker keeps them; with a scheme in
// capitals, or of another language's driver; with parameters of other drivers,
// whose names it returns. An error names the character that is not escaped, and
// never a part of the password.
func cleanURL(text string) (clean string, ignored []string, err error) {
	text = strings.TrimSpace(text)
	for _, quote := range []string{`"`, `'`} {
		if len(text) > 1 && strings.HasPrefix(text, quote) && strings.HasSuffix(text, quote) {
			text = strings.TrimSpace(text[1 : len(text)-1])
		}
	}
	scheme, rest, isURL := strings.Cut(text, "://")
	if !isURL || strings.ContainsAny(scheme, "='\" ") {
		switch {
		case libpqKeyword.MatchString(text):
			return text, nil, nil
		case strings.Contains(text, "="):
			return "", nil, errors.New("it is neither a URL nor keywords such as host=")
		}
		return "", nil, errors.New("it has no scheme")
	}
	scheme = strings.TrimPrefix(strings.ToLower(scheme), "jdbc:")
	scheme, _, _ = strings.Cut(scheme, "+") // postgresql+asyncpg
	if scheme != "postgres" && scheme != "postgresql" {
		return "", nil, errors.New("its scheme is not postgres")
	}
	if err := checkEscaped(rest); err != nil {
		return "", nil, err
	}
	before, query, hasQuery := strings.Cut(rest, "?")
	if !hasQuery {
		return scheme + "://" + rest, nil, nil
	}
	var kept []string
	for _, pair := range strings.Split(query, "&") {
		escaped, _, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(escaped)
		if err != nil {
			name = escaped
		}
		switch {
		case name == "":
		case isOthers(name):
			ignored = append(ignored, name)
		case pair == "sslmode=no-verify": // node-postgres's word for what require is here
			ignored = append(ignored, pair)
			kept = append(kept, "sslmode=require")
		default:
			kept = append(kept, pair)
		}
	}
	clean = scheme + "://" + before
	if len(kept) > 0 {
		clean += "?" + strings.Join(kept, "&")
	}
	return clean, ignored, nil
}

// libpqKeyword matches one of libpq's in a connection string of keywords. What has none
// is something else, such as a whole line of an env file, or what other drivers
// take, and would be taken for settings of a server on this machine.
var libpqKeyword = regexp.MustCompile(`(?:^|\s)(?:host|hostaddr|port|dbname|user|password|passfile|service|servicefile|options|application_name|` +
	`connect_timeout|target_session_attrs|ssl[a-z]+)\s*=`)

// checkEscaped returns an error if the user or the password, in what follows
// postgres://, contains a character that ends it where it must not.
func checkEscaped(rest string) error {
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndex(rest[:end], "@")
	if at < 0 && end < len(rest) {
		// An @ further on is the one before the host, as a database's name has
		// none; in parameters, it comes after a =.
		at = strings.Index(rest, "@")
		if query := strings.IndexByte(rest, '='); query >= 0 && query < at {
			if mark := strings.IndexAny(rest, "?"); mark >= 0 && mark < query {
				at = -1
			}
		}
	}
	if at < 0 {
		return nil
	}
	for i, c := range rest[:at] {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.ContainsRune("-._~!$&'()*+,;=:", c):
		case c == '%' && i+2 < at && isHex(rest[i+1]) && isHex(rest[i+2]):
		default:
			var escaped strings.Builder
			for _, b := range []byte(string(c)) {
				fmt.Fprintf(&escaped, "%%%02X", b)
			}
			return fmt.Errorf("its user or password contains the character %q, which has to be written as %s", string(c), &escaped)
		}
	}
	return nil
}

func isHex(c byte) bool { return strings.IndexByte("0123456789abcdefABCDEF", c) >= 0 }

// others are parameters of other drivers, and those of libpq that concern its
// own connections.
var others = []string{
	// Prisma, node-postgres, postgres.js, and what hosting services add for them
	"pgbouncer", "connection_limit", "pool_timeout", "schema", "socket_timeout", "statement_cache_size", "sslaccept",
	"sslidentity", "ssl", "uselibpqcompat", "supa", "workaround", "pool_size", "pool_mode", "max_connections_per_process",
	// asyncpg, SQLAlchemy, Django, Rails, Ecto
	"prepared_statement_cache_size", "async_fallback", "command_timeout", "prepared_statements", "advisory_locks",
	"pool", "timeout", "checkout_timeout", "reaping_frequency", "conn_max_age", "max_overflow", "pool_recycle", "pool_pre_ping",
	"min_size", "max_size", "charset", "encoding", "adapter",
	// libpq
	"keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", "gssencmode", "gsslib",
	"gssdelegation", "krbsrvname", "sslcompression", "sslcrl", "sslcrldir", "requirepeer", "hostaddr", "load_balance_hosts",
	"fallback_application_name", "requiressl", "ssl_min_protocol_version", "ssl_max_protocol_version",
}

// isOthers reports whether a parameter is not PostgreSQL's. JDBC's are in camel
// case, of which the server has three.
func isOthers(name string) bool {
	if slices.Contains(others, strings.ToLower(name)) {
		return true
	}
	camel := strings.ToLower(name) != name && !strings.Contains(name, ".")
	return camel && !slices.Contains([]string{"timezone", "datestyle", "intervalstyle"}, strings.ToLower(name))
}
