package desired

import (
	"runtime/debug"
	"strconv"
	"sync"
)

// Versions are the versions that the desired state depends on. They are part of
// its hash and of history.
type Versions struct {
	Elizago string `json:"elizago"`
	Ent     string `json:"ent"`
	Atlas   string `json:"atlas"`
	Server  string `json:"server"` // server_version_num
}

// AtLeast reports whether the server's version is a given one or a later one, as a
// server_version_num.
func (v Versions) AtLeast(version int) bool {
	have, err := strconv.Atoi(v.Server)
	return err == nil && have >= version
}

// BuildVersions returns the versions linked into this program. A module built
// from its own checkout, or without version control, is "(devel)".
var BuildVersions = sync.OnceValue(func() Versions {
	v := Versions{Elizago: "(devel)", Ent: "unknown", Atlas: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	return versionsOf(info)
})

func versionsOf(info *debug.BuildInfo) Versions {
	v := Versions{Elizago: "(devel)", Ent: "unknown", Atlas: "unknown"}
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		version := m.Version
		switch {
		case m.Replace == nil:
		case m.Replace.Version == "" || m.Replace.Version == "(devel)":
			// A folder. Its path is specific to the machine, and equal code
			// must give equal hashes everywhere.
			version = "(devel)"
		default:
			version += " => " + m.Replace.Path + " " + m.Replace.Version
		}
		if version == "" {
			continue
		}
		switch m.Path {
		case "github.com/elizago/elizago":
			v.Elizago = version
		case "entgo.io/ent":
			v.Ent = version
		case "ariga.io/atlas":
			v.Atlas = version
		}
	}
	return v
}
