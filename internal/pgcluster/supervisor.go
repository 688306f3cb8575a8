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

// run keeps the server until no user is left, SIGTERM arrives, or it was shut
// down by hand. A server that was never ready is an error, which Start reports.
// One that was is started again for as long as there are users, however often
// it ends: a disk that is full for its WAL has room again later.
func (s *supervisor) run() error {
	var (
		crashes backoff
		waited  time.Duration // for a dead server's processes
		lived   = s.Adopt != 0
	)
	for adopt := s.Adopt; ; adopt = 0 {
		began := time.Now()
		how, stopped, err := s.once(adopt)
		switch {
		case stopped:
			return err
		case err != nil && !lived:
			return err
		case err != nil:
			say("%v", err)
			how = failed
		}
		lived = lived || how == crashed
		var pause time.Duration
		switch how {
		case shutDown:
			say("the server was shut down")
			return nil
		case refused:
			if pause = refusedPause; !lived {
				if waited += pause; waited > refusedMost {
					return errors.New("processes of a dead server do not end: giving up")
				}
			}
		case failed:
			if !lived {
				return errors.New("the server ended before it was ready")
			}
			pause = crashes.next(0)
			say("the server ended before it was ready: starting it again in %s", pause)
		case crashed:
			pause = crashes.next(time.Since(began))
			say("the server ended (%s): starting it again in %s", s.server.how(), pause)
		}
		select {
		case <-s.idle:
			return nil
		case <-s.term:
			say("not started again, on request")
			return nil
		case <-time.After(pause):
		}
	}
}

// once starts the server, or adopts one, and returns how it ended, or that it was
// stopped, for lack of users or on request.
func (s *supervisor) once(adopt int) (how ending, stopped bool, err error) {
	if adopt != 0 {
		say("adopted the running server, process %d", adopt)
		s.server = adoptServer(s.home, adopt)
	} else if s.server, err = startServer(s.home, s.supervisorArgs); err != nil {
		return failed, false, err
	}
	select {
	case <-s.idle:
	case <-s.term:
		say("stopping on request")
	case <-s.server.ended:
		return s.server.ending(), false, nil
	}
	return shutDown, true, s.server.stop()
}

const (
	// refusedPause is the pause after a start that was refused beside a dead
	// server's processes, and refusedMost how long a first start waits for them.
	refusedPause = 200 * time.Millisecond
	refusedMost  = 20 * time.Second
	// backoffMost is the longest pause before a server is started again, and
	// backoffOver how long one has to run for the next pause to be none.
	backoffMost = 10 * time.Second
	backoffOver = time.Minute
)

// backoff counts servers that ended soon after their start.
type backoff struct{ soon int }

// next returns the pause before the next start, after a server that ran for a
// time. The first few are at once, so that a crash interrupts no one for long.
func (b *backoff) next(ran time.Duration) time.Duration {
	const atOnce = 3
	if ran > backoffOver {
		b.soon = 0
	}
	b.soon++
	if b.soon <= atOnce {
		return 0
	}
	return min(500*time.Millisecond<<min(b.soon-atOnce-1, 10), backoffMost)
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
