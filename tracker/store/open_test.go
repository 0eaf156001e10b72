package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
)

func TestOpenFindsTheStoreAbove(t *testing.T) {
	root := t.TempDir()
	deep := filepath.Join(root, "a", "b")
	if err := os.MkdirAll(deep, 0o777); err != nil {
		t.Fatal(err)
	}
	t.Chdir(root)
	s, err := store.Open(t.Context(), "") // none above: made here
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.CreateRun(t.Context(), tracker.Run{})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
	t.Chdir(deep)
	s, err = store.Open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.Run(t.Context(), r.ID); err != nil {
		t.Errorf("the store opened two folders down has no run %s: %v", r.ID, err)
	}
	if _, err := os.Stat(filepath.Join(deep, store.Dir)); err == nil {
		t.Errorf("Open made a second store in %s", deep)
	}
	if b, err := os.ReadFile(filepath.Join(root, store.Dir, ".gitignore")); string(b) != "*\n" {
		t.Errorf(".gitignore of the store is %q, %v", b, err)
	}
}

func TestOpenURLs(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, tt := range []struct{ url, file string }{
		{"sqlite://" + dir + "/x/one.db", "x/one.db"},
		{"sqlite:two.db", "two.db"},
		{"sqlite://" + dir, "cellar.db"},
		{"mem:", ""},
	} {
		s, err := store.Open(t.Context(), tt.url)
		if err != nil {
			t.Errorf("Open(%s) = %v", tt.url, err)
			continue
		}
		s.Close()
		if _, err := os.Stat(filepath.Join(dir, tt.file)); err != nil {
			t.Errorf("Open(%s) made no file: %v", tt.url, err)
		}
	}
	for _, url := range []string{"redis://x", "/plain/path.db", "sqlite://half/path", "sqlite:", ":"} {
		_, err := store.Open(t.Context(), url)
		if err == nil || !strings.Contains(err.Error(), url) || !strings.Contains(hint.Of(err), "sqlite:///") {
			t.Errorf("Open(%s) = %v (hint: %s); want the URL and the backends", url, err, hint.Of(err))
		}
	}
}
