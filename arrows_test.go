package elizago_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/elizago/elizago"

// arrow allows packages that match from to import those that match to. A
// pattern is a path in the module; a * stands for one part of it, and /... for
// everything below. In to, {} is what the first * of from stood for.
type arrow struct {
	from string
	to   []string
}

// arrows are all imports that are allowed between packages of this project. An
// import that is not here is against the architecture: see docs/architecture.md
// before adding one.
var arrows = []arrow{
	// The domain imports nothing.
	{"core", nil},
	{"core/databasetest", []string{"core"}},

	// Schemas say what ent cannot with entpg, and core's types are their JSON
	// columns. What is generated from them imports the same.
	{"migration/entpg", []string{"core"}},
	{"ent/schema", []string{"core", "migration/entpg"}},
	{"ent", []string{"core", "migration/entpg", "ent/..."}},
	{"ent/...", []string{"core", "migration/entpg", "ent/..."}},
	{"plugins/*/schema", []string{"core", "migration/entpg"}},
	{"plugins/*/ent", []string{"core", "migration/entpg", "plugins/{}/ent/...", "plugins/{}/schema"}},
	{"plugins/*/ent/...", []string{"core", "migration/entpg", "plugins/{}/ent/...", "plugins/{}/schema"}},

	// The engine knows plugins by core's types alone.
	{"migration", []string{"core", "migration/plan", "migration/internal/...", "internal/pgerr"}},
	{"migration/plan", nil},
	{"migration/internal/planner", []string{"migration/plan", "migration/internal/desired", "migration/internal/catalog"}},
	{"migration/internal/catalog", nil},
	{"migration/internal/desired", []string{"core", "migration/entpg", "migration/internal/catalog", "internal/toposort"}},

	// A plugin knows core and itself. The adapter alone knows how to connect.
	{"plugins/*", []string{"core", "plugins/{}/..."}},
	{"plugins/sql", []string{"core", "ent/...", "internal/config", "internal/pgcluster", "internal/pgerr", "internal/pgpool", "plugins/sql/internal/..."}},
	{"plugins/sql/internal/background", nil},
	{"plugins/sql/internal/badrow", []string{"plugins/sql/internal/value"}},
	{"plugins/sql/internal/identity", []string{"core", "plugins/sql/internal/pgtx", "plugins/sql/internal/value"}},
	{"plugins/sql/internal/pgcopy", nil},
	{"plugins/sql/internal/pgtx", []string{"core", "ent", "internal/pgerr", "internal/pgpool", "plugins/sql/internal/value"}},
	{"plugins/sql/internal/runs", []string{"core", "internal/pgerr", "plugins/sql/internal/badrow", "plugins/sql/internal/pgtx", "plugins/sql/internal/value"}},
	{"plugins/sql/internal/search", []string{"core", "internal/pgerr", "plugins/sql/internal/background", "plugins/sql/internal/pgtx", "plugins/sql/internal/value"}},
	{"plugins/sql/internal/value", []string{"core"}},

	{"runtime", []string{"core", "migration", "internal/pgerr", "internal/toposort"}},
	{"runtime/cli", []string{"core", "migration", "migration/plan", "runtime", "internal/config"}},

	{"internal/config", nil},
	{"internal/pgerr", nil},
	{"internal/toposort", nil},
	{"internal/pgcluster", []string{"internal/pgerr"}},
	{"internal/pgpool", []string{"internal/pgcluster", "internal/pgerr"}},
	{"internal/pgtest", []string{"internal/pgcluster"}},

	{"internal/chaos", nil}, // its tests are an outsider's
	{"internal/surroundings", nil},
	{"internal/agenttest", []string{"core", "runtime", "plugins/sql", "internal/pgtest"}},

	{"cmd/elizago", []string{"runtime/cli", "plugins/*"}},
	{"cmd/entgen", []string{"core", "migration/entpg"}},

	{"bench/...", []string{"..."}},
	{"", nil},
}

// An import against the arrows fails, and so does an arrow that no import
// needs: it would allow one that was not decided.
func TestArrows(t *testing.T) {
	t.Parallel()
	needed := make(map[[2]int]bool) // of an arrow, one of those it leads to
	for _, pkg := range listPackages(t) {
		from := inModule(pkg.ImportPath)
		rule := slices.IndexFunc(arrows, func(a arrow) bool { _, ok := match(a.from, from); return ok && !moreExact(from, a) })
		if rule < 0 {
			t.Errorf("package %s stands in no arrow: say in arrows_test.go and docs/architecture.md what it may import", from)
			continue
		}
		star, _ := match(arrows[rule].from, from)
		for _, imported := range pkg.Imports {
			if imported != module && !strings.HasPrefix(imported, module+"/") {
				continue
			}
			to := inModule(imported)
			allowed := false
			for i, pattern := range arrows[rule].to {
				if _, ok := match(strings.ReplaceAll(pattern, "{}", star), to); ok {
					allowed, needed[[2]int{rule, i}] = true, true
				}
			}
			if !allowed {
				t.Errorf("package %s imports %s, which is against the arrows: it may import %v", from, to, arrows[rule].to)
			}
		}
	}
	for rule, a := range arrows {
		if strings.Contains(a.from, "*") || strings.HasSuffix(a.from, "...") {
			continue // also for packages that are yet to come
		}
		for i, to := range a.to {
			if !needed[[2]int{rule, i}] {
				t.Errorf("no package of %s imports %s: remove it from the arrow", a.from, to)
			}
		}
	}
}

// moreExact reports that another arrow names the package without a pattern.
func moreExact(from string, a arrow) bool {
	return a.from != from && slices.ContainsFunc(arrows, func(other arrow) bool { return other.from == from })
}

func TestMatch(t *testing.T) {
	t.Parallel()
	tests := []struct {
		pattern, pkg, star string
		ok                 bool
	}{
		{"core", "core", "", true},
		{"core", "core/x", "", false},
		{"plugins/*", "plugins/sql", "sql", true},
		{"plugins/*", "plugins/sql/x", "", false},
		{"plugins/*/ent/...", "plugins/a/ent/b", "a", true},
		{"plugins/*/ent/...", "plugins/a/ent/b/c", "a", true},
		{"ent/...", "ent", "", true},
		{"...", "anything/at/all", "", true},
	}
	for _, tt := range tests {
		star, ok := match(tt.pattern, tt.pkg)
		require.Equal(t, tt.ok, ok, "%s on %s", tt.pattern, tt.pkg)
		require.Equal(t, tt.star, star, "%s on %s", tt.pattern, tt.pkg)
	}
}

// match reports whether a pattern fits a package, and what * stood for.
func match(pattern, pkg string) (star string, ok bool) {
	if pattern == "..." {
		return "", true
	}
	exact, below := strings.CutSuffix(pattern, "/...")
	parts := strings.Split(pkg, "/")
	want := strings.Split(exact, "/")
	if len(parts) < len(want) || (!below && len(parts) != len(want)) {
		return "", false
	}
	for i, part := range want {
		if part == "*" {
			star = parts[i]
		} else if part != parts[i] {
			return "", false
		}
	}
	return star, true
}

func inModule(importPath string) string {
	return strings.TrimPrefix(strings.TrimPrefix(importPath, module), "/")
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

// listPackages asks the go command, so that build tags and modules are as in a
// real build. Imports of tests are not among them: a test may use any package.
func listPackages(t *testing.T) []goPackage {
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", path.Join(module, "..."))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoError(t, err, stderr.String())
	var packages []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg goPackage
		err := decoder.Decode(&pkg)
		if errors.Is(err, io.EOF) {
			return packages
		}
		require.NoError(t, err)
		packages = append(packages, pkg)
	}
}
