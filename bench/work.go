package main

import (
	"cmp"
	"encoding/json"
	"strings"
	"time"
)

// work is the task of one process on one new database. The peer's drivers
// receive it as JSON.
type work struct {
	// Name is its name in the results; Driver is its entry in workers, or in
	// peer/*.mjs.
	Name   string `json:"name"`
	Driver string `json:"driver"`
	// URL of the database.
	URL string `json:"url"`
	// Rows is the number of memories or cache entries of a phase.
	Rows int `json:"rows"`
	// Queries is the number of measurements of each search and list.
	Queries int `json:"queries,omitempty"`
	// Data is the kind of vectors; see newDataset.
	Data string `json:"data,omitempty"`
	// Entities is the number of users that share the memories. Zero: one. A
	// search filtered by one of 100 keeps 1 %.
	Entities int `json:"entities,omitempty"`
	// Alone is set if the peer has no such work, Once if it is not repeated.
	Alone bool `json:"-"`
	Once  bool `json:"-"`
}

// results is the last line of a process's output.
type results struct {
	// Metrics are figures by name. The suffix of a name is the unit of
	// measurement: _ms, _per_s, _mb; ratios and counts have none.
	Metrics map[string]float64 `json:"metrics"`
	// Found holds the numbers of the memories that each search returned.
	Found map[string][][]int `json:"found,omitempty"`
}

// works returns all works except starts, in order. Sizes are those of the
// peer's own benchmark, times scale.
func works(scale float64) []work {
	size := func(rows int) int { return max(100, int(float64(rows)*scale)) }
	return []work{
		{Name: "cache", Driver: "cache", Rows: size(2000)},
		{Name: "create", Driver: "create", Rows: size(1000)},
		{Name: uniform, Driver: "search", Rows: size(10_000), Queries: 200, Data: "uniform"},
		{Name: clustered, Driver: "search", Rows: size(10_000), Queries: 200, Data: "clustered", Entities: 100},
		{Name: "insert", Driver: "insert", Rows: size(1000), Alone: true},
		{Name: "batch", Driver: "batch", Rows: size(10_000), Data: "uniform", Alone: true},
		{Name: large, Driver: "search", Rows: size(100_000), Queries: 200, Data: "clustered", Entities: 100, Alone: true, Once: true},
	}
}

// workVariable is the environment variable with a process's work. A process
// without it is the benchmark.
const workVariable = "ELIZA_BENCH_WORK"

func (w work) environment(url string) (string, error) {
	w.URL, w.Entities = url, cmp.Or(w.Entities, 1)
	text, err := json.Marshal(w)
	return workVariable + "=" + string(text), err
}

// grade adds the recall and the least number of returned rows of each search.
func (w work) grade(got *results) {
	if len(got.Found) == 0 {
		return
	}
	data := newDataset(w.Data, w.Rows, w.Queries)
	truth := map[string][][]int{}
	for i, query := range data.Queries {
		truth["search"] = append(truth["search"], nearest(data.Stored, query, 10, nil))
		for _, f := range filters {
			passes := func(number int) bool { return f.passes(w, data, i, number) }
			truth[f.name] = append(truth[f.name], nearest(data.Stored, query, 10, passes))
		}
	}
	for name, found := range got.Found {
		of, _, _ := strings.Cut(name, "_")
		got.Metrics[name+"_recall"] = recall(found, truth[of])
		got.Metrics[name+"_rows"] = float64(fewest(found))
	}
}

func perSecond(n int, took time.Duration) float64 { return float64(n) / took.Seconds() }

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
