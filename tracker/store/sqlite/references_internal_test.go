package sqlite

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Every column that may name a blob is among those that References reads: what it
// does not see, gc takes for what nothing names. Who adds such a column adds it
// there, then here. Digests of other things are listed as none.
func TestReferencesKnowEveryDigest(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "cellar.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	want := map[string]bool{
		"artifacts.digest": true, "datasets.digest": true, "dataset_chunks.digest": true, "models.digest": true,
		"codes.sha256": false, "cells.sha256": false, "origins.sha256": false, "surroundings.sha256": false,
	}
	got := map[string]bool{}
	err = s.view(t.Context(), "list columns", func(tx *tx) error {
		return tx.each(func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			got[name] = want[name]
			return err
		}, `SELECT m.name || '.' || c.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c
			WHERE m.type = 'table' AND (c.name LIKE '%digest%' OR c.name LIKE '%blob%' OR c.name LIKE '%sha%')`)
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns mismatch (-want +got):\n%s", diff)
	}
}
