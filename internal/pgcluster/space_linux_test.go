package pgcluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func init() { roles["small"] = onSmallDisk }

// The disks are small ones in memory, mounted in a namespace of the test's
// own, which ordinary users may make too.
func TestFullAndReadOnlyDisks(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	require.NoError(t, os.Mkdir(dir, 0o700))
	cmd := role(t, "small", dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}},
	}
	out, err := cmd.Output()
	if len(out) == 0 && err != nil {
		// A container that allows no namespaces: there the two tests of what
		// comes before and after a full disk have to do.
		require.False(t, namespacesWork(t), "%v", err)
		return
	}
	require.NoError(t, err, string(out))
	require.Equal(t, "all as expected\n", string(out))
}

// onSmallDisk runs in the namespace.
func onSmallDisk(dir string) error {
	ctx := context.Background()
	mount := func(at, size string) error {
		if err := os.MkdirAll(at, 0o700); err != nil {
			return err
		}
		return unix.Mount("tmpfs", at, "tmpfs", 0, "mode=0700,size="+size)
	}
	tiny, small, sealed := filepath.Join(dir, "tiny"), filepath.Join(dir, "small"), filepath.Join(dir, "sealed")
	if err := errors.Join(mount(tiny, "12m"), mount(small, "100m"), mount(sealed, "1m")); err != nil {
		return err
	}

	// The disk fills up while initdb runs.
	_, err := Start(ctx, Config{Dir: tiny, need: 1})
	var tooFull *SpaceError
	if !errors.As(err, &tooFull) || tooFull.Need != 0 {
		return fmt.Errorf("initdb on a full disk: %w", err)
	}
	if left, _ := filepath.Glob(filepath.Join(tiny, "pgdata*")); len(left) > 0 {
		return fmt.Errorf("initdb on a full disk left %v", left)
	}

	// The disk is full when the server starts, and later it is not.
	c, err := Start(ctx, Config{Dir: small})
	if err != nil {
		return err
	}
	if err := c.Close(ctx); err != nil {
		return err
	}
	ballast := filepath.Join(small, "pgdata", "ballast")
	free, _ := freeSpace(small)
	if err := os.WriteFile(ballast, make([]byte, free), 0o600); err != nil {
		return err
	}
	if _, err = Start(ctx, Config{Dir: small}); !errors.As(err, &tooFull) || !strings.Contains(err.Error(), "no space left on the disk of "+small) {
		return fmt.Errorf("a start on a full disk: %w", err)
	}
	if err := os.Remove(ballast); err != nil {
		return err
	}
	if c, err = Start(ctx, Config{Dir: small}); err != nil {
		return fmt.Errorf("after space was made: %w", err)
	}
	if err := c.Close(ctx); err != nil {
		return err
	}

	if err := unix.Mount("", sealed, "", unix.MS_REMOUNT|unix.MS_RDONLY, ""); err != nil {
		return err
	}
	for _, dir := range []string{sealed, filepath.Join(sealed, "new")} {
		_, err = Start(ctx, Config{Dir: dir})
		var refused *AccessError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), "is on a read-only file system: set PGLITE_DATA_DIR to") {
			return fmt.Errorf("a start on a read-only disk: %w", err)
		}
	}
	fmt.Println("all as expected")
	return nil
}
