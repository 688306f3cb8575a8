package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/elizago/elizago/internal/pgcluster"
)

// scenario is one kind of start.
type scenario struct {
	Name    string
	Target  time.Duration
	program []sample
	cluster []time.Duration
}

// sample is one start of the program.
type sample struct {
	Ready  time.Duration
	PeakMB float64
}

// clusterStarts measures the program on the private cluster, in homes below a
// folder, and beside each start the time of the cluster alone.
func clusterStarts(binary string, runs int, dir string) error {
	first := &scenario{Name: "first start, with initdb", Target: 2500 * time.Millisecond}
	stopped := &scenario{Name: "server stopped before", Target: 300 * time.Millisecond}
	running := &scenario{Name: "server running", Target: 60 * time.Millisecond}
	for i := range max(1, runs/3) {
		home := filepath.Join(dir, fmt.Sprint("first", i))
		if err := errors.Join(first.measureProgram(binary, home), first.measureCluster(home+"-bare")); err != nil {
			return err
		}
		os.RemoveAll(home)
		os.RemoveAll(home + "-bare")
	}

	home, bare := filepath.Join(dir, "home"), filepath.Join(dir, "bare")
	warmUp := &scenario{}
	if err := errors.Join(warmUp.measureProgram(binary, home), warmUp.measureCluster(bare)); err != nil {
		return err
	}
	for range runs {
		if err := errors.Join(stopped.measureProgram(binary, home), stopped.measureCluster(bare)); err != nil {
			return err
		}
	}

	held, err := pgcluster.Start(context.Background(), pgcluster.Config{Dir: home})
	if err != nil {
		return err
	}
	for range runs {
		if err := errors.Join(running.measureProgram(binary, home), running.measureCluster(home)); err != nil {
			return err
		}
	}
	if err := held.Close(context.Background()); err != nil {
		return err
	}
	return report(first, stopped, running)
}

func (s *scenario) measureProgram(binary, home string) error {
	got, err := startProgram(binary, home)
	s.program = append(s.program, got)
	return err
}

func (s *scenario) measureCluster(home string) error {
	began := time.Now()
	cluster, err := pgcluster.Start(context.Background(), pgcluster.Config{Dir: home})
	if err != nil {
		return err
	}
	s.cluster = append(s.cluster, time.Since(began))
	return cluster.Close(context.Background())
}

func report(scenarios ...*scenario) error {
	fmt.Printf("%s, %d CPUs, %s\n\n", runtime.GOOS+"/"+runtime.GOARCH, runtime.NumCPU(), runtime.Version())
	fmt.Printf("%-26s %9s %9s %9s %10s %9s %7s\n", "process start to ready", "median", "best", "target", "cluster", "peak", "ratio")
	for _, s := range scenarios {
		times := make([]time.Duration, len(s.program))
		peak := 0.0
		for i, one := range s.program {
			times[i] = one.Ready
			peak = max(peak, one.PeakMB)
		}
		ready, bare := median(times), median(s.cluster)
		fmt.Printf("%-26s %9s %9s %9s %10s %6.1f MB %6.1fx\n", s.Name,
			round(ready), round(slices.Min(times)), "< "+s.Target.String(), round(bare), peak, float64(ready)/float64(bare))
		line, err := json.Marshal(map[string]any{
			"name": s.Name, "program": s.program, "cluster": s.cluster, "unit": "ns",
		})
		if err != nil {
			return err
		}
		fmt.Fprintln(os.Stderr, string(line))
	}
	fmt.Println("\ncluster: the private cluster's part alone, same run; peak: of the Go process, target < 45 MB")
	return nil
}

func median(times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[len(sorted)/2]
}

func round(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }
