package main

import (
	"fmt"
	"math"
	"strings"
)

// goal is one performance goal.
type goal struct {
	work, need string
	judge      func(f *figures) verdict
}

// verdict is the result of a goal.
type verdict struct {
	ours, other string // with units
	ratio       float64
	speed       bool // the ratio is of speeds, and more is better; or else of times
	absent      bool // a figure was not measured
	pass        bool
}

// factor returns the ratio in words.
func (v verdict) factor() string {
	switch {
	case v.absent:
		return "-"
	case v.speed:
		return fmt.Sprintf("%.2fx better", v.ratio)
	default:
		return fmt.Sprintf("%.2fx the time", v.ratio)
	}
}

func (v verdict) word() string {
	switch {
	case v.absent:
		return "not measured"
	case v.pass:
		return "reached"
	default:
		return "missed"
	}
}

// noise is the ratio to a bare statement of the same run that still counts as
// not slower: two runs of the same statements differ by that.
const noise = 1.1

const leastRecall = 0.95

const (
	uniform   = "search uniform 10k"
	clustered = "search clustered 10k"
	large     = "search clustered 100k"
)

var goals = []goal{
	{"start, database up to date", "4 times faster", faster("start", "ready_ms", 4)},
	{"start, peak memory", "half", faster("start", "peak_mb", 2)},
	{"first start, 200 ms away", "within 25 s", inARow("first_start", 125)},
	{"a message, 200 ms away", "fewer than 12 in a row", inARow("message", 12)},
	{"create, one at a time", "within 15 % of bare INSERTs", within("insert", "create_ms", "bare_ms", 1.15)},
	{"create, 16 in flight", "3 times the peer", faster("create", "plain_16_per_s", 3)},
	{"create with de-duplication", "5 times the peer", faster("create", "dedup_seq_per_s", 5)},
	{"the same, 16 in flight", "5 times the peer", faster("create", "dedup_16_per_s", 5)},
	{"search 10 of 10,000, uniform", "3 times faster", recalled(uniform, "search", faster(uniform, "search_ms", 3))},
	{"search 10 of 10,000, clustered", "8 times faster", recalled(clustered, "search", faster(clustered, "search_ms", 8))},
	{"search 10 of 100,000, clustered", "2 times ours at 10,000", recalled(large, "search", grown("search_ms", 2))},
	{"filter that keeps 1 % of 10,000", "better bare plan", recalled(clustered, "filter", unslowed(clustered, "filter"))},
	{"filter that keeps 1 % of 100,000", "better bare plan", recalled(large, "filter", unslowed(large, "filter"))},
	{"the newest 20 % of 10,000", "better bare plan", recalled(clustered, "recent", unslowed(clustered, "recent"))},
	{"the newest 20 % of 100,000", "better bare plan", recalled(large, "recent", unslowed(large, "recent"))},
	{"20 % of the clusters, of 10,000", "better bare plan", recalled(clustered, "clusters", unslowed(clustered, "clusters"))},
	{"20 % of the clusters, of 100,000", "better bare plan", recalled(large, "clusters", unslowed(large, "clusters"))},
	{"list 50 newest of 10,000", "20 times faster", faster(uniform, "list_ms", 20)},
	{"the same, with their vectors", "20 times faster", fasterThan(uniform, "list_vectors_ms", "list_ms", 20)},
	{"cache get, one at a time", "2 times the peer", faster("cache", "get_seq_per_s", 2)},
	{"cache set, one at a time", "2 times the peer", faster("cache", "set_seq_per_s", 2)},
	{"cache get, 16 in flight", "2 times the peer", faster("cache", "get_16_per_s", 2)},
	{"cache set, 16 in flight", "2 times the peer", faster("cache", "set_16_per_s", 2)},
	{"batch of 10,000", "within 20 % of INSERT ... SELECT", within("batch", "batch_ms", "bare_ms", 1.2)},
}

// faster requires a metric to be times better than the peer's best.
func faster(work, metric string, times float64) func(f *figures) verdict {
	return fasterThan(work, metric, metric, times)
}

// fasterThan is faster for a peer's metric of another name.
func fasterThan(work, metric, theirs string, times float64) func(f *figures) verdict {
	return func(f *figures) verdict {
		ours, ok := f.of(work, our, metric)
		peers, runtime, measured := f.peer(work, theirs)
		v := verdict{ours: withUnit(ours, metric), other: withUnit(peers, metric) + " " + runtime, absent: !ok || !measured, speed: true}
		if !ok {
			v.ours = "-"
		}
		if !measured {
			v.other = "-"
		}
		if v.absent {
			return v
		}
		v.ratio = ours / peers
		if !strings.HasSuffix(metric, "_per_s") {
			v.ratio = peers / ours
		}
		v.pass = v.ratio >= times
		return v
	}
}

// inARow requires fewer round trips, one after the other, on a distant database.
func inARow(what string, most float64) func(f *figures) verdict {
	return func(f *figures) verdict {
		took, ok := f.of(latencyWork, our, what+"_in_a_row")
		trips, _ := f.of(latencyWork, our, what+"_trips")
		if !ok {
			return verdict{ours: "-", other: "-", absent: true}
		}
		return verdict{
			ours: figure(took) + " round trips", other: "at most " + figure(most) + ", " + figure(trips) + " in all",
			ratio: took / most, pass: took < most,
		}
	}
}

// within requires a time to be at most most times that of our baseline.
func within(work, metric, baseline string, most float64) func(f *figures) verdict {
	return func(f *figures) verdict {
		return compared(f, work, metric, work, baseline, "bare", most)
	}
}

// grown requires a time at 100,000 rows to be at most most times that at
// 10,000.
func grown(metric string, most float64) func(f *figures) verdict {
	return func(f *figures) verdict { return compared(f, large, metric, clustered, metric, "at 10k", most) }
}

// unslowed requires a filtered search not to be slower than the faster of the
// bare plans that find all rows.
func unslowed(work, filter string) func(f *figures) verdict {
	return func(f *figures) verdict {
		best, at := "", math.Inf(1)
		for _, plan := range filterPlans {
			took, ok := f.of(work, our, filter+"_"+plan.name+"_ms")
			found, _ := f.of(work, our, filter+"_"+plan.name+"_recall")
			if ok && found >= leastRecall && took < at {
				best, at = plan.name, took
			}
		}
		return compared(f, work, filter+"_ms", work, filter+"_"+best+"_ms", best, noise)
	}
}

// recalled additionally requires a search to find the true neighbours, and as
// many rows as requested.
func recalled(work, search string, judge func(f *figures) verdict) func(f *figures) verdict {
	return func(f *figures) verdict {
		v := judge(f)
		found, ok := f.of(work, our, search+"_recall")
		rows, _ := f.of(work, our, search+"_rows")
		if ok {
			v.ours += fmt.Sprintf(", recall %.3f", found)
		}
		v.pass = v.pass && ok && found >= leastRecall && rows == 10
		return v
	}
}

func compared(f *figures, work, metric, otherWork, baseline, name string, most float64) verdict {
	ours, ok := f.of(work, our, metric)
	bare, measured := f.of(otherWork, our, baseline)
	v := verdict{ours: "-", other: "-", absent: !ok || !measured}
	if ok {
		v.ours = withUnit(ours, metric)
	}
	if measured {
		v.other = withUnit(bare, baseline) + " " + name
	}
	if !v.absent {
		v.ratio = ours / bare
		v.pass = v.ratio <= most
	}
	return v
}

func withUnit(value float64, metric string) string {
	for ending, unit := range map[string]string{"_per_s": "/s", "_ms": " ms", "_mb": " MB"} {
		if strings.HasSuffix(metric, ending) {
			return figure(value) + unit
		}
	}
	return figure(value)
}
