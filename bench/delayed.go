package main

import (
	"net"
	"sync/atomic"
	"time"
)

// tripCounter counts round trips: how often clients sent something after they had read
// an answer, or at first.
type tripCounter struct{ trips atomic.Int64 }

// count returns what is to be called when the client of a connection, or its
// server, has sent something.
func (t *tripCounter) count() (asked, answered func()) {
	var waiting atomic.Bool
	return func() {
			if !waiting.Swap(true) {
				t.trips.Add(1)
			}
		}, func() {
			waiting.Store(false)
		}
}

// delayed copies what it reads, each piece after a delay, until either end
// closes.
func delayed(to, from net.Conn, delay time.Duration, sent func()) {
	type piece struct {
		due  time.Time
		data []byte
	}
	pieces := make(chan piece, 1<<12)
	go func() {
		defer to.Close()
		for p := range pieces {
			time.Sleep(time.Until(p.due))
			if _, err := to.Write(p.data); err != nil {
				from.Close()
				break
			}
		}
		for range pieces { // so that reading goes on to its end
		}
	}()
	defer close(pieces)
	for {
		buffer := make([]byte, 1<<14)
		n, err := from.Read(buffer)
		if n > 0 {
			sent()
			pieces <- piece{time.Now().Add(delay), buffer[:n]}
		}
		if err != nil {
			return
		}
	}
}
