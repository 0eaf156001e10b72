// Command gofuzz compares random Go programs under the interpreter with the
// same programs built by the Go toolchain, for as long as it is told to, and
// writes down where they differ, made smaller.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/cellar-ml/cellar/kernel/interp/gofuzz"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var o options
	flag.DurationVar(&o.long, "for", 10*time.Minute, "how long to go on")
	flag.Uint64Var(&o.seed, "seed", 1, "the first program's seed; the next ones follow")
	flag.IntVar(&o.batch, "batch", 60, "programs that are built as one binary")
	flag.StringVar(&o.out, "out", "gofuzz.out", "where findings are written")
	flag.StringVar(&o.native.Go, "go", "go", "the go command")
	flag.StringVar(&o.native.Cache, "cache", "", "a build cache of its own for the programs")
	flag.IntVar(&o.shrink, "shrink", 3, "findings of a batch that are made smaller")
	file := flag.String("file", "", "compare, and make smaller, this program only")
	child := flag.String("child", "", "run the programs of this folder (for gofuzz itself)")
	lowered := flag.String("lowered", "", "print what this program is lowered to, and run it")
	flag.Parse()
	o.native.Limit = 5 * time.Second
	switch {
	case *child != "":
		if err := runChild(*child); err != nil {
			fmt.Fprintln(os.Stderr, "gofuzz:", err)
			os.Exit(3)
		}
		return
	case *lowered != "":
		if err := printLowered(*lowered); err != nil {
			fmt.Fprintln(os.Stderr, "gofuzz:", err)
			os.Exit(1)
		}
		return
	case *file != "":
		o.file = *file
	}
	if err := fuzz(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "gofuzz:", err)
		os.Exit(2)
	}
}

type options struct {
	long   time.Duration
	seed   uint64
	batch  int
	shrink int
	out    string
	file   string
	native gofuzz.Native
}

// fuzz runs batches until the time is over.
func fuzz(ctx context.Context, o options) error {
	if err := os.MkdirAll(o.out, 0o755); err != nil {
		return err
	}
	h := &hunt{options: o, check: gofuzz.NewChecker(), seen: map[string]int{}}
	if o.file != "" {
		text, err := os.ReadFile(o.file)
		if err != nil {
			return err
		}
		return h.batchOf(ctx, map[string]string{filepath.Base(o.file): string(text)})
	}
	end := time.Now().Add(o.long)
	for seed := o.seed; time.Now().Before(end) && ctx.Err() == nil; {
		programs := map[string]string{}
		for ; len(programs) < o.batch; seed++ {
			text := gofuzz.Generate(seed)
			if h.check.Check(text) != nil {
				h.invalid++
				continue
			}
			programs[fmt.Sprintf("seed%d.go", seed)] = text
		}
		err := h.batchOf(ctx, programs)
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
		h.report(seed)
	}
	return nil
}
