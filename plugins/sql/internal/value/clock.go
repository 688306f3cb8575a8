package value

import (
	"sync"
	"time"
)

// Clock is the time of the database, as far as it is known. The times of rows
// order messages, and the clocks of programs differ from each other and are set
// back. Between two looks at the database's clock it goes on by the monotonic
// clock of the process. It never goes back, and never returns a time twice. It
// is safe for concurrent use. The zero value is the clock of the process.
type Clock struct {
	mu     sync.Mutex
	ahead  time.Duration // of the process's clock, at anchor
	anchor time.Time     // with its monotonic reading; zero: none
	last   time.Time
}

// Now returns the current time in PostgreSQL's resolution, so that a saved time
// equals the one that is read back.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if !c.anchor.IsZero() {
		now = c.anchor.Round(0).Add(c.ahead + now.Sub(c.anchor))
	}
	now = now.Truncate(time.Microsecond)
	if !now.After(c.last) {
		now = c.last.Add(time.Microsecond)
	}
	c.last = now
	return now
}

// Set sets the clock to what the database's clock showed between began and now.
func (c *Clock) Set(database, began time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	c.anchor = now
	c.ahead = database.Add(now.Sub(began) / 2).Sub(now.Round(0))
	if shown := now.Round(0).Add(c.ahead); c.last.Sub(shown) > time.Minute {
		c.last = shown // it was wrong before
	}
}

// Moved reports whether the process's clock was set since the database's was
// looked at, or the machine was suspended, which stops the monotonic clock.
func (c *Clock) Moved() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	moved := now.Round(0).Sub(c.anchor.Round(0)) - now.Sub(c.anchor)
	return c.anchor.IsZero() || moved.Abs() > time.Second
}

// Age returns how long ago the database's clock was looked at.
func (c *Clock) Age() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Since(c.anchor)
}
