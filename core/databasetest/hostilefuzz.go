package databasetest

import (
	"encoding/binary"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/elizago/elizago/core"
)

// Fuzz is a fuzz target: it calls methods of all stores with the fuzzer's
// inputs, and checks the same properties as the suite.
//
//	func FuzzStores(f *testing.F) { databasetest.Fuzz(f, open(f)) }
//
// The database has the core tables and is for the exclusive use of the target.
func Fuzz(f *testing.F, db core.Database) {
	f.Helper()
	s := newStage(f, db)
	var methods []reflect.Method
	for _, some := range storeMethods() {
		methods = append(methods, some...)
	}
	slices.SortFunc(methods, func(a, b reflect.Method) int { return strings.Compare(a.Name, b.Name) })
	for i := range methods {
		f.Add(binary.LittleEndian.AppendUint64(nil, uint64(i)))
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		source := &inputSource{input, rand.NewPCG(uint64(len(input)), 0)}
		first := source.Uint64() // chooses the method, so that the seeds have each once
		source.more = rand.NewPCG(uint64(len(input)), first)
		method, d := methods[first%uint64(len(methods))], drawing{rand.New(source), s}
		s.try(t, d.call(method))
		s.readAll(t, method.Name)
	})
}

// inputSource is a random source that reads the fuzzer's input, then another
// source.
type inputSource struct {
	input []byte
	more  rand.Source
}

// Uint64 implements rand.Source.
func (s *inputSource) Uint64() uint64 {
	if len(s.input) < 8 {
		return s.more.Uint64()
	}
	number := binary.LittleEndian.Uint64(s.input)
	s.input = s.input[8:]
	return number
}
