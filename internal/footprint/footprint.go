// Package footprint gives memory back that only the start of a process needed.
// It knows nothing of what the process does.
package footprint

import (
	"bufio"
	"os"
	"strconv"
	"strings"
)

// A mapping is a range of the process's memory that is backed by its own
// executable and has not been written to.
type mapping struct{ start, end uintptr }

// Trim drops the resident pages of the executable's code and constants. The
// start of a large Go program touches tens of megabytes of them, all over the
// file, and the rest of its life few; those few come back from the page cache
// when they are touched. Where the system cannot say what is mapped it does
// nothing.
func Trim() {
	exe, err := os.Executable()
	if err != nil {
		return
	}
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		return
	}
	defer f.Close()
	var (
		ms      []mapping
		current mapping
		clean   bool
	)
	keep := func() {
		if clean && current.end > current.start {
			ms = append(ms, current)
		}
	}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) >= 5 && strings.Contains(fields[0], "-") {
			keep()
			current, clean = parse(fields, exe)
			continue
		}
		// A page that was written to, such as a relocated one, is anonymous; it
		// would be lost.
		if len(fields) >= 2 && fields[0] == "Anonymous:" && fields[1] != "0" {
			clean = false
		}
	}
	keep()
	for _, m := range ms {
		drop(m)
	}
}

// parse reads the head of a mapping; false when it is not read-only memory of
// the executable.
func parse(fields []string, exe string) (mapping, bool) {
	if len(fields) < 6 || fields[5] != exe || fields[1][1] == 'w' {
		return mapping{}, false
	}
	from, to, _ := strings.Cut(fields[0], "-")
	start, err1 := strconv.ParseUint(from, 16, 64)
	end, err2 := strconv.ParseUint(to, 16, 64)
	return mapping{uintptr(start), uintptr(end)}, err1 == nil && err2 == nil
}
