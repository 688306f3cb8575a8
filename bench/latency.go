package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// latencyWork is the work of starts and messages on a database that is a round
// trip of lineDelay away.
const (
	latencyWork = "latency"
	lineDelay   = 200 * time.Millisecond
)

// latency measures the program on a distant database: round trips, of all
// connections together, and how long it took, in round trips as well: those that
// were made one after the other, as what the program does itself takes hardly
// any time.
func latency(ctx context.Context, server *server, binary, folder string, measured *figures) (err error) {
	database, drop, err := server.create(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	distant, err := newLine(database, lineDelay)
	if err != nil {
		return err
	}
	defer distant.close()
	metrics := map[string]float64{}
	for _, name := range []string{"first_start", "later_start"} {
		if err := distant.talk(ctx, binary, folder, name, metrics); err != nil {
			return err
		}
	}
	return measured.add(latencyWork, our, metrics)
}

// messagesOver is the number of messages of a talk. The last one finds
// connections whose statements are prepared.
const messagesOver = 5

// talk starts the program, says something a few times, and measures the start
// and the messages.
func (l *line) talk(ctx context.Context, binary, folder, name string, metrics map[string]float64) error {
	cmd := exec.CommandContext(ctx, binary, "start", "--json")
	cmd.Dir, cmd.Env = folder, program(ctx, binary, folder, "POSTGRES_URL="+l.url).Env
	input, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	replies, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	log, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	began, before := time.Now(), l.trips.Load()
	note := func(name string) {
		metrics[name+"_trips"] = float64(l.trips.Load() - before)
		metrics[name+"_in_a_row"] = float64(time.Since(began)) / float64(l.delay)
		began, before = time.Now(), l.trips.Load()
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	var heard strings.Builder
	failed := func(err error) error {
		input.Close()
		return errors.Join(err, cmd.Wait(), errors.New(last(heard.String())))
	}
	lines := bufio.NewScanner(io.TeeReader(log, &heard))
	for ready := false; !ready; ready = strings.Contains(lines.Text(), ourReady) {
		if !lines.Scan() {
			return failed(errors.New("the program never said that it is ready"))
		}
	}
	note(name)
	go io.Copy(io.Discard, log) //nolint:errcheck // it ends with the program
	answers := bufio.NewScanner(replies)
	for n := range messagesOver {
		began, before = time.Now(), l.trips.Load()
		if _, err := fmt.Fprintln(input, "hello"); err != nil {
			return failed(err)
		}
		if !answers.Scan() {
			return failed(errors.New("the program did not answer"))
		}
		if n == 0 || n == messagesOver-1 {
			note(map[bool]string{true: name + "_message", false: "message"}[n == 0])
		}
	}
	input.Close()
	return cmd.Wait()
}

// line is a way to a database that takes time.
type line struct {
	tripCounter
	url      string
	delay    time.Duration
	listener net.Listener
}

// newLine listens until close is called.
func newLine(to string, delay time.Duration) (*line, error) {
	cfg, err := pgx.ParseConfig(to)
	if err != nil {
		return nil, err
	}
	network, address := "tcp", net.JoinHostPort(cfg.Host, strconv.Itoa(int(cfg.Port)))
	if strings.HasPrefix(cfg.Host, "/") {
		network, address = "unix", cfg.Host+"/.s.PGSQL."+strconv.Itoa(int(cfg.Port))
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &line{delay: delay, listener: listener, url: (&url.URL{
		Scheme: "postgres", User: url.UserPassword(cfg.User, cfg.Password), Host: listener.Addr().String(),
		Path: cfg.Database, RawQuery: "sslmode=disable",
	}).String()}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial(network, address)
			if err != nil {
				client.Close()
				continue
			}
			asked, answered := l.count()
			go delayed(server, client, delay/2, asked)
			go delayed(client, server, delay/2, answered)
		}
	}()
	return l, nil
}

func (l *line) close() { l.listener.Close() }
