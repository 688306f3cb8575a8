package databasetest

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"time"
)

// longTexts exceed the limits of an index, a name or a log line. The last one
// is incompressible.
var longTexts = []string{
	strings.Repeat("x", 1001), strings.Repeat("'\\\"", 3000), strings.Repeat("ä ", 1<<13), scrambled(30_000),
}

// scrambled returns random letters.
func scrambled(length int) string {
	r, text := newRandom(), make([]byte, length)
	for i := range text {
		text[i] = 'a' + byte(r.Uint32()%26)
	}
	return string(text)
}

func (d drawing) text() string {
	switch {
	case d.chance(5):
		return pick(d, longTexts...)
	case d.chance(40):
		return pick(d,
			`'; DELETE FROM agents; --`, `' OR ''='`, `") OR true --`, `\'; DROP TABLE memories; --`, `$$; DELETE FROM worlds; $$`,
			`$1`, `%`, `_`, `%s%d%!`, `{"a"}`, `{NULL}`, `(1)`, `::text`, `/* */`, `--`, "\\", `'`, `"`, "\u202e", "\x00\x00", "ا\u0300",
			`' | '`, `a & !b`, `:*`, `<->`, `'':A`, "\x1a\x7f", "\ufeff", "1e400", "null")
	}
	if d.chance(50) {
		return pick(d, hostile...)
	}
	text := make([]byte, d.IntN(12))
	for i := range text {
		text[i] = byte(d.Uint32())
	}
	return string(text)
}

// time draws times, including ones out of range for PostgreSQL, JSON or 64 bits
// of nanoseconds.
func (d drawing) time() time.Time {
	switch {
	case d.chance(50):
		return time.Time{}
	case d.chance(60):
		return time.Unix(1_700_000_000, 123_456_789).Add(time.Duration(pick(d, 0, 1, -1)) * time.Hour)
	}
	year := func(n int) time.Time { return time.Date(n, 1, 1, 0, 0, 0, 0, time.UTC) }
	return pick(d, year(0), year(-1), year(-5000), year(1), year(9999), year(10000), year(294277), year(300000),
		time.Unix(math.MaxInt64, 0), time.Unix(math.MinInt64, 0), time.Unix(-1, 0),
		time.Date(2020, 1, 1, 0, 0, 0, 1, time.FixedZone("x'; --", 15*3600+59)))
}

func (d drawing) vector() []float32 {
	one := axis(384, pick(d, 0, 1, 2))
	if d.chance(70) {
		return one
	}
	long := axis(3072, 1)
	return pick(d, nil, []float32{}, make([]float32, 384), one[:383], axis(385, 0), axis(512, 0), long, append(long, 0),
		with(one, float32(math.NaN())), with(one, float32(math.Inf(1))), with(one, float32(math.Inf(-1))),
		with(one, math.SmallestNonzeroFloat32), with(one, 1e-30), slices.Repeat([]float32{math.MaxFloat32}, 384),
		slices.Repeat([]float32{math.SmallestNonzeroFloat32}, 384))
}

// with returns a copy of vector with another last component.
func with(vector []float32, last float32) []float32 {
	vector = slices.Clone(vector)
	vector[len(vector)-1] = last
	return vector
}

// deep returns nested JSON.
func deep(levels int) json.RawMessage {
	return json.RawMessage(strings.Repeat(`{"a":[`, levels) + strings.Repeat(`]}`, levels))
}

func (d drawing) json() json.RawMessage {
	return pick(d, nil, json.RawMessage(`{}`), json.RawMessage(`[1, "two"]`), json.RawMessage(`null`), json.RawMessage(dirtyJSON),
		json.RawMessage(`{"a":1,"a":2,"a\u0000":3}`), json.RawMessage(`"\ud800"`), json.RawMessage(`1e400`), json.RawMessage(`-1e-999999`),
		json.RawMessage(`1e999999`), json.RawMessage(`123456789012345678901234567890.5`), json.RawMessage("\"\xff\xfe\""), deep(2000), deep(6000),
		json.RawMessage(``), json.RawMessage(`{`), json.RawMessage(`{"a":}`), json.RawMessage(`'a'`), json.RawMessage("\x00"), json.RawMessage(`NaN`))
}

// anything draws a JSON value, or a Go value to be encoded as JSON.
func (d drawing) anything(depth int) any {
	switch {
	case depth > 0 && d.chance(20):
		return d.object()
	case depth > 0 && d.chance(20):
		return []any{d.anything(depth - 1), d.anything(depth - 1)}
	case d.chance(5):
		return pick[any](d, math.NaN(), math.Inf(1), func() {}, make(chan int), complex(1, 2), map[any]int{1: 1})
	case d.chance(30):
		return d.json()
	case d.chance(50):
		return pick[any](d, json.Number("1e400"), json.Number("1e-400"), json.Number("1"), json.Number("x' OR true"), int64(math.MaxInt64), uint64(math.MaxUint64),
			5e-324, math.MaxFloat64, []string{"a", "b"}, []byte{0xff}, time.Time{}, struct{ A string }{"a\x00"}, nil, []any{}, map[string]string{"": ""})
	}
	return d.text()
}

// fieldNames are names of metadata fields, exact and in another case.
var fieldNames = []string{
	"Type", "SOURCE", "source", "sourceID", "SourceId", "Scope", "Timestamp", "timestamp", "TAGS", "Tags", "tags", "documentID", "Position", "position",
}

func (d drawing) object() map[string]any {
	if d.chance(40) {
		return pick(d, nil, map[string]any{}, map[string]any{"a": nil}, map[string]any{"runId": "1"}, map[string]any{"secrets": map[string]any{"k\x00": "v"}})
	}
	object := map[string]any{}
	for range d.IntN(4) {
		key := d.text()
		if d.chance(20) {
			key = pick(d, fieldNames...)
		}
		object[key] = d.anything(1)
	}
	return object
}

// embed draws an Embed function, mostly one that works.
func (d drawing) embed() func(context.Context, []string) ([][]float32, error) {
	works := func(length int) func(context.Context, []string) ([][]float32, error) {
		return func(_ context.Context, texts []string) ([][]float32, error) {
			return slices.Repeat([][]float32{axis(length, 0)}, len(texts)), nil
		}
	}
	return pick(d, works(512), works(512), works(384), works(3), nil,
		func(context.Context, []string) ([][]float32, error) { return nil, nil },
		func(context.Context, []string) ([][]float32, error) { return nil, errors.New("no model") },
		func(_ context.Context, texts []string) ([][]float32, error) {
			return slices.Repeat([][]float32{with(axis(512, 0), float32(math.NaN()))}, len(texts)), nil
		})
}
