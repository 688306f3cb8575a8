package pgcluster

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// supervisorVariable makes a process a supervisor. It holds supervisorArgs.
const supervisorVariable = "ELIZAGO_PGCLUSTER_SUPERVISOR"

// supervisorMark begins the supervisor's lines in server.log.
const supervisorMark = "supervisor: "

// The supervisor is this same executable, started again. An init function is
// the one place where that can be caught for every program and test binary
// that links this package: with a hook in main, a program that forgot it
// would run itself a second time, and a helper program would have to be
// installed, found and kept at the same version.
func init() {
	text, ok := os.LookupEnv(supervisorVariable)
	if !ok {
		return
	}
	os.Unsetenv(supervisorVariable)
	closeInheritedFDs()
	o, err := decodeSupervisorArgs(text)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s%s: %v\n", supervisorMark, supervisorVariable, err)
		os.Exit(1)
	}
	os.Exit(supervise(o))
}

// supervisor keeps one server while there are users.
type supervisor struct {
	supervisorArgs
	home   *home
	lock   *lock
	mine   bool          // the lock is held
	idle   chan struct{} // closed when no user is left
	term   chan os.Signal
	server *server
}

// supervise runs a supervisor to its end and returns its exit code. What it
// says goes to standard error, which is server.log.
func supervise(o supervisorArgs) int {
	// The terminal and the process that started us do not decide: users.lock
	// does. The signals are caught rather than ignored, because what is ignored
	// stays so in a child, and the server would not hear a SIGINT that comes
	// before it has set itself up.
	signal.Notify(make(chan os.Signal, 1), unix.SIGHUP, unix.SIGINT, unix.SIGQUIT, unix.SIGPIPE)
	s := &supervisor{supervisorArgs: o, idle: make(chan struct{}), term: make(chan os.Signal, 1)}
	signal.Notify(s.term, unix.SIGTERM)
	err := s.open()
	if err == nil {
		err = s.run()
	}
	if err != nil {
		say("%v", err)
	}
	// Freed before users.lock, which ends with the process: a process that gets
	// that one finds no supervisor.
	if s.lock != nil {
		if s.mine {
			if err == nil { // else a server may be left
				s.home.removeRunDir()
			}
			s.home.resign()
		}
		s.lock.close()
	}
	if err != nil {
		return 1
	}
	return 0
}

func (s *supervisor) open() (err error) {
	if s.home, err = findHome(s.Dir); err != nil {
		return err
	}
	if s.lock, err = s.home.openLock(s.home.supervisorLock()); err != nil {
		return err
	}
	// The predecessor may be ending, or another process may be trying the lock.
	for deadline := time.Now().Add(3 * time.Second); ; time.Sleep(time.Millisecond) {
		ok, err := s.lock.try(unix.LOCK_EX)
		if err != nil {
			return err
		}
		if s.mine = ok; ok {
			break
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("another supervisor holds %s", s.lock.path)
		}
	}
	if err := writePID(s.lock.fd, os.Getpid()); err != nil {
		return fsError(s.lock.path, err)
	}
	users, err := s.home.openLock(s.home.usersLock())
	if err != nil {
		return err
	}
	go func() {
		if err := users.block(); err != nil {
			say("waiting for the last user: %v", err)
		}
		close(s.idle)
	}()
	return nil
}

// run keeps the server until no user is left, SIGTERM arrives, or the server
// cannot be kept running.
func (s *supervisor) run() error {
	var crashes, refusals []time.Time
	for adopt := s.Adopt; ; adopt = 0 {
		var err error
		if adopt != 0 {
			say("adopted the running server, process %d", adopt)
			s.server = adoptServer(s.home, adopt)
		} else if s.server, err = startServer(s.home, s.supervisorArgs); err != nil {
			return err
		}
		select {
		case <-s.idle:
			return s.server.stop()
		case <-s.term:
			say("stopping on request")
			return s.server.stop()
		case <-s.server.ended:
		}
		switch s.server.ending() {
		case shutDown:
			say("the server was shut down")
			return nil
		case failed:
			return errors.New("the server ended before it was ready")
		case crashed:
			if crashes = append(recent(crashes), time.Now()); len(crashes) > maxCrashes {
				return fmt.Errorf("the server ended %d times in a minute: giving up", len(crashes))
			}
			say("the server ended (%s): starting it again", s.server.how())
		case refused:
			if refusals = append(recent(refusals), time.Now()); len(refusals) > maxRefusals {
				return errors.New("processes of a dead server do not end: giving up")
			}
			time.Sleep(200 * time.Millisecond)
		}
	}
}

// How often within a minute a server is started again.
const (
	maxCrashes  = 5
	maxRefusals = 100
)

func recent(times []time.Time) []time.Time {
	for len(times) > 0 && time.Since(times[0]) > time.Minute {
		times = times[1:]
	}
	return times
}

// say writes a line to server.log.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s %s%s\n", time.Now().UTC().Format("2006-01-02 15:04:05.000 UTC"), supervisorMark, fmt.Sprintf(format, args...))
}

// endName is how a process ended, for the log.
func endName(state *os.ProcessState) string {
	if state == nil {
		return "its process is gone"
	}
	if ws, ok := state.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return "by signal " + ws.Signal().String()
	}
	return state.String()
}
