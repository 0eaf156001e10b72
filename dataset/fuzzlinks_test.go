package dataset_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/tracker/store/mem"
)

// A link out of the folder is refused when the folder is kept.
func TestFolderRefusesLinksOut(t *testing.T) {
	for to, want := range map[string]bool{"/etc/passwd": false, "../x": false, "a/../../x": false, "a.txt": true, "./a.txt": true} {
		root := t.TempDir()
		writeFiles(t, root, map[string]string{"a.txt": "one"})
		if err := os.Symlink(to, filepath.Join(root, "link")); err != nil {
			t.Fatal(err)
		}
		_, err := dataset.CommitFolder(t.Context(), mem.New(mem.Options{}), "raw", root)
		if (err == nil) != want || err != nil && !strings.Contains(err.Error(), "link is a link to") {
			t.Errorf("CommitFolder with a link to %s = %v, want it taken: %t", to, err, want)
		}
	}
}

// FuzzFolderLinks holds that a version of a folder, whatever is in it, is written
// with no link that leads out of the folder, or refused and nothing is left.
func FuzzFolderLinks(f *testing.F) {
	for _, name := range []string{"a.txt", "../x", "/etc/x", "a/../../x", "a//b", ".", "", "a\x00b", "..", "a/b", `a\b`} {
		f.Add(name, "b", "x", uint16(0o644), uint16(0o644))
		f.Add("b", "b/x", name, uint16(0o777), uint16(0o644))
	}
	f.Add("x", "x/l", "../y", uint16(0o777), uint16(0o777))
	f.Add("sub/deep/l", "m", "sub/deep/l/../../../x", uint16(0o777), uint16(0o777))
	f.Fuzz(func(t *testing.T, first, second, content string, m1, m2 uint16) {
		modes := []int64{int64(m1), int64(m2)}
		for i, mode := range modes {
			if mode == 0o777 {
				modes[i] = 0o120000
			}
		}
		s := mem.New(mem.Options{})
		if _, err := dataset.Register(t.Context(), s, "evil", twoFiles([]string{first, second}, modes, int64(m2>>12), content), ""); err != nil {
			return
		}
		dir := t.TempDir()
		err := checkoutTo(t, s, "evil", filepath.Join(dir, "out"), false)
		entries, _ := os.ReadDir(dir)
		if want := 1; err != nil && len(entries) != 0 || err == nil && len(entries) != want {
			t.Fatalf("Checkout(%q, %q) = %v and leaves %v", first, second, err, entries)
		}
		if err == nil {
			within(t, filepath.Join(dir, "out"))
		}
	})
}

// within holds that nothing below root leads out of it.
func within(t *testing.T, root string) {
	t.Helper()
	root, err := filepath.EvalSymlinks(root)
	if err != nil {
		t.Fatal(err)
	}
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Type()&fs.ModeSymlink == 0 {
			return err
		}
		to, _ := os.Readlink(path)
		if filepath.IsAbs(to) {
			t.Errorf("%s leads to %s", path, to)
		}
		parent, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err != nil {
			return err
		}
		if rel, err := filepath.Rel(root, filepath.Join(parent, to)); err != nil || rel == ".." || strings.HasPrefix(rel, "../") {
			t.Errorf("%s leads to %s", path, to)
		}
		if real, err := filepath.EvalSymlinks(path); err == nil && real != root && !strings.HasPrefix(real, root+"/") {
			t.Errorf("%s leads to %s", path, real)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
