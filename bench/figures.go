package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// our is the name of our side.
const our = "elizago"

// figures holds all samples of all metrics, by work and side.
type figures struct {
	samples map[figureKey][]float64
	log     io.Writer // receives a line of JSON for each result
}

type figureKey struct{ work, side, metric string }

func newFigures(log io.Writer) *figures {
	return &figures{samples: map[figureKey][]float64{}, log: log}
}

func (f *figures) add(work, side string, metrics map[string]float64) error {
	for metric, value := range metrics {
		key := figureKey{work, side, metric}
		f.samples[key] = append(f.samples[key], value)
	}
	return json.NewEncoder(f.log).Encode(map[string]any{"work": work, "side": side, "metrics": metrics})
}

// of returns the median of a metric's samples; false if there are none.
func (f *figures) of(work, side, metric string) (float64, bool) {
	samples := f.samples[figureKey{work, side, metric}]
	if len(samples) == 0 {
		return 0, false
	}
	sorted := slices.Sorted(slices.Values(samples))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2, true
	}
	return sorted[middle], true
}

// peer returns the better of the peer's medians, and its runtime.
func (f *figures) peer(work, metric string) (best float64, runtime string, ok bool) {
	for _, side := range f.sides() {
		if side == our {
			continue
		}
		value, measured := f.of(work, side, metric)
		if measured && (!ok || better(metric, value, best)) {
			best, runtime, ok = value, side, true
		}
	}
	return best, runtime, ok
}

// better reports whether a is better than b: a higher rate, or less time or
// memory.
func better(metric string, a, b float64) bool {
	if strings.HasSuffix(metric, "_per_s") {
		return a > b
	}
	return a < b
}

func (f *figures) sides() []string {
	seen := map[string]bool{}
	for key := range f.samples {
		seen[key.side] = true
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b string) int {
		order := []string{our, "node", "bun"}
		return slices.Index(order, a) - slices.Index(order, b)
	})
}

// all prints every median, grouped by work.
func (f *figures) all(to io.Writer, works []string) {
	sides := f.sides()
	for _, name := range works {
		metrics := map[string]bool{}
		for key := range f.samples {
			if key.work == name {
				metrics[key.metric] = true
			}
		}
		if len(metrics) == 0 {
			continue
		}
		fmt.Fprintf(to, "\n%-30s", name)
		for _, side := range sides {
			fmt.Fprintf(to, "%12s", side)
		}
		fmt.Fprintln(to)
		for _, metric := range slices.Sorted(maps.Keys(metrics)) {
			fmt.Fprintf(to, "  %-28s", metric)
			for _, side := range sides {
				cell := "-"
				if value, ok := f.of(name, side, metric); ok {
					cell = figure(value)
				}
				fmt.Fprintf(to, "%12s", cell)
			}
			fmt.Fprintln(to)
		}
	}
}

// figure formats a value with three significant digits.
func figure(value float64) string {
	switch {
	case value >= 100:
		return fmt.Sprintf("%.0f", value)
	case value >= 10:
		return fmt.Sprintf("%.1f", value)
	case value >= 1:
		return fmt.Sprintf("%.2f", value)
	default:
		return fmt.Sprintf("%.3f", value)
	}
}
