package main

import (
	"container/heap"
	"slices"
)

// hit is a stored vector by its number, and its inner product with a query,
// which for vectors of length 1 orders as cosine similarity does.
type hit struct {
	number     int
	similarity float64
}

// leastFirst is a heap of hits with the worst on top.
type leastFirst []hit

func (h leastFirst) Len() int           { return len(h) }
func (h leastFirst) Less(i, j int) bool { return h[i].similarity < h[j].similarity }
func (h leastFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *leastFirst) Push(x any)        { *h = append(*h, x.(hit)) }
func (h *leastFirst) Pop() any {
	last := len(*h) - 1
	popped := (*h)[last]
	*h = (*h)[:last]
	return popped
}

// nearest returns the numbers of the k nearest stored vectors that keep
// accepts. It compares all of them and is the reference for recall.
func nearest(stored [][]float32, query []float32, k int, keep func(number int) bool) []int {
	best := leastFirst{}
	for number, vector := range stored {
		if keep != nil && !keep(number) {
			continue
		}
		similarity := product(vector, query)
		switch {
		case best.Len() < k:
			heap.Push(&best, hit{number, similarity})
		case similarity > best[0].similarity:
			best[0] = hit{number, similarity}
			heap.Fix(&best, 0)
		}
	}
	numbers := make([]int, len(best))
	for i, h := range best {
		numbers[i] = h.number
	}
	return numbers
}

func product(a, b []float32) float64 {
	sum := float32(0)
	for i := range a {
		sum += a[i] * b[i]
	}
	return float64(sum)
}

// recall returns the fraction of the true neighbours of all queries that was
// found.
func recall(found, truth [][]int) float64 {
	have, want := 0, 0
	for i, numbers := range truth {
		want += len(numbers)
		if i >= len(found) {
			continue
		}
		for _, number := range numbers {
			if slices.Contains(found[i], number) {
				have++
			}
		}
	}
	if want == 0 {
		return 0
	}
	return float64(have) / float64(want)
}

// fewest returns the least number of rows that a query returned.
func fewest(found [][]int) int {
	least := -1
	for _, numbers := range found {
		if least < 0 || len(numbers) < least {
			least = len(numbers)
		}
	}
	return max(least, 0)
}
