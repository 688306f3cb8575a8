package pgpool

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/elizago/elizago/internal/pgerr"
)

// badURL returns the error of a POSTGRES_URL that cannot be parsed. It does not
// contain the URL, nor what pgx quotes of it, which may be a part of a password.
func badURL(err error) error {
	reason := err.Error()
	var parse *pgconn.ParseConfigError
	if errors.As(err, &parse) {
		reason = "it cannot be parsed"
		if inner := errors.Unwrap(parse); inner != nil && !strings.Contains(inner.Error(), "://") && !strings.ContainsAny(inner.Error(), "\"`") {
			reason = inner.Error()
		}
		if strings.Contains(reason, "sslmode is invalid") {
			reason = "its sslmode is none of disable, allow, prefer, require, verify-ca and verify-full"
		}
	}
	return fmt.Errorf("pgpool: POSTGRES_URL is no connection string (%s): write it as postgres://user:password@host:5432/database", reason)
}

// AwayError is returned by Open for a server that cannot be reached, or accepts
// no connections, and may do so later.
type AwayError struct{ text string }

func (e *AwayError) Error() string { return e.text }

// unreachable returns an error that says in one sentence why the database cannot
// be reached, and what to do.
func unreachable(cfg *pgx.ConnConfig, err error) error {
	where := fmt.Sprintf("%s:%d", cfg.Host, cfg.Port)
	if strings.HasPrefix(cfg.Host, "/") {
		where = cfg.Host
	}
	if server := pgerr.Server(err); server != nil {
		switch server.Code {
		case pgerrcode.InvalidPassword, pgerrcode.InvalidAuthorizationSpecification:
			return fmt.Errorf("pgpool: PostgreSQL at %s does not let user %q in (%s): check user and password in POSTGRES_URL", where, cfg.User, server.Message)
		case pgerrcode.InvalidCatalogName:
			return fmt.Errorf("pgpool: PostgreSQL at %s has no database %q: create it (%s %s), or name another in POSTGRES_URL", where, cfg.Database, createdb(cfg), shellWord(cfg.Database))
		case pgerrcode.TooManyConnections:
			return &AwayError{fmt.Sprintf("pgpool: PostgreSQL at %s has no connection left (%s): lower POSTGRES_POOL_MAX, or raise the server's max_connections, or the CONNECTION LIMIT of the role or the database", where, server.Message)}
		case pgerrcode.ProtocolViolation:
			return fmt.Errorf("pgpool: what is at %s does not take the connection's settings (%s): if it is PgBouncer, name them in its ignore_startup_parameters, or take them out of POSTGRES_URL", where, server.Message)
		case pgerrcode.CannotConnectNow:
			return &AwayError{fmt.Sprintf("pgpool: PostgreSQL at %s does not accept connections yet (%s): try again in a moment", where, server.Message)}
		}
		return fmt.Errorf("pgpool: PostgreSQL at %s refuses the connection (%s): correct that, or POSTGRES_URL", where, server.Message)
	}
	if err := refusedTLS(where, err); err != nil {
		return err
	}
	return &AwayError{fmt.Sprintf("pgpool: cannot reach PostgreSQL at %s (%s): is the server running? check POSTGRES_URL, or unset it to use a private cluster",
		where, reason(err))}
}

// refusedTLS returns an error if a server was reached, and did not agree on TLS,
// which waiting does not change.
func refusedTLS(where string, err error) error {
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &certificate):
		return fmt.Errorf("pgpool: the certificate of PostgreSQL at %s is not accepted (%s): name the file with its authority's certificate "+
			"with sslrootcert in POSTGRES_URL, and the host as the certificate does, or use sslmode=require, which accepts any", where, reason(certificate))
	case reason(err) == "server refused TLS connection":
		return fmt.Errorf("pgpool: PostgreSQL at %s does not offer TLS, which sslmode asks for: turn it on there (ssl = on), "+
			"or set sslmode=disable in POSTGRES_URL where the network is trusted", where)
	}
	return nil
}

// createdb returns the command that creates a database on the same server, without
// the database's name.
func createdb(cfg *pgx.ConnConfig) string {
	return fmt.Sprintf("createdb -h %s -p %d -U %s", shellWord(cfg.Host), cfg.Port, shellWord(cfg.User))
}

// shellWord returns a name as a word of a shell's command line.
func shellWord(name string) string {
	plain := strings.IndexFunc(name, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:", r)
	}) < 0
	if plain && name != "" && name[0] != '-' {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}

// reason returns the innermost cause in plain words. The whole error repeats the
// connection's parameters for every address that was tried.
func reason(err error) string {
	var lookup *net.DNSError
	switch {
	case errors.As(err, &lookup):
		return "there is no host " + lookup.Name
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	case errors.Is(err, context.Canceled):
		return "interrupted"
	}
	for {
		inner := errors.Unwrap(err)
		if several, ok := err.(interface{ Unwrap() []error }); ok && len(several.Unwrap()) > 0 {
			inner = several.Unwrap()[0]
		}
		if inner == nil {
			return err.Error()
		}
		err = inner
	}
}
