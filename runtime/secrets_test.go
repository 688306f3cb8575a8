package runtime_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"github.com/elizago/elizago/core"
	"github.com/elizago/elizago/internal/agenttest"
	"github.com/elizago/elizago/internal/pgtest"
	"github.com/elizago/elizago/plugins/bootstrap"
	"github.com/elizago/elizago/plugins/sql"
	"github.com/elizago/elizago/runtime"
)

func TestSecretsAreFoundInEveryForm(t *testing.T) {
	t.Parallel()
	const secret = `sk-p/4"x&y=z+ö w`
	s := runtime.NewSecrets()
	s.Add(secret, "", "abc", "true", "5432", "s3cret-longer", "s3cret")
	inJSON, err := json.Marshal(map[string]string{"key": secret})
	require.NoError(t, err)
	for name, text := range map[string]string{
		"plain": secret, "JSON": string(inJSON), "quoted": fmt.Sprintf("%q", secret),
		"query": url.QueryEscape(secret), "path": url.PathEscape(secret), "lower": strings.ToLower(url.QueryEscape("/")) + url.QueryEscape(secret),
		"base64": base64.StdEncoding.EncodeToString([]byte(secret)), "URL base64": base64.URLEncoding.EncodeToString([]byte(secret)),
		"basic": base64.StdEncoding.EncodeToString([]byte("me:" + secret)), "basic 2": base64.StdEncoding.EncodeToString([]byte("you:" + secret + "!")),
		"basic 3": base64.RawURLEncoding.EncodeToString([]byte("user:" + secret)),
	} {
		got := s.Redact("before " + text + " after")
		require.Contains(t, got, "***", name)
		require.NotContains(t, got, "sk-p", name)
		require.NotContains(t, got, text, name)
		require.True(t, strings.HasPrefix(got, "before ") && strings.HasSuffix(got, " after"), name)
	}
	require.Equal(t, "abc true 5432 *** ***", s.Redact("abc true 5432 s3cret-longer s3cret"))
	require.Equal(t, "postgres://***@host/db", s.Redact("postgres://me:unknown@host/db"))
	require.Equal(t, "write it as postgres://user:password@host", s.Redact("write it as postgres://user:password@host"))
	require.Equal(t, 3, s.Begun([]byte("text s3c")))
	require.Equal(t, 0, s.Begun([]byte("text ")))
}

// hostile is text with secrets that an action fails with.
func failing(text func(rt core.Runtime) string) *core.Plugin {
	return &core.Plugin{Name: "@test/leaks", Providers: []core.Provider{{
		Name: "LEAKS", Get: func(_ context.Context, call core.ProviderCall) (*core.ProviderResult, error) {
			call.Runtime.Logger().Warn("called with "+text(call.Runtime), zap.Any("with", map[string]any{"in": text(call.Runtime)}),
				zap.Stringers("list", []fmt.Stringer{said(text(call.Runtime))}), zap.Int("n", 7))
			return nil, errors.New(text(call.Runtime))
		},
	}}}
}

type said string

func (s said) String() string { return string(s) }

// What an action or provider says in an error is nowhere to be read: neither in
// the log nor in the table of logs.
func TestNoSecretOfTheProgramIsLoggedOrStored(t *testing.T) {
	t.Parallel()
	seen, logged := observer.New(zapcore.DebugLevel)
	model, _ := agenttest.Answering("<response><text>Hello</text></response>")
	leaks := failing(func(rt core.Runtime) string {
		all := []string{}
		for _, name := range []string{"DEMO_API_KEY", "PEPPER", "SALTY", "STORED"} {
			value, _ := rt.Setting(name)
			all = append(all, value, url.QueryEscape(value))
		}
		return strings.Join(all, " ")
	})
	database := pgtest.Database(t)
	rt, err := runtime.New(runtime.Config{
		Plugins: []*core.Plugin{sql.New(sql.Config{URL: database, SecretSalt: "salt of the tests"}), bootstrap.New(), model, leaks},
		Characters: []*core.Character{{
			Name: "Ada", Secrets: map[string]string{"PEPPER": "pepper/1"}, Settings: map[string]any{"secrets": map[string]any{"SALTY": "cumin&2"}},
		}},
		Lookup: func(name string) (string, bool) { return "sk-ginger/3", name == "DEMO_API_KEY" },
		Logger: zap.New(seen),
	})
	require.NoError(t, err)
	require.NoError(t, rt.Start(t.Context()))
	defer func() { require.NoError(t, rt.Stop(t.Context())) }()
	_, err = rt.Agents()[0].Handle(t.Context(), runtime.Message{Text: "go"})
	require.NoError(t, err)
	require.NoError(t, rt.Settle(t.Context()))
	var text strings.Builder
	for _, entry := range logged.All() {
		line, err := json.Marshal(entry.ContextMap())
		require.NoError(t, err)
		fmt.Fprintln(&text, entry.Message, string(line))
	}
	for _, entries := range entries(t, rt.Agents()[0]) {
		fmt.Fprintln(&text, entries)
	}
	require.Contains(t, text.String(), "called with ***")
	require.Contains(t, text.String(), `"n":7`)
	for _, secret := range []string{"pepper", "cumin", "ginger"} {
		require.NotContains(t, text.String(), secret)
	}
}
