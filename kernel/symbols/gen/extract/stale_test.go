package extract_test

import (
	"bytes"
	"go/version"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/kernel/symbols/gen/extract"
	"github.com/cellar-ml/cellar/kernel/symbols/std"
)

const remedy = "run: go generate ./kernel/symbols"

// TestUpToDate makes every set again and compares it with what is committed.
// Another patch release of Go has other comments, so it is compared only with
// the toolchain that made the tables; another language version is an error.
func TestUpToDate(t *testing.T) {
	if got := runtime.Version(); got != std.Toolchain {
		if version.Lang(got) != version.Lang(std.Toolchain) {
			t.Fatalf("the tables are of %s, this is %s; %s", std.Toolchain, got, remedy)
		}
		t.Skipf("the tables are of %s, this is %s: only that toolchain makes the same bytes", std.Toolchain, got)
	}
	root, err := extract.Root()
	if err != nil {
		t.Fatal(err)
	}
	for _, set := range extract.Sets() {
		t.Run(set.Name, func(t *testing.T) {
			files, err := extract.Generate(set)
			if err != nil {
				t.Fatal(err)
			}
			dir := filepath.Join(root, "kernel", "symbols", set.Name)
			want := map[string]bool{}
			for _, f := range files {
				want[f.Name] = true
				if have, err := os.ReadFile(filepath.Join(dir, f.Name)); err != nil || !bytes.Equal(have, f.Data) {
					t.Errorf("%s/%s is stale; %s", set.Name, f.Name, remedy)
				}
			}
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if strings.HasPrefix(e.Name(), "sym_") && !want[e.Name()] {
					t.Errorf("%s/%s is of a package that is gone; %s", set.Name, e.Name(), remedy)
				}
			}
		})
	}
}
