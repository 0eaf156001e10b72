package interp_test

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/kernel/interp/gofuzz"
)

// FuzzLower holds a random program's output as a cell against its output as a
// program that the Go toolchain built. bench/gofuzz does the same for long, many
// programs at a time, and makes what it finds smaller; its findings are in
// testdata/fuzzed.
func FuzzLower(f *testing.F) {
	if _, err := exec.LookPath("go"); err != nil {
		f.Skip("no Go toolchain in PATH: there is nothing to compare with")
	}
	for _, seed := range []uint64{2, 5, 241} {
		f.Add(seed)
	}
	check := gofuzz.NewChecker()
	native := gofuzz.Native{Limit: 5 * time.Second}
	f.Fuzz(func(t *testing.T, seed uint64) {
		text := gofuzz.Generate(seed)
		if err := check.Check(text); err != nil {
			t.Skip(err)
		}
		want, ended, err := native.Outputs(t.Context(), t.TempDir(), []string{text})
		if err != nil {
			t.Fatal(err)
		}
		if !ended[0] {
			t.Skip("it does not end by itself")
		}
		ran := newBench(t).run(1, text)
		got := gofuzz.Plain(ran["stdout"] + "\n" + ran["error"] + ran["goroutine"])
		if diff := cmp.Diff(strings.Split(strings.ToValidUTF8(want[0], "?"), "\n"), strings.Split(got, "\n")); diff != "" {
			t.Errorf("seed %d: mismatch (-go +cell):\n%s\n%s", seed, diff, text)
		}
	})
}
