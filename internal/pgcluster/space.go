package pgcluster

import (
	"golang.org/x/sys/unix"
)

// spaceForInit is what a new cluster takes at first (39 MB with PostgreSQL
// 15, a third of it write-ahead log) and the log segments of the first hour.
const spaceForInit = 80 << 20

// freeSpace is what this user may still write below dir; 0 when unknown.
func freeSpace(dir string) uint64 {
	var st unix.Statfs_t
	if unix.Statfs(dir, &st) != nil {
		return 0
	}
	return uint64(st.Bavail) * uint64(st.Bsize)
}

// checkSpace refuses to begin what would end half-way on a full disk.
func (h *home) checkSpace(need uint64) error {
	var st unix.Statfs_t
	if unix.Statfs(h.dir, &st) != nil {
		return nil // unknown is no reason to refuse
	}
	if free := uint64(st.Bavail) * uint64(st.Bsize); free < need {
		return &SpaceError{Dir: h.dir, Need: need, Free: free}
	}
	return nil
}
