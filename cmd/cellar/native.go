package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/native"
	"github.com/cellar-ml/cellar/kernel/symbols"
	"github.com/cellar-ml/cellar/kernel/worker"
	"github.com/cellar-ml/cellar/magics"
	"github.com/cellar-ml/cellar/tracker/store"
)

// checkout is the folder that this binary was built in; install.sh sets it.
var checkout = ""

// newBuilder is the native tier of this process.
func newBuilder(packages *symbols.Packages) *native.Builder {
	source := checkout
	if dir := os.Getenv("CELLAR_CHECKOUT"); dir != "" {
		source = dir
	}
	return native.New(native.Options{
		Packages: packages, Checkout: source, Module: moduleFolder(),
		Say: func(line string) { fmt.Println(line) },
		Now: time.Now,
	})
}

// moduleFolder is the .cellar folder where modules are pinned: the nearest one
// upwards, or else one in the working directory.
func moduleFolder() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	if at, err := store.Find(dir); err == nil && at != "" {
		return at
	}
	return filepath.Join(dir, store.Dir)
}

// A compiler is the native tier for one call of a magic. It implements
// magics.Compiler.
type compiler struct {
	builder *native.Builder
	call    worker.MagicCall
}

// Compile implements magics.Compiler. Lines are those of the whole cell.
func (c *compiler) Compile(ctx context.Context, source string) (magics.Compiled, error) {
	cell := nativeCell(c.call.In, source)
	start := time.Now()
	var fresh bool
	n, warnings, err := c.call.Session.Native(cell, func(n *lang.Native) (err error) {
		fresh, err = c.builder.Load(ctx, n)
		return err
	})
	if err != nil {
		return magics.Compiled{}, err
	}
	made := magics.Compiled{Names: n.Names(), Moved: n.Moved, NewTypes: n.NewTypes, Rest: n.Rest, Cached: !fresh, Took: time.Since(start)}
	if len(warnings) > 0 {
		fmt.Fprintln(os.Stderr, warnings.Draw())
	}
	return made, nil
}

// nativeCell is the body of a cell magic on the lines that it has in its cell.
func nativeCell(whole lang.Cell, body string) lang.Cell {
	at := max(0, strings.LastIndex(whole.Code, body))
	return lang.Cell{N: whole.N, Code: strings.Repeat("\n", strings.Count(whole.Code[:at], "\n")) + body}
}

// Fetch implements magics.Compiler.
func (c *compiler) Fetch(ctx context.Context, module string, packages []string) (modules, paths []string, err error) {
	f, err := c.builder.Fetch(ctx, module, packages)
	return f.Modules, f.Paths, err
}

// CompileFuncs implements worker.Compiler. CELLAR_NATIVE=off keeps functions of
// cells interpreted.
func (n *notebook) CompileFuncs(funcs *lang.Native) error {
	if os.Getenv("CELLAR_NATIVE") == "off" {
		return native.ErrNoToolchain
	}
	return n.builder.Background(context.Background(), funcs)
}

// RestoreCell brings back a native cell in a new process, from the cache most
// often. It returns the cell's statements; false for other cells.
func (n *notebook) RestoreCell(s *interp.Session, c lang.Cell) (rest string, ok bool) {
	segs := lang.Split(c.Code)
	i := slices.IndexFunc(segs, func(seg lang.Segment) bool { return seg.Kind == lang.CellMagic })
	if i < 0 || strings.Fields(segs[i].Line)[0] != "%%native" {
		return "", false
	}
	made, _, err := s.Native(nativeCell(c, segs[i].Body), func(made *lang.Native) error {
		_, err := n.builder.Load(context.Background(), made)
		return err
	})
	if err != nil {
		return "", true // it failed then, too, or its names are named as missing where they are used
	}
	return made.Rest, true
}
