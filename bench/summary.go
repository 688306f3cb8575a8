package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// summary prints the result of each goal, then all figures.
func summary(measured *figures, scale float64) error {
	if scale != 1 {
		fmt.Printf("sizes times %g: the goals are for 1\n", scale)
	}
	fmt.Printf("\n%-34s %-24s %-20s %-14s %s\n", "work", "ours", "beside", "ratio", "goal")
	lines := json.NewEncoder(measured.log)
	for _, g := range goals {
		v := g.judge(measured)
		fmt.Printf("%-34s %-24s %-20s %-14s %s: %s\n", g.work, v.ours, v.other, v.factor(), g.need, v.word())
		line := map[string]any{"goal": g.work, "need": g.need, "ours": v.ours, "beside": v.other, "ratio": v.ratio, "came": v.word()}
		if err := lines.Encode(line); err != nil {
			return err
		}
	}
	names := []string{firstStart, laterStart, latencyWork}
	for _, w := range works(scale) {
		names = append(names, w.Name)
	}
	measured.all(os.Stdout, names)
	return nil
}

// load returns the machine's load, if known. In a run beside other work only
// the ratios hold, roughly.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	return ", load average " + strings.Join(strings.Fields(string(text))[:3], " ")
}

// summarise prints the tables of earlier runs, merged, from their lines of
// JSON.
func summarise(from string, scale float64) error {
	measured := newFigures(io.Discard)
	for _, name := range strings.Split(from, ",") {
		if err := measured.read(name); err != nil {
			return err
		}
	}
	return summary(measured, scale)
}

func (f *figures) read(name string) (err error) {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var line struct {
			Work, Side string
			Metrics    map[string]float64
		}
		if json.Unmarshal(lines.Bytes(), &line) != nil || line.Metrics == nil {
			continue // a warning, or a goal
		}
		if err := f.add(line.Work, line.Side, line.Metrics); err != nil {
			return err
		}
	}
	return lines.Err()
}
