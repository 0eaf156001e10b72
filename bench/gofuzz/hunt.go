package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/cellar-ml/cellar/kernel/interp/gofuzz"
)

// A hunt counts what the programs did.
type hunt struct {
	options
	check    *gofuzz.Checker
	programs int
	invalid  int
	unfit    int // those that do not end by themselves natively
	differ   int
	seen     map[string]int // findings by what is alike in them
}

// both runs programs natively and interpreted.
func (h *hunt) both(ctx context.Context, programs []string) (want, got []string, err error) {
	dir, err := os.MkdirTemp("", "gofuzz")
	if err != nil {
		return nil, nil, err
	}
	defer os.RemoveAll(dir)
	want, ok, err := h.native.Outputs(ctx, dir, programs)
	if err != nil {
		return nil, nil, err
	}
	got, err = interpreted(dir, programs)
	if err != nil {
		return nil, nil, err
	}
	for i := range want {
		if !ok[i] {
			want[i], got[i] = "", ""
		}
	}
	return want, got, nil
}

// batchOf compares programs by their names and writes down what differs.
func (h *hunt) batchOf(ctx context.Context, programs map[string]string) error {
	names := slices.Sorted(maps.Keys(programs))
	var texts []string
	for _, name := range names {
		texts = append(texts, programs[name])
	}
	want, got, err := h.both(ctx, texts)
	if err != nil {
		return err
	}
	shrunk := 0
	for i, name := range names {
		h.programs++
		if want[i] == "" {
			h.unfit++
			continue
		}
		if want[i] == got[i] {
			continue
		}
		h.differ++
		sig := signature(want[i], got[i])
		h.seen[sig]++
		if h.seen[sig] > 3 {
			continue
		}
		text, w, g := texts[i], want[i], got[i]
		if shrunk < h.shrink && h.seen[sig] == 1 || h.file != "" {
			shrunk++
			text, w, g = h.smaller(ctx, text, w, g)
		}
		if err := h.write(name, sig, text, w, g); err != nil {
			return err
		}
	}
	return nil
}

// write writes a finding down.
func (h *hunt) write(name, sig, text, want, got string) error {
	fmt.Printf("%s: %s\n", name, sig)
	base := filepath.Join(h.out, strings.TrimSuffix(name, ".go"))
	text = fmt.Sprintf("// %s\n%s", sig, text)
	for ext, s := range map[string]string{".go": text, ".want": want, ".got": got} {
		if err := os.WriteFile(base+ext, []byte(s), 0o644); err != nil {
			return err
		}
	}
	return nil
}

var (
	pattern = regexp.MustCompile(`[A-Za-z]*[0-9][A-Za-z0-9]*`)
)

// signature is what two findings of one cause have in common, mostly.
func signature(want, got string) string {
	if i := strings.LastIndex(got, "\nerror: "); i >= 0 || strings.HasPrefix(got, "error: ") {
		return "error: " + alike(got[i+1:])
	}
	if strings.HasPrefix(got, "died: ") {
		return alike(got)
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range w {
		if i >= len(g) || w[i] != g[i] {
			have := "nothing"
			if i < len(g) {
				have = g[i]
			}
			return fmt.Sprintf("want %.100q, got %.100q", alike(w[i]), alike(have))
		}
	}
	return "prints more than it should"
}

func alike(line string) string {
	line, _, _ = strings.Cut(line, "\n")
	if len(line) > 200 {
		line = line[:200]
	}
	return pattern.ReplaceAllString(line, "_")
}

// report says how far it came, and at what cost in CPU time.
func (h *hunt) report(seed uint64) {
	var own, children syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &own)
	syscall.Getrusage(syscall.RUSAGE_CHILDREN, &children)
	cpu := func(u syscall.Rusage) time.Duration {
		return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Round(time.Second)
	}
	fmt.Printf("seed %d: %d programs compared, %d left out, %d endless; %d differ in %d ways; CPU %v itself, %v the toolchain and the programs\n",
		seed, h.programs, h.invalid, h.unfit, h.differ, len(h.seen), cpu(own), cpu(children))
}
