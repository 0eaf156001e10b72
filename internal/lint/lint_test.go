package lint_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/cellar-ml/cellar/internal/lint"
)

// TestHouse runs every rule over the checkout.
func TestHouse(t *testing.T) {
	tree, err := lint.Load(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	if len(tree.Files) < 20 {
		t.Fatalf("Load found %d files: this is not the root", len(tree.Files))
	}
	for _, r := range lint.Rules() {
		t.Run(r.Name, func(t *testing.T) {
			for _, f := range r.Check(tree) {
				t.Error(f)
			}
		})
	}
}

// TestRules holds each rule against testdata/<rule>.txtar: files, and in
// "want" the findings, one a line.
func TestRules(t *testing.T) {
	for _, r := range lint.Rules() {
		t.Run(r.Name, func(t *testing.T) {
			ar, err := txtar.ParseFile(filepath.Join("testdata", r.Name+".txtar"))
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			var code txtar.Archive
			for _, f := range ar.Files {
				if f.Name == "want" {
					want = strings.Split(strings.TrimSpace(string(f.Data)), "\n")
					continue
				}
				f.Data = expand(f.Data)
				code.Files = append(code.Files, f)
			}
			root, err := txtar.FS(&code)
			if err != nil {
				t.Fatal(err)
			}
			tree, err := lint.Load(root)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range r.Check(tree) {
				got = append(got, f.String())
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s mismatch (-want +got):\n%s", r.Name, diff)
			}
		})
	}
}

// expand turns a line "#lines N" into N lines, for long files.
func expand(data []byte) []byte {
	var b strings.Builder
	for line := range strings.Lines(string(data)) {
		count, long := strings.CutPrefix(strings.TrimSpace(line), "#lines ")
		if !long {
			b.WriteString(line)
			continue
		}
		n, _ := strconv.Atoi(count)
		b.WriteString(strings.Repeat("\t_ = 0\n", n))
	}
	return []byte(b.String())
}
