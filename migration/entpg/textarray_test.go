package entpg_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/elizago/elizago/migration/entpg"
)

func TestStringsValue(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		in   entpg.Strings
		want any
	}{
		{nil, nil},
		{entpg.Strings{}, "{}"},
		{entpg.Strings{""}, `{""}`},
		{entpg.Strings{"a", "NULL"}, `{"a","NULL"}`},
		{entpg.Strings{`"`, `\`, ",", "{}", " ", "\n", "é"}, "{\"\\\"\",\"\\\\\",\",\",\"{}\",\" \",\"\n\",\"é\"}"},
	} {
		got, err := test.in.Value()
		require.NoError(t, err)
		require.Equal(t, test.want, got)
	}
	_, err := entpg.Strings{"fine", "a\x00b"}.Value()
	require.EqualError(t, err, "entpg: element 1 of a text[] holds a zero byte, which PostgreSQL cannot store")
}

func TestStringsScan(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]entpg.Strings{
		"{}":                      {},
		"{a}":                     {"a"},
		"{a,b c}":                 {"a", "b c"},
		`{"a,b","c\"d","e\\f"}`:   {"a,b", `c"d`, `e\f`},
		`{NULL,"NULL",null}`:      {"", "NULL", "null"},
		`{"",x}`:                  {"", "x"},
		"{\"two\nlines\",\"{}\"}": {"two\nlines", "{}"},
	} {
		var got entpg.Strings
		require.NoError(t, got.Scan(in), in)
		require.Equal(t, want, got, in)
		require.NoError(t, got.Scan([]byte(in)), in)
		require.Equal(t, want, got, in)
	}
	var got entpg.Strings
	require.NoError(t, got.Scan(nil))
	require.Nil(t, got)
	for _, in := range []string{"", "a", "{", "}", "{a", "a}", "{a,}", "{,a}", "{,}", `{"a}`, `{"a"b}`, `{"a\`, `{{a}}`, `{"a\"}`} {
		require.Error(t, got.Scan(in), in)
	}
	require.EqualError(t, got.Scan(1), "entpg: cannot read a int as text[]")
}

func FuzzStrings(f *testing.F) {
	f.Add("a\x1fb,c\x1f\"\\{}")
	f.Add("")
	f.Fuzz(func(t *testing.T, joined string) {
		in := entpg.Strings(strings.Split(joined, "\x1f"))
		text, err := in.Value()
		if strings.Contains(joined, "\x00") {
			require.Error(t, err)
			return
		}
		require.NoError(t, err)
		var out entpg.Strings
		require.NoError(t, out.Scan(text))
		require.Equal(t, in, out)
	})
}

func FuzzStringsScan(f *testing.F) {
	f.Add(`{"a\"b",NULL,c}`)
	f.Fuzz(func(t *testing.T, text string) {
		var s entpg.Strings
		if s.Scan(text) != nil {
			return
		}
		again, err := s.Value()
		if err != nil {
			return // a zero byte, which PostgreSQL never sends
		}
		var back entpg.Strings
		require.NoError(t, back.Scan(again))
		require.Equal(t, s, back)
	})
}
