package native

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"time"

	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/kernel/lang"
)

// layout is the version of the cache's form: docs/format/native.md.
const layout = "v1"

// unused is how long an entry stays after its last use.
const unused = 30 * 24 * time.Hour

// folder is the place of an entry of the cache.
func (b *Builder) folder(key string) (string, error) {
	root := b.opt.Cache
	if root == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return "", hint.New(fmt.Errorf("native cache: %w", err), "set XDG_CACHE_HOME to a folder that you may write to")
		}
		root = filepath.Join(dir, "cellar", "native")
	}
	root = filepath.Join(root, layout)
	if err := os.MkdirAll(root, 0o777); err != nil {
		return "", hint.New(fmt.Errorf("native cache: %w", err), "set XDG_CACHE_HOME to a folder that you may write to")
	}
	return filepath.Join(root, key), nil
}

// key names what a cell is compiled to: by its text, by this binary, by the
// toolchain, and by the modules that it may import.
func (b *Builder) key(n *lang.Native, files map[string][]byte) string {
	h := b.hash()
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(h, "%s %d\n%s", name, len(files[name]), files[name])
	}
	for _, p := range n.Imports {
		if !isStandard(p) && !lang.IsNative(p) {
			fmt.Fprintf(h, "modules\n%s", b.moduleText())
			break
		}
	}
	return sum(h)
}

func (b *Builder) hash() hash.Hash {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s %s %s\n", layout, b.host.id, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return h
}

func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil))[:32] }

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// touch notes that an entry was used, and removes those that nobody used for
// long. A plugin that is loaded stays mapped when its file goes.
func (b *Builder) touch(dir string) {
	info, err := os.Stat(dir)
	now := clock.Or(b.opt.Now)()
	if err != nil || now.Sub(info.ModTime()) < 24*time.Hour {
		return
	}
	if os.Chtimes(dir, now, now) != nil {
		return // a cache that others fill: theirs to keep
	}
	entries, err := os.ReadDir(filepath.Dir(dir))
	if err != nil {
		return
	}
	for _, e := range entries {
		if i, err := e.Info(); err == nil && now.Sub(i.ModTime()) > unused {
			os.RemoveAll(filepath.Join(filepath.Dir(dir), e.Name()))
		}
	}
}
