// Command gotest runs Go's own test programs the way a cell runs: every
// single-file "// run" program of five folders of GOROOT/test through
// `cellar run`, judged as Go's cmd/internal/testdir judges them. It knows
// nothing of how cellar runs them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ok, err := report(ctx, os.Stdout, os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "gotest:", err)
		os.Exit(2)
	case !ok:
		os.Exit(1)
	}
}

// options are what the flags say.
type options struct {
	bin      string
	root     string
	match    *regexp.Regexp
	fraction float64
	seed     uint64
	limit    time.Duration
	parallel int
	lines    string
	verbose  bool
}

func parse(args []string) (options, error) {
	o := options{}
	pattern := ""
	fs := flag.NewFlagSet("gotest", flag.ContinueOnError)
	fs.StringVar(&o.bin, "bin", "", "the cellar `binary`; without it, one is built")
	fs.StringVar(&o.root, "root", "", "the `folder` of Go's tests; without it, GOROOT/test")
	fs.StringVar(&pattern, "run", "", "run the programs whose names match the `regexp`")
	fs.Float64Var(&o.fraction, "fraction", 1, "run this part of the programs, drawn by -seed")
	fs.Uint64Var(&o.seed, "seed", 1, "of the draw")
	fs.DurationVar(&o.limit, "limit", 20*time.Second, "how long a program may take")
	fs.IntVar(&o.parallel, "p", 2, "how many programs run at once")
	fs.StringVar(&o.lines, "o", "", "write a line per program to `file`")
	fs.BoolVar(&o.verbose, "v", false, "print every program as it ends")
	if err := fs.Parse(args); err != nil {
		return o, err
	}
	var err error
	if o.match, err = regexp.Compile(pattern); err != nil {
		return o, fmt.Errorf("-run: %w", err)
	}
	if o.fraction <= 0 || o.fraction > 1 {
		return o, fmt.Errorf("-fraction %g: want a number above 0 and up to 1", o.fraction)
	}
	return o, nil
}

// report runs what args ask for and prints the figures; ok is whether exactly
// the known failures failed.
func report(ctx context.Context, w io.Writer, args []string) (ok bool, err error) {
	o, err := parse(args)
	if err != nil {
		return false, err
	}
	programs, err := collect(ctx, &o)
	if errors.Is(err, errNoTests) {
		fmt.Fprintln(w, "skipped:", err)
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if o.bin == "" {
		dir, err := os.MkdirTemp("", "gotest")
		if err != nil {
			return false, err
		}
		defer os.RemoveAll(dir)
		if o.bin, err = build(ctx, dir); err != nil {
			return false, err
		}
	}
	each := func(verdict) {}
	if o.verbose {
		each = func(v verdict) { fmt.Fprintln(w, v) }
	}
	start := time.Now()
	verdicts := runAll(ctx, o, programs, each)
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if o.lines != "" {
		if err := writeLines(o.lines, verdicts); err != nil {
			return false, err
		}
	}
	return summary(w, verdicts, time.Since(start))
}

// collect is the programs that the options ask for, in the order of their names.
func collect(ctx context.Context, o *options) ([]program, error) {
	if o.root == "" {
		root, err := goroot(ctx)
		if err != nil {
			return nil, err
		}
		o.root = filepath.Join(root, "test")
	}
	all, err := find(o.root)
	if err != nil {
		return nil, err
	}
	var list []program
	for _, p := range all {
		if (o.match == nil || o.match.MatchString(p.name)) && drawn(p.name, o.seed, o.fraction) {
			list = append(list, p)
		}
	}
	return list, nil
}

func build(ctx context.Context, dir string) (string, error) {
	bin := filepath.Join(dir, "cellar")
	if runtime.GOOS == "windows" {
		bin += ".exe"
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-o", bin, "github.com/cellar-ml/cellar/cmd/cellar")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build cellar: %w\n%s", err, out)
	}
	return bin, nil
}
