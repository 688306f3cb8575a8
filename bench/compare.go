package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
)

// options are the command line's options.
type options struct {
	binary string
	runs   int
	starts int
	scale  float64
	url    string
	peer   bool
	folder string
	only   string
	from   string
}

// compare runs all works on all sides in turn, on one server, and prints the
// results.
func compare(ctx context.Context, o options, folder string) (err error) {
	server, err := startServer(ctx, o.url, folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, server.close(context.WithoutCancel(ctx))) }()

	mine, err := ours(o.binary, folder)
	if err != nil {
		return err
	}
	sides := []*side{mine}
	if o.peer {
		home := o.folder
		if home == "" {
			home = filepath.Join(folder, "peer")
		}
		peers, err := installPeer(ctx, home)
		if err != nil {
			return err
		}
		sides = append(sides, peers...)
	}
	measured := newFigures(os.Stderr)
	if err := measureAll(ctx, o, folder, server, sides, measured); err != nil {
		return err
	}
	postgres, vector, err := server.versions(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%s/%s, %d CPUs, %s, PostgreSQL %s, pgvector %s%s\n",
		runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(), postgres, vector, load())
	return summary(measured, o.scale)
}

func measureAll(ctx context.Context, o options, folder string, server *server, sides []*side, measured *figures) error {
	if o.only == "" || o.only == "start" {
		if err := starts(ctx, o.starts, server, sides, measured); err != nil {
			return err
		}
	}
	if o.only == "latency" || o.only == "" && !o.peer {
		if err := latency(ctx, server, o.binary, folder, measured); err != nil {
			return err
		}
	}
	for run := range o.runs {
		for _, w := range works(o.scale) {
			if o.only != "" && o.only != w.Driver || w.Once && run > 0 {
				continue
			}
			for _, s := range sides {
				if w.Alone && s.Name != our {
					continue
				}
				if err := onNewDatabase(ctx, server, s, w, measured); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// onNewDatabase runs a work on a side, on its own database.
func onNewDatabase(ctx context.Context, server *server, s *side, w work, measured *figures) (err error) {
	if err := server.settle(ctx); err != nil {
		return err
	}
	url, drop, err := server.create(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	got, err := s.do(ctx, w, url)
	if err != nil {
		return err
	}
	return measured.add(w.Name, s.Name, got.Metrics)
}

// starts measures the first start of each side, on an empty database, then n
// later ones of all sides in turn.
func starts(ctx context.Context, n int, server *server, sides []*side, measured *figures) (err error) {
	urls := make([]string, len(sides))
	for i, s := range sides {
		url, drop, failed := server.create(ctx)
		if failed != nil {
			return failed
		}
		defer func() { err = errors.Join(err, drop()) }()
		urls[i] = url
		if err := measured.start(ctx, firstStart, s, url); err != nil {
			return err
		}
	}
	for range n {
		for i, s := range sides {
			if err := measured.start(ctx, laterStart, s, urls[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// The names of the works that are starts.
const (
	firstStart = "start, empty database"
	laterStart = "start"
)

func (f *figures) start(ctx context.Context, name string, s *side, url string) error {
	got, err := s.start(ctx, url)
	if err != nil {
		return err
	}
	return f.add(name, s.Name, map[string]float64{"ready_ms": milliseconds(got.Ready), "peak_mb": got.PeakMB})
}
