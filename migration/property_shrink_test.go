package migration_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// shrink makes a failing pair smaller for as long as it fails and time is left.
// It knows what a schema is made of, so that it needs fewer tries, each of which
// is four migrations, than rapid, which knows bytes: it takes things out of A
// and B together, then out of one of them.
func shrink(p *pair, fails func(*pair) bool, within time.Duration) *pair {
	deadline := time.Now().Add(within)
	for next := p; next != nil && time.Now().Before(deadline); {
		p = next
		next = nil
		for _, q := range smaller(p) {
			if time.Now().After(deadline) {
				break
			}
			if fails(clone(q)) {
				next = q
				break
			}
		}
	}
	return p
}

// smaller are the pairs with one thing less, the largest things first.
func smaller(p *pair) []*pair {
	size := len(readable(p))
	var out []*pair
	add := func(q *pair) {
		q.A.clean()
		q.B.clean()
		q.settleUnits()
		clearHints(q.A, q.B)
		if len(readable(q)) < size {
			out = append(out, q)
		}
	}
	if p.Back {
		q := clone(p)
		q.Back = false
		add(q)
	}
	for _, sides := range [][]string{{"A", "B"}, {"A"}, {"B"}} {
		seen := map[string]bool{}
		for _, s := range sides {
			for _, place := range places(tree(p)[s]) {
				key := fmt.Sprint(place)
				if seen[key] {
					continue
				}
				seen[key] = true
				rest := tree(p)
				for _, s := range sides {
					rest[s] = cut(rest[s], place)
				}
				if q := pairOf(rest); q != nil {
					add(q)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b *pair) int { return len(readable(a)) - len(readable(b)) })
	return out
}

// tree is a pair as JSON.
func tree(p *pair) map[string]any {
	var out map[string]any
	if err := json.Unmarshal([]byte(readable(p)), &out); err != nil {
		panic(err)
	}
	return out
}

// pairOf is nil for a tree that has lost what no pair can do without.
func pairOf(tree map[string]any) *pair {
	text, err := json.Marshal(tree)
	if err != nil {
		panic(err)
	}
	var p *pair
	if json.Unmarshal(text, &p) != nil || p.A == nil || p.B == nil {
		return nil
	}
	for _, w := range []*world{p.A, p.B} {
		if len(w.Units) == 0 {
			return nil
		}
		for _, u := range w.Units {
			if len(u.Tables) == 0 || u.Name == "" {
				return nil
			}
			for _, t := range u.Tables {
				if t.Name == "" || len(t.Columns) == 0 {
					return nil
				}
				for _, c := range t.Columns {
					if c.Name == "" || c.Type == "" {
						return nil
					}
				}
			}
		}
	}
	return p
}

// places are the ways to all fields and elements of a tree. An element with a
// name goes by its name.
func places(v any) [][]string {
	var out [][]string
	children(v, func(key string, child any) {
		if key == "Name" || key == "Type" || key == "Enum" {
			return
		}
		out = append(out, []string{key})
		for _, p := range places(child) {
			out = append(out, append([]string{key}, p...))
		}
	})
	return out
}

func children(v any, do func(key string, child any)) {
	switch v := v.(type) {
	case map[string]any:
		keys := make([]string, 0, len(v))
		for k := range v {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			do(k, v[k])
		}
	case []any:
		for i, x := range v {
			do(elementKey(i, x), x)
		}
	}
}

func elementKey(i int, x any) string {
	if m, ok := x.(map[string]any); ok && m["Name"] != nil {
		return fmt.Sprint(m["Name"])
	}
	if s, ok := x.(string); ok {
		return s
	}
	return fmt.Sprint(i)
}

// cut is a tree without what is at the place.
func cut(v any, place []string) any {
	last := len(place) == 1
	switch v := v.(type) {
	case map[string]any:
		if last {
			delete(v, place[0])
		} else if child, ok := v[place[0]]; ok {
			v[place[0]] = cut(child, place[1:])
		}
	case []any:
		var out []any
		for i, x := range v {
			switch {
			case elementKey(i, x) != place[0]:
				out = append(out, x)
			case !last:
				out = append(out, cut(x, place[1:]))
			}
		}
		return out
	}
	return v
}
