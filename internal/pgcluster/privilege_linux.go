package pgcluster

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// namespaces are the ways through a user namespace for a home that belongs to
// uid and gid.
//
// The first maps every id there is, with 0 and 1 exchanged: the server runs
// as user 1 inside, which is root outside, so the files are root's. A process
// in a namespace has a capability over a file only if the file's owner is
// mapped; with all mapped, the one capability to enter closed folders lets it
// reach a home below another user's.
//
// The second maps one id and needs no capability: possible in places where the
// first is not, but no help when a parent is closed.
func namespaces(uid, gid int, closed bool, forbid forbidden) []way {
	var ways []way
	uids, user, ok1 := exchange(uid, "/proc/self/uid_map")
	gids, group, ok2 := exchange(gid, "/proc/self/gid_map")
	if ok1 && ok2 && !forbid.Ambient {
		ways = append(ways, way{next: true, attr: syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER,
			UidMappings: uids,
			GidMappings: gids,
			Credential:  &syscall.Credential{Uid: uint32(user), Gid: uint32(group), NoSetGroups: true},
			AmbientCaps: []uintptr{unix.CAP_DAC_READ_SEARCH},
		}})
	}
	if !closed {
		ways = append(ways, way{next: true, attr: syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 1, HostID: uid, Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 1, HostID: gid, Size: 1}},
			Credential:  &syscall.Credential{Uid: 1, Gid: 1, NoSetGroups: true},
		}})
	}
	return ways
}

// accounts are the ways as user postgres, the one with the least rights first.
// The others take along a capability that root has here: containers often
// leave it the second and not the first.
func accounts(forbid forbidden) []way {
	ways := []way{{account: true}}
	for _, capability := range []uintptr{unix.CAP_DAC_READ_SEARCH, unix.CAP_DAC_OVERRIDE} {
		if !forbid.Ambient && hasCapability(capability) {
			ways = append(ways, way{account: true, enters: true, next: true, attr: syscall.SysProcAttr{AmbientCaps: []uintptr{capability}}})
		}
	}
	return ways
}

// hasCapability says whether this process has a capability that it may hand
// on (capget(2)).
func hasCapability(capability uintptr) bool {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var sets [2]unix.CapUserData // 32 capabilities each
	if err := unix.Capget(&header, &sets[0]); err != nil {
		return false
	}
	return sets[capability/32].Permitted&(1<<(capability%32)) != 0
}

// exchange maps all ids of this process's own namespace, as mapFile lists
// them, onto themselves, except that 0 and 1 change places. It returns the
// mapping and what id is called inside. ok is false when there are no ids 0
// and 1 to exchange.
func exchange(id int, mapFile string) (mapping []syscall.SysProcIDMap, inside int, ok bool) {
	f, err := os.Open(mapFile)
	if err != nil {
		return nil, 0, false
	}
	defer f.Close()
	inside = id
	if id <= 1 {
		inside = 1 - id
	}
	has := [2]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) != 3 {
			return nil, 0, false
		}
		first, err1 := strconv.Atoi(fields[0])
		size, err2 := strconv.Atoi(fields[2])
		if err1 != nil || err2 != nil {
			return nil, 0, false
		}
		for first <= 1 && size > 0 {
			has[first] = true
			mapping = append(mapping, syscall.SysProcIDMap{ContainerID: 1 - first, HostID: first, Size: 1})
			first, size = first+1, size-1
		}
		if size > 0 {
			mapping = append(mapping, syscall.SysProcIDMap{ContainerID: first, HostID: first, Size: size})
		}
	}
	return mapping, inside, has[0] && has[1]
}
