package pgcluster

import (
	"os"
	"strconv"
	"strings"
	"time"
)

// patience limits a wait for a server that is starting. It begins again with
// every step that the recovery after a crash makes: one that is stopped halfway
// has to begin from its start.
type patience struct {
	most  time.Duration
	until time.Time
	step  string
}

func newPatience(most time.Duration) *patience {
	return &patience{most: most, until: time.Now().Add(most)}
}

// over reports whether the wait has been too long, at a step of the recovery.
func (p *patience) over(now time.Time, step string) bool {
	if step != p.step {
		p.step, p.until = step, now.Add(p.most)
	}
	return now.After(p.until)
}

// recovery returns the step of the server's recovery, in the server's words:
// that of the log, which it writes every ten seconds since PostgreSQL 15, and
// of its startup process. Empty: none is known.
func (h *home) recovery(since int64) string {
	step := ""
	for line := range strings.Lines(h.logSince(since)) {
		if _, progress, ok := strings.Cut(line, "elapsed time: "); ok {
			_, step, _ = strings.Cut(line, "LOG:")
			if step = strings.TrimSpace(step); step == "" {
				step = strings.TrimSpace(progress)
			}
		}
	}
	p, ok := h.readPostmaster()
	if !ok {
		return step
	}
	if title := startupTitle(p.pid); title != "" {
		return strings.TrimSpace(title + " " + step)
	}
	return step
}

// startupTitle returns what the startup process of a server shows as its title,
// such as "startup recovering 000000010000000000000003", where the system shows
// that. Empty: it does not, or there is no such process.
func startupTitle(server int) string {
	pid := strconv.Itoa(server)
	children, err := os.ReadFile("/proc/" + pid + "/task/" + pid + "/children")
	if err != nil {
		return ""
	}
	for _, child := range strings.Fields(string(children)) {
		command, err := os.ReadFile("/proc/" + child + "/cmdline")
		if err != nil {
			continue
		}
		if _, title, ok := strings.Cut(strings.Trim(string(command), "\x00 "), "startup "); ok {
			return "startup " + strings.TrimSpace(title)
		}
	}
	return ""
}
