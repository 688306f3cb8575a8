package surroundings

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// tcpServer is a server as hosting services run it: reached by TCP, with TLS and
// passwords (SCRAM). The private clusters of the other tests have neither.
type tcpServer struct {
	dir  string
	port int
}

// startTCP starts the server, for as long as the test lasts.
func startTCP(t *testing.T) *tcpServer {
	t.Helper()
	dir, err := os.MkdirTemp("", "hosted")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	var owner *syscall.Credential
	if os.Geteuid() == 0 { // the server refuses to run as root
		owner = credential(t, "nobody")
		require.NoError(t, os.Chown(dir, int(owner.Uid), int(owner.Gid)))
	}
	data := filepath.Join(dir, "data")
	program := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.Env, cmd.SysProcAttr = "/", append(os.Environ(), "LC_ALL=C"), &syscall.SysProcAttr{Credential: owner}
		return cmd
	}
	out, err := program(client("initdb"), "-D", data, "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync",
		"--auth-local=trust", "--auth-host=scram-sha-256").CombinedOutput()
	require.NoError(t, err, string(out))
	certify(t, dir, owner)
	s := &tcpServer{dir: dir}
	for range 5 { // another process may take the port meanwhile
		s.port = freePort(t)
		if s.launch(t, program("/bin/sh", "-c", `"$@" </dev/null & read end; kill -QUIT $!; wait $!`, "sh",
			client("postgres"), "-D", data, "-c", "listen_addresses=127.0.0.1", "-c", fmt.Sprintf("port=%d", s.port),
			"-c", "unix_socket_directories="+dir, "-c", "fsync=off", "-c", "ssl=on",
			"-c", "ssl_cert_file="+filepath.Join(dir, "server.crt"), "-c", "ssl_key_file="+filepath.Join(dir, "server.key"))) {
			return s
		}
	}
	t.Fatal("the server does not start")
	return nil
}

// launch runs the server under a shell that ends it when this process closes a
// pipe, or is killed. It reports whether the server answers.
func (s *tcpServer) launch(t *testing.T, shell *exec.Cmd) bool {
	t.Helper()
	log, err := os.Create(filepath.Join(s.dir, "log"))
	require.NoError(t, err)
	defer log.Close()
	read, life, err := os.Pipe()
	require.NoError(t, err)
	defer read.Close()
	shell.Stdin, shell.Stdout, shell.Stderr = read, log, log
	require.NoError(t, shell.Start())
	end := func() {
		require.NoError(t, life.Close())
		_ = shell.Wait() // killed, as it should be
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		said, err := os.ReadFile(log.Name())
		require.NoError(t, err)
		if strings.Contains(string(said), "FATAL") && !strings.Contains(string(said), "starting up") {
			end()
			return false
		}
		conn, err := pgx.Connect(t.Context(), s.at("postgres"))
		if err == nil {
			require.NoError(t, conn.Close(t.Context()))
			t.Cleanup(end)
			return true
		}
	}
	end()
	return false
}

// at connects a superuser to a database, by the socket.
func (s *tcpServer) at(database string) string {
	return fmt.Sprintf("host=%s port=%d user=postgres dbname=%s", s.dir, s.port, database)
}

// credentials are what a hosting service gives its customer.
type credentials struct{ user, password, database string }

// onHost gives the scene a database with pgvector on the TCP server, and a role
// that owns it and has a password.
func (s *scene) onHost(t *testing.T, user, password string) {
	t.Helper()
	n := roles.Add(1)
	s.hosted = credentials{fmt.Sprintf("%s%d", user, n), password, fmt.Sprintf("hosted_%d", n)}
	execute(t, s.server.at("postgres"),
		"CREATE ROLE "+quoted(s.hosted.user)+" LOGIN PASSWORD '"+strings.ReplaceAll(password, "'", "''")+"'",
		"CREATE DATABASE "+quoted(s.hosted.database)+" OWNER "+quoted(s.hosted.user))
	s.admin = s.server.at(s.hosted.database)
	s.vectorIn(t, "public")
}

// fill puts into a connection string what the words in capitals stand for. USER
// and PASSWORD are escaped for a URL, RAW is the password as it is.
func (s *scene) fill(shape string) string {
	return strings.NewReplacer("USER", url.PathEscape(s.hosted.user), "PASSWORD", strings.ReplaceAll(url.QueryEscape(s.hosted.password), "+", "%20"),
		"RAW", s.hosted.password, "DATABASE", s.hosted.database, "HOST", "127.0.0.1", "PORT", strconv.Itoa(s.server.port),
		"DIR", s.server.dir, "CERTIFICATE", filepath.Join(s.server.dir, "server.crt")).Replace(shape)
}

func credential(t *testing.T, name string) *syscall.Credential {
	t.Helper()
	u, err := user.Lookup(name)
	require.NoError(t, err)
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	require.NoError(t, err)
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	require.NoError(t, err)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

// certify makes a certificate for 127.0.0.1 that certifies itself.
func certify(t *testing.T, dir string, owner *syscall.Credential) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "127.0.0.1"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalECPrivateKey(key)
	require.NoError(t, err)
	for name, block := range map[string]*pem.Block{
		"server.crt": {Type: "CERTIFICATE", Bytes: certificate}, "server.key": {Type: "EC PRIVATE KEY", Bytes: private},
	} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(block), 0o600))
		if owner != nil {
			require.NoError(t, os.Chown(path, int(owner.Uid), int(owner.Gid)))
		}
	}
}
