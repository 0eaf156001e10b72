// Package native compiles Go for the process that asks for it: cells as plugins
// built against this very binary, and modules of other people. It knows the
// toolchain, the cache of what was built and the loader; it knows nothing of
// Jupyter, and of sessions only what lang.Native says.
package native

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols"
	"github.com/cellar-ml/cellar/kernel/symbols/gen/extract"
	"github.com/cellar-ml/cellar/kernel/symbols/table"
)

// Options are what a Builder needs. Packages is required.
type Options struct {
	Packages *symbols.Packages
	Cache    string // folder of what was built; "": cellar/native in the user's cache
	Checkout string // the source of this binary, for cells that import its own packages; "": unknown
	// Module is the folder with the go.mod of what %get has fetched; it is made
	// at the first %get. "": nothing can be fetched.
	Module string
	Go     string // the go command; "": from PATH
	// Versions are those of the modules that this binary has linked in; nil: as
	// its build information says, which a test's does not.
	Versions map[string]string
	// Say is told, in one line, what takes longer than a second or two. It may be
	// called from any goroutine; nil: nothing is told.
	Say func(string)
	Now func() time.Time // nil: the machine's clock
}

// A Builder compiles and loads. Its methods are safe for concurrent use; one
// build runs at a time.
type Builder struct {
	opt  Options
	host host

	mu     sync.Mutex
	tool   *toolchain
	loaded map[string]*built // by import path
	served map[string]*entry // of fetched modules, by import path
}

// built is a package that was compiled into a plugin.
type built struct {
	archive string
	imports []string // what it imports, other native cells among them
}

// New returns a Builder for this process. Nothing is looked up before it is needed.
func New(opt Options) *Builder {
	h := thisHost()
	if opt.Versions != nil {
		h.versions = opt.Versions
	}
	return &Builder{opt: opt, host: h, loaded: map[string]*built{}, served: map[string]*entry{}}
}

// Load compiles a checked cell, or finds it compiled in the cache, and loads it:
// n.Path can be imported from then on. A package that is loaded already stays as
// it is, its variables included: a plugin cannot be unloaded. fresh says whether
// a compiler ran. Errors have hints; ErrNoToolchain is among them.
func (b *Builder) Load(ctx context.Context, n *lang.Native) (fresh bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.load(ctx, n)
}

// Background is Load for what nobody waits for: it tells nothing, and refuses to
// compile the standard library first, which Prepare does.
func (b *Builder) Background(ctx context.Context, n *lang.Native) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if name, err := b.prepared(); err != nil || !exists(name) {
		return errNotPrepared
	}
	say := b.opt.Say
	b.opt.Say = nil
	defer func() { b.opt.Say = say }()
	_, err := b.load(ctx, n)
	return err
}

var errNotPrepared = errors.New("compile: the standard library is not compiled for plugins yet")

func (b *Builder) load(ctx context.Context, n *lang.Native) (fresh bool, err error) {
	if b.loaded[n.Path] != nil {
		return false, nil
	}
	files := make(map[string][]byte, len(n.Files)+1)
	for name, text := range n.Files {
		files[name] = []byte(text)
	}
	if files["table.go"], err = insideTable(n); err != nil {
		return false, err
	}
	dir, err := b.folder(b.key(n, files))
	if err != nil {
		return false, err
	}
	p := unit{path: n.Path, files: files, imports: n.Imports}
	if fresh = !exists(filepath.Join(dir, pluginFile)); fresh {
		if err := b.build(ctx, p, dir); err != nil {
			return false, err
		}
	}
	syms, err := openPlugin(filepath.Join(dir, pluginFile))
	if err != nil {
		return fresh, err
	}
	b.touch(dir)
	b.loaded[n.Path] = &built{archive: filepath.Join(dir, archiveFile), imports: n.Imports}
	b.opt.Packages.Add("", []table.Package{{Path: n.Path, Symbols: syms[n.Path]}}, n.Types)
	return fresh, nil
}

func insideTable(n *lang.Native) ([]byte, error) {
	var list []extract.Instance
	for _, i := range n.Instances {
		list = append(list, extract.Instance{Symbol: i.Symbol, Obj: i.Obj, Args: i.Args})
	}
	text, err := extract.Inside(n.Types, lang.NativeMark, list)
	if err != nil {
		return nil, fmt.Errorf("native cell: %w", err)
	}
	return text, nil
}

// say tells the person what takes long, once it does; the function ends that.
func (b *Builder) say(what string) (done func()) {
	if b.opt.Say == nil {
		return func() {}
	}
	t := time.AfterFunc(1500*time.Millisecond, func() { b.opt.Say(what) })
	return func() { t.Stop() }
}
