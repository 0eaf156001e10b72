package main

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestThird runs the third of Go's tests that CI sees: what fails is what
// known_failures.txt names, no more and no less.
func TestThird(t *testing.T) {
	o := options{bin: os.Getenv("CELLAR_KERNEL_BIN"), fraction: 1.0 / 3, seed: 1, limit: 20 * time.Second, parallel: 2}
	programs, err := collect(t.Context(), &o)
	if errors.Is(err, errNoTests) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(programs) < 80 {
		t.Fatalf("drew %d programs, want about 118", len(programs))
	}
	if o.bin == "" {
		if o.bin, err = build(t.Context(), t.TempDir()); err != nil {
			t.Fatal(err)
		}
	}
	known, err := readTable("known_failures.txt")
	if err != nil {
		t.Fatal(err)
	}
	news, mended := differences(runAll(t.Context(), o, programs, func(verdict) {}), known)
	for _, v := range news {
		t.Errorf("%s fails and known_failures.txt does not name it: %s: %s", v.name, v.what, v.line)
	}
	for _, v := range mended {
		t.Errorf("%s %s: take it out of known_failures.txt", v.name, v.what)
	}
}

// TestTables holds that every line of a table is about a program there is, and
// that none stands in both.
func TestTables(t *testing.T) {
	o := options{fraction: 1}
	programs, err := collect(t.Context(), &o)
	if errors.Is(err, errNoTests) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]string{}
	for _, p := range programs {
		reasons[p.name] = p.reason
	}
	known, err := readTable("known_failures.txt")
	if err != nil {
		t.Fatal(err)
	}
	for name := range known {
		if reason, ok := reasons[name]; !ok || reason != "" {
			t.Errorf("known_failures.txt: %s is not an applicable program (%s)", name, reason)
		}
	}
	never, err := readTable("not_applicable.txt")
	if err != nil {
		t.Fatal(err)
	}
	for name := range never {
		if _, ok := reasons[name]; !ok {
			t.Errorf("not_applicable.txt: there is no program %s", name)
		}
	}
}

func TestRecipe(t *testing.T) {
	for _, c := range []struct {
		src  string
		want []string
		args []string
	}{
		{"// run\n\npackage main\n", []string{"run"}, nil},
		{"\n//go:build !wasm\n\n// run arg1 arg2\n", []string{"run", "arg1", "arg2"}, []string{"arg1", "arg2"}},
		{"// run -gcflags=-d=converthash=qy\n", []string{"run", "-gcflags=-d=converthash=qy"}, nil},
		{"// run -gcflags -l=4 x\n", []string{"run", "-gcflags", "-l=4", "x"}, []string{"x"}},
		{"// runoutput\n", []string{"runoutput"}, nil},
		{"package main\n// run\n", nil, nil},
	} {
		got := recipe(c.src)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("recipe(%q) mismatch (-want +got):\n%s", c.src, diff)
		}
		if len(got) < 2 {
			continue
		}
		if args := arguments(got[1:]); strings.Join(args, " ") != strings.Join(c.args, " ") {
			t.Errorf("arguments(%q) = %q, want %q", got[1:], args, c.args)
		}
	}
}
