package pgpool

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// ServiceFile returns the connection as an open service file (PostgreSQL
// documentation, section 34.17) that has no name, so that no password is left on
// the disk however the program ends. A client program that inherits it as
// descriptor 3 uses it with the returned environment. Each of that program's
// arguments overrides the file's value. The caller closes the file.
func (db *DB) ServiceFile() (environment []string, file *os.File, err error) {
	words := libpqWords(conninfo(db.shared.url))
	if words["client_encoding"] == "" {
		words["client_encoding"] = "UTF8" // another one, of the role or the database, has not every letter
	}
	var b strings.Builder
	fmt.Fprintln(&b, "[elizago]")
	for _, name := range slices.Sorted(maps.Keys(words)) {
		if strings.ContainsAny(words[name], "\r\n") {
			return nil, nil, fmt.Errorf("pgpool: %s in the connection string has a line break, which no service file can hold: write it without", name)
		}
		fmt.Fprintf(&b, "%s=%s\n", name, words[name])
	}
	if file, err = namelessFile(); err == nil {
		if _, err = file.WriteString(b.String()); err == nil {
			_, err = file.Seek(0, 0) // where opening it again does not
		}
		if err != nil {
			err = errors.Join(err, file.Close())
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("pgpool: the connection cannot be handed on (%w): make room for temporary files", err)
	}
	return []string{"PGSERVICE=elizago", "PGSERVICEFILE=/dev/fd/3"}, file, nil
}

// removedFile returns a temporary file that has no name any more.
func removedFile() (*os.File, error) {
	file, err := os.CreateTemp("", "elizago-service-*") // mode 600
	if err != nil {
		return nil, err
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// libpqWords returns what client programs understand of the keywords of a
// connection string. PostgreSQL's run-time parameters, which pgx takes there,
// become options; what is pgx's own is left out.
func libpqWords(words map[string]string) map[string]string {
	known, options := map[string]string{}, words["options"]
	for _, name := range slices.Sorted(maps.Keys(words)) {
		switch {
		case name == "database":
			known["dbname"] = words[name]
		case name == "options", slices.Contains(ofPgx, name), strings.HasPrefix(name, "pool_"):
		case slices.Contains(ofLibpq, name):
			known[name] = words[name]
		default:
			options = strings.TrimSpace(options + " -c " + optionEscapes.Replace(name+"="+words[name]))
		}
	}
	if options != "" {
		known["options"] = options
	}
	return known
}

// optionEscapes escapes a word of options.
var optionEscapes = strings.NewReplacer(`\`, `\\`, " ", `\ `, "\t", "\\\t")

// ofLibpq are the keywords of libpq since PostgreSQL 13; a service file that has
// others is refused. A service or servicefile would name another file.
var ofLibpq = []string{
	"host", "hostaddr", "port", "dbname", "user", "password", "passfile", "channel_binding", "connect_timeout", "client_encoding",
	"application_name", "fallback_application_name", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
	"tcp_user_timeout", "replication", "gssencmode", "sslmode", "requiressl", "sslcompression", "sslcert", "sslkey", "sslpassword",
	"sslrootcert", "sslcrl", "requirepeer", "ssl_min_protocol_version", "ssl_max_protocol_version", "krbsrvname", "gsslib",
	"target_session_attrs",
}

// ofPgx are keywords of pgx, and of newer versions of libpq that change nothing
// of what a program does.
var ofPgx = []string{
	"service", "servicefile", "default_query_exec_mode", "statement_cache_capacity", "description_cache_capacity", "krbspn",
	"sslsni", "sslinline", "sslcertmode", "sslcrldir", "sslnegotiation", "sslkeylogfile", "require_auth", "load_balance_hosts",
	"gssdelegation", "min_protocol_version", "max_protocol_version", "scram_client_key", "scram_server_key",
}
