package feed

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/cellar-ml/cellar/internal/hint"
)

// partSuffix is in the name of a cache in the making, before the process that
// makes it.
const partSuffix = ".part"

// reserve is what a cache leaves of a disk.
const reserve = 256 << 20

// makeRoom makes the folder and sees that size more bytes fit in it. It removes
// what killed processes left, and the caches that were used longest ago until those
// that stay and the new one take at most half of what the disk has for them. Who
// reads a cache that is removed reads on.
func makeRoom(dir string, size int64) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	caches, err := list(dir)
	if err != nil {
		return err
	}
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return fmt.Errorf("look for space in %s: %w", dir, err)
	}
	free := int64(fs.Bavail) * int64(fs.Bsize)
	var held int64
	for _, c := range caches {
		held += c.size
	}
	limit := (free + held) / 2
	room := free + held - min(reserve, (free+held)/20)
	if size > room {
		return hint.New(fmt.Errorf("%s has room for %s, and the cache takes %s: %w", dir, Bytes(room), Bytes(size), syscall.ENOSPC),
			"free space there, name another folder with --cache, or take fewer columns with --features")
	}
	for _, c := range caches {
		if held+size <= limit {
			break
		}
		if err := os.Remove(c.path); err != nil && !os.IsNotExist(err) {
			return err
		}
		held -= c.size
	}
	return nil
}

type cached struct {
	path string
	size int64
	used time.Time
}

// list is the caches of dir, the one that was used longest ago first, without
// those in the making. What a killed process left is removed.
func list(dir string) ([]cached, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []cached
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		if _, after, ok := strings.Cut(e.Name(), partSuffix+"-"); ok {
			pid, _, _ := strings.Cut(after, "-")
			if n, err := strconv.Atoi(pid); err == nil && syscall.Kill(n, 0) == syscall.ESRCH {
				_ = os.Remove(path) // another process may have done so
			}
			continue
		}
		info, err := e.Info()
		if err == nil && strings.HasSuffix(path, cacheSuffix) {
			out = append(out, cached{path, info.Size(), info.ModTime()})
		}
	}
	slices.SortFunc(out, func(a, b cached) int { return a.used.Compare(b.used) })
	return out, nil
}
