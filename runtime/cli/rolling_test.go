package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	"go.uber.org/fx"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/pgtest"
)

// diary is a plugin that writes a row for each message. Its newer version has
// another table, a column and an index more, a text without limit, and a check that
// allows more.
func diary(newer bool) fx.Option {
	id := func() *schema.Column {
		return &schema.Column{Name: "id", Type: field.TypeUUID, Default: schema.Expr("gen_random_uuid()")}
	}
	key := id()
	words := &schema.Column{Name: "words", Type: field.TypeString, SchemaType: map[string]string{"postgres": "varchar(40)"}}
	entries := &schema.Table{Name: "entries", Columns: []*schema.Column{key, words}, PrimaryKey: []*schema.Column{key}}
	tables, insert := []*schema.Table{entries}, "INSERT INTO test_diary.entries (words) VALUES ($1)"
	if newer {
		words.SchemaType = map[string]string{"postgres": "text"}
		entries.Columns = append(entries.Columns, &schema.Column{Name: "mood", Type: field.TypeString, Size: 1 << 30, Nullable: true})
		entries.Indexes = []*schema.Index{{Name: "entries_words", Columns: []*schema.Column{words}}}
		other := id()
		tables = append(tables, &schema.Table{Name: "chapters", Columns: []*schema.Column{other}, PrimaryKey: []*schema.Column{other}})
		insert = "INSERT INTO test_diary.entries (words, mood) VALUES ($1, 'new')"
	}
	return fx.Provide(fx.Annotate(func() *core.Plugin {
		return &core.Plugin{
			Name: "@test/diary", Schema: &core.Schema{Tables: tables},
			Providers: []core.Provider{{Name: "DIARY", Get: func(ctx context.Context, call core.ProviderCall) (*core.ProviderResult, error) {
				_, err := call.Runtime.Database().Pool().ExecContext(ctx, insert, call.Message.Content.Text)
				return &core.ProviderResult{}, err
			}}},
		}
	}, fx.ResultTags(core.PluginGroup)))
}

// talker is a program that runs, one line a message.
type talker struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	replies *bufio.Scanner
	stderr  bytes.Buffer
}

// talk starts a program on a database, in a room of its own.
func talk(t *testing.T, program, url, room string, flags ...string) *talker {
	t.Helper()
	path, err := exec.LookPath(program)
	require.NoError(t, err)
	p := &talker{cmd: exec.Command(path, append([]string{"start", "--json", "--user", "grace", "--room", room}, flags...)...)}
	p.cmd.Dir = t.TempDir()
	p.cmd.Env = append(os.Environ(), "POSTGRES_URL="+url, "LOG_LEVEL=warn")
	p.cmd.Stderr = &p.stderr
	p.in, err = p.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	p.replies = bufio.NewScanner(out)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() {
		if p.cmd.ProcessState == nil {
			_ = p.cmd.Process.Kill()
			_ = p.cmd.Wait()
		}
	})
	return p
}

// say wants an answer to a message.
func (p *talker) say(t *testing.T, text string) {
	t.Helper()
	_, err := io.WriteString(p.in, text+"\n")
	require.NoError(t, err)
	require.True(t, p.replies.Scan(), "no answer to %q", text)
	var reply struct{ Text string }
	require.NoError(t, json.Unmarshal(p.replies.Bytes(), &reply))
	require.NotEmpty(t, reply.Text)
}

// end ends the conversation, and returns what the program logged.
func (p *talker) end(t *testing.T) string {
	t.Helper()
	require.NoError(t, p.in.Close())
	require.False(t, p.replies.Scan(), "an answer to nothing: %s", p.replies.Text())
	require.NoError(t, p.cmd.Wait(), &p.stderr)
	return p.stderr.String()
}

// Two versions of a program are restarted in turn on one database, while the other
// one answers: no message is lost, none refused, and the tables stay the newer's.
func TestRollingRestart(t *testing.T) {
	t.Parallel()
	url := pgtest.Database(t)
	said := 0
	say := func(programs ...*talker) {
		t.Helper()
		for range 2 {
			for _, p := range programs {
				said++
				p.say(t, fmt.Sprintf("message number %d", said))
			}
		}
	}
	running := talk(t, "older", url, "0")
	say(running)
	for round := 1; round <= 4; round++ {
		program := "newer"
		if round%2 == 0 {
			program = "older"
		}
		next := talk(t, program, url, fmt.Sprint(round))
		say(next, running)
		log := running.end(t)
		require.NotContains(t, log, "ERROR")
		if round > 1 && program == "newer" {
			require.Contains(t, log, "a newer version of this program has migrated the database")
			for _, words := range []string{"drop column test_diary.entries.mood", "drop table test_diary.chapters", "`older migrate apply --force`"} {
				require.Contains(t, log, words)
			}
		} else {
			require.Empty(t, log)
		}
		running = next
	}
	strict := talk(t, "older", url, "strict", "--strict")
	require.Error(t, strict.cmd.Wait())
	require.Contains(t, strict.stderr.String(), "start the newer version, or this one without --strict")
	running.end(t)

	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	defer db.Close()
	count := func(query string) (n int) {
		t.Helper()
		require.NoError(t, db.QueryRowContext(t.Context(), query).Scan(&n))
		return n
	}
	require.Equal(t, said, count("SELECT count(DISTINCT content ->> 'text') FROM memories WHERE content ->> 'text' LIKE 'message number %' AND agent_id <> entity_id"))
	require.Equal(t, said, count("SELECT count(*) FROM memories WHERE content ->> 'inReplyTo' IS NOT NULL"))
	require.Equal(t, said, count("SELECT count(DISTINCT words) FROM test_diary.entries"))
	require.Equal(t, 2, count("SELECT count(*) FROM migrations.runs WHERE outcome <> 'refused'"))

	newer := talk(t, "newer", url, "last", "--full")
	newer.say(t, "hello")
	require.Empty(t, newer.end(t))
}
