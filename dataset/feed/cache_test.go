package feed_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/cellar-ml/cellar/dataset/feed"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/blob"
)

func names(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// TestDamagedSource cuts and changes a Parquet file at many places: an error that
// names the file, or whole rows, never a panic, and nothing half made.
func TestDamagedSource(t *testing.T) {
	data, dir := parquetBytes(t, 1000), t.TempDir()
	found := 0
	for at := 4; at < len(data); at += len(data) / 60 {
		bad := slices.Clone(data)
		for i := at; i < min(at+24, len(bad)); i++ {
			bad[i] ^= 0x5a
		}
		path := filepath.Join(t.TempDir(), "bad.parquet")
		if err := os.WriteFile(path, bad, 0o666); err != nil {
			t.Fatal(err)
		}
		src, err := feed.OpenParquet(path, nil)
		if err == nil {
			var c *feed.Cache
			if c, err = feed.Open(t.Context(), dir, src, recipe(1000)); err == nil {
				err = c.Remove()
			}
			src.Close()
			var part *feed.PartError
			if errors.As(err, &part) {
				found++
				if !strings.Contains(err.Error(), "row group ") || hint.Of(err) == "" {
					t.Errorf("damage at %d: %v, want the row group and a hint", at, err)
				}
			}
		}
		if err != nil && !strings.Contains(err.Error(), path) {
			t.Errorf("damage at %d: %v, want the file's name", at, err)
		}
		if left := names(t, dir); len(left) > 0 {
			t.Fatalf("damage at %d left %v", at, left)
		}
	}
	if found == 0 {
		t.Error("no damage was found in a row group")
	}
}

// TestDamagedBlob changes one value, which only the digest can tell.
func TestDamagedBlob(t *testing.T) {
	blobs := blob.Folder{Dir: t.TempDir()}
	data := parquetBytes(t, 1000)
	d, _, err := blobs.Put(t.Context(), bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	h, _ := d.Hex()
	path, dir := filepath.Join(blobs.Dir, h[:2], h[2:]), t.TempDir()
	at := bytes.Index(data, []byte{0, 0, 0, 0, 0, 0x49, 0x40}) // within 50.0, snappy or not
	if at < 0 {
		at = 60
	}
	data[at+6] ^= 1
	os.Remove(path)
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	src, err := feed.Blob(t.Context(), blobs, "n@v1", d, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if _, err := feed.Open(t.Context(), dir, src, recipe(1000)); !errors.Is(err, tracker.ErrCorrupt) && !strings.Contains(fmt.Sprint(err), "row group") {
		t.Errorf("Open = %v, want ErrCorrupt", err)
	}
	if left := names(t, dir); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

// TestStaleCache holds that a cache of another content, or cut short, is made again.
func TestStaleCache(t *testing.T) {
	dir, src := t.TempDir(), source(t, parquetBytes(t, 100))
	r, made := recipe(100), 0
	r.Tick = func(feed.Built) { made++ }
	open := func() {
		t.Helper()
		c, err := feed.Open(t.Context(), dir, src, r)
		if err != nil {
			t.Fatal(err)
		}
		row := make([]float32, 2)
		if err := c.Segment(1).ReadRow(49, row, nil); err != nil || row[0] != 99 {
			t.Errorf("row = %v, %v, want 99", row, err)
		}
		c.Close()
	}
	open()
	open()
	if made != 1 {
		t.Errorf("made %d times, want once", made)
	}
	path := filepath.Join(dir, names(t, dir)[0])
	if err := os.Truncate(path, 4200); err != nil {
		t.Fatal(err)
	}
	open()
	if err := os.WriteFile(path, []byte("something else"), 0o666); err != nil {
		t.Fatal(err)
	}
	open()
	if made != 3 {
		t.Errorf("made %d times, want 3", made)
	}
}

// TestCacheCancelled holds that an end in the middle leaves no file, and that what
// a killed process left is removed.
func TestCacheCancelled(t *testing.T) {
	dir, src := t.TempDir(), source(t, parquetBytes(t, 1000))
	ctx, cancel := context.WithCancel(t.Context())
	r := recipe(1000)
	r.Tick = func(feed.Built) { cancel() }
	if _, err := feed.Open(ctx, dir, src, r); !errors.Is(err, context.Canceled) {
		t.Errorf("Open = %v, want context.Canceled", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "k.part-99999999-1"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if left := names(t, dir); len(left) != 1 {
		t.Errorf("it left %v", left)
	}
	r.Tick = nil
	c, err := feed.Open(t.Context(), dir, src, r)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if left := names(t, dir); !slices.Equal(left, []string{"k1000.rows"}) {
		t.Errorf("the folder holds %v, want the cache alone", left)
	}
}

// TestCacheFull asks for a cache that is larger than any disk.
func TestCacheFull(t *testing.T) {
	dir, src := t.TempDir(), source(t, parquetBytes(t, 1000))
	r := recipe(1000)
	r.Segments = []int64{1 << 55, 0}
	_, err := feed.Open(t.Context(), dir, src, r)
	if !errors.Is(err, syscall.ENOSPC) || hint.Of(err) == "" {
		t.Errorf("Open = %v, want ENOSPC with a hint", err)
	}
	if left := names(t, dir); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

func TestBytes(t *testing.T) {
	for text, want := range map[string]int64{"2GB": 2e9, "512 MiB": 512 << 20, "1e9": 1e9, "1.5k": 1500, "7": 7} {
		if got, err := feed.ParseBytes(text); err != nil || got != want {
			t.Errorf("ParseBytes(%q) = %d, %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "much", "-1GB", "0", "2 GBB", "NaN", "1e300"} {
		if got, err := feed.ParseBytes(text); err == nil {
			t.Errorf("ParseBytes(%q) = %d, want an error", text, got)
		}
	}
	if got := feed.Bytes(math.MaxInt32); got != "2.15 GB" {
		t.Errorf("Bytes = %s, want 2.15 GB", got)
	}
}
