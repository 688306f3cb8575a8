package pgcluster

import (
	"golang.org/x/sys/unix"
)

// spaceForInit is what a new cluster takes at first (39 MB with PostgreSQL
// 15, a third of it write-ahead log) and the log segments of the first hour.
const spaceForInit = 80 << 20

// freeSpace is what this user may still write below dir.
func freeSpace(dir string) (free uint64, known bool) {
	var st unix.Statfs_t
	if unix.Statfs(dir, &st) != nil {
		return 0, false
	}
	return uint64(st.Bavail) * uint64(st.Bsize), true //nolint:unconvert // other types on other systems
}

// full is the error for a disk that turned out to be full.
func full(dir string) *SpaceError {
	free, _ := freeSpace(dir)
	return &SpaceError{Dir: dir, Free: free}
}

// checkSpace refuses to begin what would end half-way on a full disk. Where
// the free space is not known it does not refuse.
func (h *home) checkSpace(need uint64) error {
	if free, known := freeSpace(h.dir); known && free < need {
		return &SpaceError{Dir: h.dir, Need: need, Free: free}
	}
	return nil
}
