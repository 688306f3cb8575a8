// Command bench measures elizago's performance: the time from the start of the
// process until the agent is ready, its memory, and every store. With -peer it
// also measures elizaOS's adapter, in the same run and on the same server.
// docs/benchmarks.md explains the figures.
//
//	make bench
//	make bench-peer
//
// Machines are noisy, so each figure has a reference from the same run,
// measured in turn with it. A table goes to standard output; lines of JSON, one
// for each result as it comes, go to standard error.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx); err != nil {
		stop()
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	if text, ok := os.LookupEnv(workVariable); ok {
		return worker(ctx, text)
	}
	var o options
	flag.StringVar(&o.binary, "binary", "bin/elizago", "the program to measure")
	flag.IntVar(&o.starts, "starts", 15, "how often each start is measured; first starts on a private cluster a third of that")
	flag.IntVar(&o.runs, "runs", 3, "how often each other work is measured")
	flag.Float64Var(&o.scale, "scale", 1, "times the number of rows; the goals are for 1")
	flag.StringVar(&o.url, "url", "", "a PostgreSQL server to use, as a role that may create databases; otherwise a private one")
	flag.StringVar(&o.only, "only", "", "measure this alone: cluster, start, latency, cache, create, search, insert or batch")
	flag.BoolVar(&o.peer, "peer", false, "install elizaOS's adapter from npm and measure it too")
	flag.StringVar(&o.folder, "peer-dir", "", "where to install it, and leave it; otherwise a temporary folder")
	flag.StringVar(&o.from, "from", "", "measure nothing; print the tables of earlier runs from their JSON, `FILE,FILE,...`")
	flag.Parse()
	if o.from != "" {
		return summarise(o.from, o.scale)
	}

	binary, err := filepath.Abs(o.binary)
	if err != nil {
		return err
	}
	o.binary = binary
	folder, err := os.MkdirTemp("", "elizago-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	if o.only == "cluster" || o.only == "" && !o.peer {
		if err := clusterStarts(o.binary, o.starts, folder); err != nil || o.only == "cluster" {
			return err
		}
		fmt.Println()
	}
	return compare(ctx, o, folder)
}
