package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
)

// TestDeletedStoreTakesNothing holds that no write is acknowledged into a file
// that nobody can open any more.
func TestDeletedStoreTakesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), ".cellar")
	s, err := sqlite.Open(t.Context(), filepath.Join(dir, "cellar.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r, err := s.CreateRun(t.Context(), tracker.Run{})
	if err != nil || s.Gone() {
		t.Fatalf("CreateRun = %v, Gone = %v before the file was deleted", err, s.Gone())
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	_, create := s.CreateRun(t.Context(), tracker.Run{})
	for op, err := range map[string]error{
		"CreateRun": create,
		"Log":       s.Log(t.Context(), r.ID, tracker.Point{Metric: "m", Value: 1}),
		"FinishRun": s.FinishRun(t.Context(), r.ID, tracker.Finished, ""),
	} {
		if err == nil || !strings.Contains(err.Error(), "deleted or moved") || hint.Of(err) == "" {
			t.Errorf("%s after the file was deleted = %v (hint %q), want an error that says so", op, err, hint.Of(err))
		}
	}
	if !s.Gone() {
		t.Error("Gone() = false after the file was deleted")
	}
}
