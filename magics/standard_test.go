package magics_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/magics"
)

func TestDocsAreGenerated(t *testing.T) {
	const path = "../docs/magics.md"
	want := magics.Markdown(magics.Standard())
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("%s differs from the magics; go test ./magics -update writes it (-want +got):\n%s", path, diff)
	}
}

// Every magic in the table has scripts that begin with its name, so that none is
// untested.
func TestEveryMagicHasAScript(t *testing.T) {
	for _, m := range magics.Standard() {
		path := filepath.Join("testdata", m.Name+"*.txtar")
		files, err := filepath.Glob(path)
		if err != nil || len(files) == 0 {
			t.Errorf("magic %s: no %s, %v", m.Name, path, err)
			continue
		}
		var script []byte
		for _, f := range files {
			text, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			script = append(script, text...)
		}
		for _, s := range m.Sub {
			if !strings.Contains(string(script), m.Name+" "+s.Name) {
				t.Errorf("%s do not use the step %s", path, s.Name)
			}
		}
	}
}

// Help fits 80 columns, in both front doors.
func TestHelpFits(t *testing.T) {
	var check func(m magics.Magic, path, prefix string)
	check = func(m magics.Magic, path, prefix string) {
		for _, line := range strings.Split(magics.Help(m, path, prefix), "\n") {
			if n := len([]rune(line)); n > 80 {
				t.Errorf("help of %s%s has a line of %d columns:\n%s", prefix, path, n, line)
			}
		}
		for _, s := range m.Sub {
			check(s, path+" "+s.Name, prefix)
		}
	}
	for _, m := range magics.Standard() {
		check(m, m.Name, "%")
		check(m, m.Name, "cellar ")
	}
}
