package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// asUser returns a command of the program that runs as a user without rights: as
// this one, unless that is root, who may write everywhere.
func asUser(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Dir = filepath.Dir(program)
	cmd.Env = append(os.Environ(), "POSTGRES_URL=", "HOME="+cmd.Dir)
	if os.Geteuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	return cmd
}

// A folder that the cluster's data or socket cannot be made in fails doctor with the
// words of the start, and the next step, which is followed.
func TestDoctorFindsFoldersThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("", "doctor")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.Chmod(dir, 0o755))
	closed, free := filepath.Join(dir, "closed"), filepath.Join(dir, "free")
	require.NoError(t, os.Mkdir(closed, 0o555))
	require.NoError(t, os.Mkdir(free, 0o777))
	require.NoError(t, os.Chmod(free, 0o777))
	program := filepath.Join(dir, "elizago")
	// Not by this process: the file would be open in all that other tests start.
	require.NoError(t, exec.Command("cp", os.Args[0], program).Run())
	require.NoError(t, os.Chmod(program, 0o755))
	run := func(home string, args ...string) (string, error) {
		cmd := asUser(program, args...)
		cmd.Env = append(cmd.Env, "PGLITE_DATA_DIR="+home)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := run(closed+"/db", "start", "-m", "hello")
	require.IsType(t, &exec.ExitError{}, err, "%v %s", err, out)
	out, err = run(closed+"/db", "doctor")
	require.IsType(t, &exec.ExitError{}, err, "%v %s", err, out)
	require.Contains(t, out, "MISSING  pgcluster: "+closed+" cannot be written (permission denied): set PGLITE_DATA_DIR to a folder of your own")
	out, err = run(free+"/db", "doctor")
	require.NoError(t, err, out)
}
