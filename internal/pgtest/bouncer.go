package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Bouncer starts a PgBouncer in transaction mode in front of the server of a
// connection string from Database, and returns the connection string through
// it. pool is the number of server connections that its clients share; further
// clients wait while all are in a transaction. It is stopped after the test.
//
// Clients must not rely on session state that outlives a transaction: prepared
// statements, settings, session locks.
func Bouncer(t testing.TB, databaseURL string, pool int) string {
	t.Helper()
	return BouncerMode(t, databaseURL, pool, "transaction")
}

// BouncerMode is Bouncer with another pool mode of PgBouncer.
func BouncerMode(t testing.TB, databaseURL string, pool int, mode string) string {
	t.Helper()
	program, err := bouncerProgram()
	if err != nil {
		t.Fatal(err)
	}
	server, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		t.Fatal(err)
	}
	b := &bouncer{program: program}
	if err := b.prepare(server, pool, mode); err != nil {
		b.remove(t)
		t.Fatalf("pgtest: preparing PgBouncer: %v", err)
	}
	t.Cleanup(func() { b.remove(t) })
	if err := b.start(); err != nil {
		t.Fatalf("pgtest: starting PgBouncer: %v", err)
	}
	t.Cleanup(func() { b.stop(t) })
	through := url.URL{Scheme: "postgres", Path: "/" + server.Database, RawQuery: url.Values{
		"host": {b.dir}, "port": {bouncerPort}, "user": {server.User}, "sslmode": {"disable"},
	}.Encode()}
	if err := b.wait(t.Context(), through.String()); err != nil {
		t.Fatal(err)
	}
	return through.String()
}

// bouncerPort is part of the socket's name and nothing else.
const bouncerPort = "6432"

// bouncerProgram returns the path of PgBouncer, from the PATH or a usual place
// outside it.
func bouncerProgram() (string, error) {
	for _, name := range []string{
		"pgbouncer", "/usr/sbin/pgbouncer", "/usr/local/sbin/pgbouncer",
		"/opt/homebrew/opt/pgbouncer/bin/pgbouncer", "/usr/local/opt/pgbouncer/bin/pgbouncer",
	} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("pgtest: PgBouncer is missing: run scripts/postgres.sh --local")
}

// bouncer is a running PgBouncer with its own folder: configuration, log and
// the sockets of both sides.
type bouncer struct {
	program string
	dir     string
	user    string // the user to switch to; empty: the current one
	forward *forward
	process *exec.Cmd
	life    *os.File // closed, the process ends
}

func (b *bouncer) prepare(server *pgx.ConnConfig, pool int, mode string) (err error) {
	if b.dir, err = os.MkdirTemp("", "bouncer"); err != nil {
		return err
	}
	host, port := server.Host, server.Port
	if os.Geteuid() == 0 { // PgBouncer refuses to run as root
		b.user = "nobody"
		if strings.HasPrefix(host, "/") {
			// The server's socket is in a folder that the user nobody cannot
			// enter.
			if b.forward, err = newForward(b.dir, fmt.Sprintf("%s/.s.PGSQL.%d", host, port)); err != nil {
				return err
			}
			host, port = b.dir, forwardPort
		}
	}
	if err := os.WriteFile(b.file("ini"), []byte(bouncerConfig(b.dir, server, host, port, pool, mode)), 0o600); err != nil {
		return err
	}
	return b.give()
}

// bouncerConfig trusts every user who can enter the folder, and forces the
// server's user, so that no list of users is needed.
func bouncerConfig(dir string, server *pgx.ConnConfig, host string, port uint16, pool int, mode string) string {
	target := fmt.Sprintf("host=%s port=%d user=%s", quote(host), port, quote(server.User))
	if server.Password != "" {
		target += " password=" + quote(server.Password)
	}
	return fmt.Sprintf(`[databases]
* = %s
[pgbouncer]
listen_addr =
listen_port = %s
unix_socket_dir = %s
auth_type = any
pool_mode = %s
default_pool_size = %d
max_client_conn = 200
server_login_retry = 1
server_tls_sslmode = %s
`, target, bouncerPort, dir, mode, pool, tlsMode(server))
}

// tlsMode returns PgBouncer's server_tls_sslmode for the URL's sslmode. With
// libpq's default, prefer, pgx has a fallback without TLS.
func tlsMode(server *pgx.ConnConfig) string {
	plain := func(f *pgconn.FallbackConfig) bool { return f.TLSConfig == nil }
	secure := func(f *pgconn.FallbackConfig) bool { return f.TLSConfig != nil }
	switch {
	case server.TLSConfig == nil && slices.ContainsFunc(server.Fallbacks, secure):
		return "allow"
	case server.TLSConfig == nil:
		return "disable"
	case slices.ContainsFunc(server.Fallbacks, plain):
		return "prefer"
	}
	return "require"
}

// quote quotes a value of a connection string for PgBouncer.
func quote(value string) string { return "'" + strings.ReplaceAll(value, "'", "''") + "'" }

// give changes the owner of the folder to PgBouncer's user.
func (b *bouncer) give() error {
	if b.user == "" {
		return nil
	}
	u, err := user.Lookup(b.user)
	if err != nil {
		return err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return err
	}
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := os.Lchown(filepath.Join(b.dir, e.Name()), int(uid), -1); err != nil {
			return err
		}
	}
	return os.Lchown(b.dir, int(uid), -1)
}

// start runs PgBouncer under a shell that ends it when this process closes a
// pipe or is killed.
func (b *bouncer) start() error {
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	defer read.Close()
	log, err := os.Create(b.file("log"))
	if err != nil {
		return err
	}
	defer log.Close()
	b.process = exec.Command("/bin/sh", "-c", `"$@" </dev/null & read end; kill $!; wait $!`, "sh", b.program)
	if b.user != "" {
		b.process.Args = append(b.process.Args, "-u", b.user)
	}
	b.process.Args = append(b.process.Args, b.file("ini"))
	b.process.Stdin, b.process.Stdout, b.process.Stderr = read, log, log
	b.life = write
	return b.process.Start()
}

// wait returns when a connection through it succeeds.
func (b *bouncer) wait(ctx context.Context, through string) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for {
		err := execute(ctx, through, "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("pgtest: PgBouncer does not answer: %w", err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func (b *bouncer) stop(t testing.TB) {
	if err := b.life.Close(); err != nil {
		t.Error(err)
	}
	_ = b.process.Wait() // killed, as it should be
	if t.Failed() {
		log, _ := os.ReadFile(b.file("log"))
		t.Logf("PgBouncer's log:\n%s", log)
	}
}

func (b *bouncer) remove(t testing.TB) {
	if b.forward != nil {
		b.forward.close()
	}
	if err := os.RemoveAll(b.dir); err != nil {
		t.Error(err)
	}
}

func (b *bouncer) file(suffix string) string { return filepath.Join(b.dir, "pgbouncer."+suffix) }
