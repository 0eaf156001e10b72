package feed_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/cellar-ml/cellar/dataset/feed"
)

// FuzzCache holds that a cache file that was changed anywhere gives the rows that
// were written, or an error.
func FuzzCache(f *testing.F) {
	f.Add(0, []byte{1})
	f.Add(20, []byte("}"))
	f.Add(4096, []byte{0, 0, 0, 0})
	f.Add(1<<20, []byte("more"))
	f.Fuzz(func(t *testing.T, at int, change []byte) {
		dir, src := t.TempDir(), feed.Table("t", "", numbered(100))
		c, err := feed.Open(t.Context(), dir, src, recipe(100))
		if err != nil {
			t.Fatal(err)
		}
		want := rowsOf(t, c)
		c.Close()
		path, _ := filepath.Glob(filepath.Join(dir, "*.rows"))
		body, err := os.ReadFile(path[0])
		if err != nil {
			t.Fatal(err)
		}
		at = min(max(at, 0), len(body))
		body = append(body[:at:at], append(slices.Clone(change), body[min(len(body), at+len(change)):]...)...)
		if err := os.WriteFile(path[0], body, 0o644); err != nil {
			t.Fatal(err)
		}
		if c, err = feed.Open(t.Context(), dir, src, recipe(100)); err != nil {
			t.Fatalf("a damaged cache is made again: %v", err)
		}
		defer c.Close()
		rows := c.Segment(0)
		got, scratch := make([]float32, rows.Len()*rows.Width()), []byte(nil)
		if err := rows.ReadRows(0, got, &scratch); err == nil && !slices.Equal(got, want) {
			t.Errorf("other rows, and no error")
		}
	})
}

func rowsOf(t *testing.T, c *feed.Cache) []float32 {
	t.Helper()
	rows := c.Segment(0)
	got, scratch := make([]float32, rows.Len()*rows.Width()), []byte(nil)
	if err := rows.ReadRows(0, got, &scratch); err != nil {
		t.Fatal(err)
	}
	return got
}
