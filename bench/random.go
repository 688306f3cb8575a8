package main

import "math"

// dimensions is the length of all vectors here.
const dimensions = 384

// random is the generator mulberry32, also implemented in peer/common.mjs, so
// that both sides work on the same vectors.
type random struct{ state uint32 }

func newRandom(seed uint32) *random { return &random{seed} }

// next returns a number in [0, 1).
func (r *random) next() float64 {
	r.state += 0x6d2b79f5
	x := r.state
	x = (x ^ x>>15) * (x | 1)
	x ^= x + (x^x>>7)*(x|61)
	return float64(x^x>>14) / (1 << 32)
}

// direction returns a vector of length 1 with uniform components before
// scaling.
func (r *random) direction() []float64 {
	v := make([]float64, dimensions)
	for i := range v {
		v[i] = r.next()*2 - 1
	}
	return scaled(v)
}

// near returns a unit vector in the direction of v plus noise of the given
// length.
func (r *random) near(v []float64, noise float64) []float64 {
	moved := r.direction()
	for i := range moved {
		moved[i] = v[i] + noise*moved[i]
	}
	return scaled(moved)
}

func scaled(v []float64) []float64 {
	sum := 0.0
	for _, x := range v {
		sum += x * x
	}
	length := math.Sqrt(sum)
	for i := range v {
		v[i] /= length
	}
	return v
}

// Seeds of the random data.
const (
	createSeed = 1
	storedSeed = 2
	centreSeed = 7
	querySeed  = 99
)

// Clustered data: each vector is a centre plus noise, each query a stored
// vector plus less noise.
const (
	centres     = 200
	storedNoise = 0.5
	queryNoise  = 0.2
)

// dataset is the data of a search.
type dataset struct {
	Stored, Queries [][]float32
	// Group is which fifth of the centres each stored vector is near to. Nil:
	// there are no centres.
	Group []int
}

// groups is how many groups of centres there are.
const groups = 5

// group returns the group of a stored vector.
func (d dataset) group(number int) int {
	if d.Group == nil {
		return 0
	}
	return d.Group[number]
}

// newDataset draws vectors of a kind, "uniform" or "clustered". The queries on
// uniform vectors are further uniform ones, as in the peer's own benchmark.
func newDataset(kind string, rows, queries int) dataset {
	drawn, asked := newRandom(storedSeed), newRandom(querySeed)
	if kind == "uniform" {
		return dataset{
			Stored:  repeat(rows, drawn.direction),
			Queries: repeat(queries, asked.direction),
		}
	}
	middle := newRandom(centreSeed)
	all := make([][]float64, centres)
	for i := range all {
		all[i] = middle.direction()
	}
	stored, group := make([][]float64, rows), make([]int, rows)
	for i := range stored {
		centre := int(drawn.next() * centres)
		stored[i], group[i] = drawn.near(all[centre], storedNoise), centre*groups/centres
	}
	return dataset{
		Group:   group,
		Stored:  repeat(rows, func() func() []float64 { i := -1; return func() []float64 { i++; return stored[i] } }()),
		Queries: repeat(queries, func() []float64 { return asked.near(stored[int(asked.next()*float64(rows))], queryNoise) }),
	}
}

// repeat calls draw n times, and returns the results in pgvector's precision.
func repeat(n int, draw func() []float64) [][]float32 {
	vectors := make([][]float32, n)
	for i := range vectors {
		vector := make([]float32, dimensions)
		for j, x := range draw() {
			vector[j] = float32(x)
		}
		vectors[i] = vector
	}
	return vectors
}
