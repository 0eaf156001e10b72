package feed

import (
	"os"
	"strconv"
	"strings"
)

// unknownMemory is what a machine is taken to have free that does not say.
const unknownMemory = 4 << 30

// FreeMemory is the bytes that the process may still take: what the machine has
// available, or what its control group allows and does not use, if that is less.
func FreeMemory() int64 {
	free := int64(unknownMemory)
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		for line := range strings.Lines(string(text)) {
			value, ok := strings.CutPrefix(line, "MemAvailable:")
			if n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(value), "kB")), 10, 64); ok && err == nil {
				free = n << 10
			}
		}
	}
	limit, ok := number("/sys/fs/cgroup/memory.max")
	used, ok2 := number("/sys/fs/cgroup/memory.current")
	if ok && ok2 {
		free = min(free, max(limit-used, limit/8)) // of what is used most may be cached files
	}
	return free
}

func number(path string) (int64, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil
}
