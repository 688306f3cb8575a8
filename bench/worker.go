package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// workers are the functions of our side, by driver.
var workers = map[string]func(ctx context.Context, s *store) (*results, error){
	"cache":  cacheWork,
	"create": createWork,
	"search": searchWork,
	"insert": insertWork,
	"batch":  batchWork,
}

// worker runs the work of a process and writes the results.
func worker(ctx context.Context, text string) error {
	var w work
	if err := json.Unmarshal([]byte(text), &w); err != nil {
		return fmt.Errorf("%s: %w", workVariable, err)
	}
	got, err := doWork(ctx, w)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(got)
}

func doWork(ctx context.Context, w work) (*results, error) {
	do, ok := workers[w.Driver]
	if !ok {
		return nil, fmt.Errorf("there is no work %q", w.Driver)
	}
	s, err := openStore(ctx, w)
	if err != nil {
		return nil, err
	}
	defer s.close(ctx) //nolint:errcheck // the figures are taken
	got, err := do(ctx, s)
	if err != nil {
		return nil, err
	}
	got.Metrics["peak_mb"], err = peakMB(os.Getpid())
	return got, err
}

// rate returns the calls per second of n calls with flight in flight.
func rate(ctx context.Context, n, flight int, call func(ctx context.Context, i int) error) (float64, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var next atomic.Int64
	var running sync.WaitGroup
	began := time.Now()
	for range flight {
		running.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				if err := call(ctx, i); err != nil {
					cancel(err)
				}
			}
		})
	}
	running.Wait()
	took := time.Since(began)
	if err := context.Cause(ctx); err != nil {
		return 0, err
	}
	return perSecond(n, took), nil
}

// timed returns the duration of each of n sequential calls.
func timed(n int, call func(i int) error) ([]time.Duration, error) {
	times := make([]time.Duration, n)
	for i := range times {
		took, err := clock(func() error { return call(i) })
		if err != nil {
			return nil, err
		}
		times[i] = took
	}
	return times, nil
}

func clock(call func() error) (time.Duration, error) {
	began := time.Now()
	err := call()
	return time.Since(began), err
}

// quantile returns the q-quantile of values; 0.5 is the median.
func quantile[T cmp.Ordered](values []T, q float64) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}
