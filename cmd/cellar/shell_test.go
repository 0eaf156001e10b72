package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
)

// TestOpenerLeavesADeletedStore holds that a notebook whose .cellar was removed
// records into a new one, not into the file that nobody can open any more.
func TestOpenerLeavesADeletedStore(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	var o opener
	defer o.close()
	old, err := o.open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := o.open(t.Context(), ""); err != nil || again != old {
		t.Errorf("open(again) = another store, %v; want the same", err)
	}
	if err := os.RemoveAll(filepath.Join(dir, store.Dir)); err != nil {
		t.Fatal(err)
	}
	s, err := o.open(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.CreateRun(t.Context(), tracker.Run{}); err != nil {
		t.Errorf("CreateRun after the store was deleted: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, store.Dir, store.File)); err != nil {
		t.Errorf("no new store: %v", err)
	}
}
