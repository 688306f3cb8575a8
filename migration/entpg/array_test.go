package entpg_test

import (
	"encoding/binary"
	"testing"

	"github.com/google/uuid"
	"github.com/pgvector/pgvector-go"
	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/migration/entpg"
)

func TestInt64s(t *testing.T) {
	t.Parallel()
	for want, in := range map[string]entpg.Int64s{
		"{}": {}, "{0}": {0}, "{-9223372036854775808,9223372036854775807}": {-1 << 63, 1<<63 - 1},
	} {
		got, err := in.Value()
		require.NoError(t, err)
		require.Equal(t, want, got)
		var back entpg.Int64s
		require.NoError(t, back.Scan([]byte(want)))
		require.Equal(t, in, back)
	}
	null, err := entpg.Int64s(nil).Value()
	require.NoError(t, err)
	require.Nil(t, null)
	got := entpg.Int64s{1}
	require.NoError(t, got.Scan(nil))
	require.Nil(t, got)
	require.NoError(t, got.Scan("{1,NULL,\"2\"}"))
	require.Equal(t, entpg.Int64s{1, 0, 2}, got)
	for _, in := range []string{"", "{x}", "{1.5}", "{9223372036854775808}", "{{1}}", "{1,}", "{1"} {
		require.Error(t, got.Scan(in), in)
	}
	require.EqualError(t, got.Scan(1), "entpg: cannot read a int as bigint[]")
}

func TestUUIDs(t *testing.T) {
	t.Parallel()
	a, b := uuid.New(), uuid.New()
	in := entpg.UUIDs{a, b}
	text, err := in.Value()
	require.NoError(t, err)
	require.Equal(t, "{"+a.String()+","+b.String()+"}", text)
	var got entpg.UUIDs
	require.NoError(t, got.Scan(text))
	require.Equal(t, in, got)
	require.NoError(t, got.Scan("{NULL}"))
	require.Equal(t, entpg.UUIDs{uuid.Nil}, got)
	require.NoError(t, got.Scan("{}"))
	require.Equal(t, entpg.UUIDs{}, got)
	require.ErrorContains(t, got.Scan("{x}"), "malformed element")
	require.EqualError(t, got.Scan(1), "entpg: cannot read a int as uuid[]")
	require.NoError(t, got.Scan(nil))
	require.Nil(t, got)
	null, err := got.Value()
	require.NoError(t, err)
	require.Nil(t, null)
}

func TestSparse(t *testing.T) {
	t.Parallel()
	for _, vector := range [][]float32{{0, 0, 0}, {1}, {0, -1.5, 0, 2}} {
		in := entpg.Sparse{SparseVector: pgvector.NewSparseVector(vector)}
		text, err := in.Value()
		require.NoError(t, err)
		var got entpg.Sparse
		require.NoError(t, got.Scan(text))
		require.Equal(t, vector, got.Slice())
		require.NoError(t, got.Scan([]byte(text.(string))))
		require.Equal(t, vector, got.Slice())
	}
	got := entpg.Sparse{SparseVector: pgvector.NewSparseVector([]float32{1})}
	require.NoError(t, got.Scan(nil))
	require.Zero(t, got)
	for _, in := range []string{"", "x", "{}", "{}/x", "/3", "{1}/3", "{1:x}/3", "{1:1}"} {
		require.ErrorContains(t, got.Scan(in), "is not a sparse vector", in)
	}
	require.EqualError(t, got.Scan(1), "entpg: cannot read a int as sparsevec")
}

func FuzzInt64s(f *testing.F) {
	f.Add([]byte("0123456789abcdef"))
	f.Fuzz(func(t *testing.T, data []byte) {
		in := entpg.Int64s{}
		for ; len(data) >= 8; data = data[8:] {
			in = append(in, int64(binary.BigEndian.Uint64(data)))
		}
		text, err := in.Value()
		require.NoError(t, err)
		var out entpg.Int64s
		require.NoError(t, out.Scan(text))
		require.Equal(t, in, out)
	})
}

// A scan of any text does not panic, and a scanned value survives a round trip.
func FuzzArrayScan(f *testing.F) {
	f.Add(`{1,NULL,"2"}`)
	f.Add("{00000000-0000-0000-0000-000000000001}")
	f.Add("{1:2,3:4}/5")
	f.Add("{}/5")
	f.Fuzz(func(t *testing.T, text string) {
		var numbers, numbersBack entpg.Int64s
		if numbers.Scan(text) == nil {
			again, err := numbers.Value()
			require.NoError(t, err)
			require.NoError(t, numbersBack.Scan(again))
			require.Equal(t, numbers, numbersBack)
		}
		var ids, idsBack entpg.UUIDs
		if ids.Scan(text) == nil {
			again, err := ids.Value()
			require.NoError(t, err)
			require.NoError(t, idsBack.Scan(again))
			require.Equal(t, ids, idsBack)
		}
		var sparse entpg.Sparse
		_ = sparse.Scan(text) // must not panic
	})
}
