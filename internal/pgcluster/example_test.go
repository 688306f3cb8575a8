package pgcluster_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"

	"github.com/elizago/elizago/internal/pgcluster"
)

func ExampleStart() {
	ctx := context.Background()
	parent, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(parent)

	cluster, err := pgcluster.Start(ctx, pgcluster.Config{Dir: filepath.Join(parent, "db")})
	if err != nil {
		panic(err)
	}
	defer cluster.Close(ctx)

	conn, err := pgx.Connect(ctx, cluster.URL())
	if err != nil {
		panic(err)
	}
	defer conn.Close(ctx)
	var answer int
	if err := conn.QueryRow(ctx, "SELECT 6 * 7").Scan(&answer); err != nil {
		panic(err)
	}
	fmt.Println(answer)
	// Output: 42
}

func ExampleSelect() {
	found := []pgcluster.Installation{
		{BinDir: "/usr/lib/postgresql/17/bin", Major: 17},
		{BinDir: "/usr/lib/postgresql/15/bin", Major: 15, HasVector: true},
	}
	in, _ := pgcluster.Select(found, 0)
	fmt.Println("a new cluster:", in.BinDir)

	_, err := pgcluster.Select(found, 14)
	var version *pgcluster.VersionError
	fmt.Println("an old one:", errors.As(err, &version), version.Installed)
	// Output:
	// a new cluster: /usr/lib/postgresql/15/bin
	// an old one: true [17 15]
}
