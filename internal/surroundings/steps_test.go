package surroundings

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// said is what the user says, in letters that only UTF-8 has together. The search
// finds it, in another room and by another process.
const (
	said      = "I wrote a song about my naïve sailing boat 日本語 🙂"
	asked     = "Do you remember my sailing boat?"
	preferred = "I prefer dark theme"
)

// works tries everything, each step in a process of its own.
func (s *scene) works(t *testing.T, r row, result *result) {
	t.Helper()
	s.wellExamined(t)
	o := s.run(t, "migrate", "apply")
	require.Zero(t, o.code, o)
	result.migrate = works
	for _, message := range []string{said, preferred} {
		o = s.run(t, "start", "--message", message)
		require.Zero(t, o.code, o)
		require.NotEmpty(t, strings.TrimSpace(o.out), o)
		s.warned(t, r, o)
	}
	require.Contains(t, o.out, "dark", o)
	o = s.run(t, "start", "--message", "What do I prefer?")
	require.Contains(t, o.out, "dark", o)
	result.start = works

	o = s.run(t, "start", "--room", "other", "--message", asked)
	require.Zero(t, o.code, o)
	require.Contains(t, o.out, said, o)
	s.warned(t, r, o)
	result.search = works

	if !r.unchecked {
		o = s.run(t, "migrate", "check")
		require.Zero(t, o.code, o)
	}
	s.wellExamined(t)
	result.doctor = works

	o = s.run(t, "db", "dump", "saved.dump")
	require.Zero(t, o.code, o)
	saved, err := os.ReadFile(s.file("saved.dump"))
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(saved), "PGDMP"), "no dump")
	result.dump = works
}

// wellExamined runs doctor, which finds nothing.
func (s *scene) wellExamined(t *testing.T) {
	t.Helper()
	o := s.run(t, "doctor")
	require.Zero(t, o.code, o)
	require.Contains(t, o.out, "All is well.", o)
}

// warned checks that a start warned of what it should, and of nothing else.
func (s *scene) warned(t *testing.T, r row, o outcome) {
	t.Helper()
	if r.warns == "" {
		require.Empty(t, o.err, o)
		return
	}
	require.Len(t, strings.Split(strings.TrimSpace(o.err), "\n"), 1, o)
	require.Contains(t, o.err, r.warns, o)
}

// refused checks that doctor, migrate and start refuse with the same words, and
// that nothing is written. It returns the words.
func (s *scene) refused(t *testing.T, r row, result *result) string {
	t.Helper()
	before := s.relations(t)
	examined := s.run(t, "doctor")
	require.Equal(t, 1, examined.code, examined)
	_, finding, found := strings.Cut(examined.out, "MISSING  ")
	require.True(t, found, examined)
	finding, _, _ = strings.Cut(finding, "\n")
	applied := s.run(t, "migrate", "apply")
	started := s.run(t, "start", "--message", said)
	for _, o := range []outcome{applied, started} {
		require.Equal(t, 1, o.code, o)
		require.Empty(t, o.out, o)
		require.Equal(t, finding, strings.TrimPrefix(strings.TrimSpace(o.err), "elizago: "), o)
	}
	require.Contains(t, finding, r.refused)
	require.NotContains(t, finding, "defect of elizago")
	require.Equal(t, before, s.relations(t), "a refused start has written")
	result.refused = finding
	return finding
}

// relations lists the tables, with their number of rows where there are any.
func (s *scene) relations(t *testing.T) string {
	t.Helper()
	if s.admin == "" {
		return "" // there is no database
	}
	return query[string](t, s, `SELECT coalesce(string_agg(c.oid::regclass || ' ' || c.relfilenode, ', ' ORDER BY c.oid), '')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'`)
}

// advised returns the statement that the words advise, between two marks, of which
// the second may be their end, "".
func advised(t *testing.T, words, after, before string) string {
	t.Helper()
	_, statement, found := strings.Cut(words, after)
	require.True(t, found, words)
	if before != "" {
		statement, _, found = strings.Cut(statement, before)
		require.True(t, found, words)
	}
	return statement
}
