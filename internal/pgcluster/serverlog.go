package pgcluster

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

const maxLog = 10 << 20

// openLog opens server.log for appending and says where the text of this
// start will begin. A log over 10 MB is set aside first, in place of the one
// set aside before.
func (h *home) openLog() (*os.File, int64, error) {
	if info, err := os.Stat(h.log()); err == nil && info.Size() > maxLog {
		if err := os.Rename(h.log(), h.log()+".1"); err != nil {
			return nil, 0, fsError(h.log(), err)
		}
	}
	f, err := os.OpenFile(h.log(), os.O_WRONLY|os.O_CREATE|os.O_APPEND|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, 0, fsError(h.log(), err)
	}
	if err := h.give(h.log()); err != nil {
		f.Close()
		return nil, 0, fsError(h.log(), err)
	}
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		f.Close()
		return nil, 0, fsError(h.log(), err)
	}
	return f, end, nil
}

// logSize returns the size of server.log, 0 if there is none.
func (h *home) logSize() int64 {
	info, err := os.Stat(h.log())
	if err != nil {
		return 0
	}
	return info.Size()
}

// logSince returns what was logged from offset on, at most its last 64 KB.
func (h *home) logSince(offset int64) string {
	f, err := os.Open(h.log())
	if err != nil {
		return ""
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Size()-offset > 64<<10 {
		offset = info.Size() - 64<<10
	}
	text, err := io.ReadAll(io.NewSectionReader(f, offset, 64<<10))
	if err != nil && !errors.Is(err, fs.ErrClosed) {
		return ""
	}
	return string(text)
}

// failure turns the log of a start that failed into an error.
func (h *home) failure(offset int64) error {
	text := h.logSince(offset)
	if strings.Contains(strings.ToLower(text), "no space left on ") { // the server's words, or full's by the supervisor
		return full(h.dir)
	}
	return &ServerError{Dir: h.dir, Reason: reason(text), Log: h.log()}
}

// programMark begins what the server says before it writes a log.
const programMark = "postgres: "

// reason picks the line that says most about a failure: the last of the
// highest severity, without its time stamp, and its detail.
func reason(text string) string {
	marks := []string{"PANIC:", "FATAL:", "error:", "ERROR:", programMark, supervisorMark, ""}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for _, mark := range marks {
		for i := len(lines) - 1; i >= 0; i-- {
			at := strings.Index(lines[i], mark)
			if at < 0 || mark == programMark && at > 0 || strings.TrimSpace(lines[i]) == "" {
				continue
			}
			found := strings.TrimSpace(lines[i][at+len(mark):])
			if i+1 < len(lines) {
				if _, detail, ok := strings.Cut(lines[i+1], "DETAIL:"); ok {
					found += " (" + strings.TrimSpace(detail) + ")"
				}
			}
			return strings.TrimSuffix(found, ".")
		}
	}
	return "it ended without a word"
}
