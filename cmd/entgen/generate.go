package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
	"golang.org/x/mod/modfile"
)

// features are ent's optional features that the project relies on. Qualified
// queries ("public"."agents") need none: ent enables them if every schema names
// its namespace, which compose enforces.
var features = []gen.Feature{
	gen.FeatureUpsert,    // ON CONFLICT
	gen.FeatureLock,      // SELECT ... FOR UPDATE SKIP LOCKED
	gen.FeatureExecQuery, // plain SQL in the client's transaction
}

// run generates the client of the schemas in schemaDir into targetDir. Both are
// directories, relative to the working directory or absolute.
func run(schemaDir, targetDir string) error {
	if info, err := os.Stat(schemaDir); err != nil || !info.IsDir() {
		return fmt.Errorf("%s is no folder: give the folder with the ent schemas first, for example ./schema", schemaDir)
	}
	target, err := filepath.Abs(targetDir)
	if err != nil {
		return fmt.Errorf("find %s: %w", targetDir, err)
	}
	pkg, err := importPath(target)
	if err != nil {
		return err
	}
	cfg := &gen.Config{
		Target:   target,
		Package:  pkg,
		Features: features,
		Hooks:    []gen.Hook{compose},
	}
	// A pattern without a leading ./ would be an import path.
	if !filepath.IsAbs(schemaDir) {
		schemaDir = "./" + path.Clean(filepath.ToSlash(schemaDir))
	}
	// ent formats its files concurrently with goimports, which guesses an
	// import from neighbouring files and may read one that is half written. One
	// at a time, the output is deterministic.
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if err := entc.Generate(schemaDir, cfg); err != nil {
		return fmt.Errorf("generate %s from %s: %w", targetDir, schemaDir, err)
	}
	return nil
}

// importPath returns the import path of dir, which need not exist, by the
// nearest go.mod above it.
func importPath(dir string) (string, error) {
	for root := dir; ; root = filepath.Dir(root) {
		text, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if os.IsNotExist(err) {
			if root == filepath.Dir(root) {
				return "", fmt.Errorf("no go.mod in %s or above it: run \"go mod init\" first", dir)
			}
			continue
		}
		if err != nil {
			return "", fmt.Errorf("read go.mod: %w", err)
		}
		module := modfile.ModulePath(text)
		if module == "" {
			return "", fmt.Errorf("%s names no module", filepath.Join(root, "go.mod"))
		}
		rel := filepath.ToSlash(strings.TrimPrefix(dir, root))
		return path.Join(module, rel), nil
	}
}
