package blob_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/blob"
)

// count is how many files lie under dir, the lock aside.
func count(t *testing.T, dir string) int {
	t.Helper()
	n := 0
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Name() != "lock" {
			n++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestDamagedBlobIsCorrupt(t *testing.T) {
	f := blob.Folder{Dir: t.TempDir()}
	d, _, err := f.Put(t.Context(), strings.NewReader("weights"))
	if err != nil {
		t.Fatal(err)
	}
	h, _ := d.Hex()
	path := filepath.Join(f.Dir, h[:2], h[2:])
	for _, bad := range []string{"Weights", "weight", "weights!", ""} {
		os.Remove(path)
		if err := os.WriteFile(path, []byte(bad), 0o666); err != nil {
			t.Fatal(err)
		}
		rc, err := f.Open(t.Context(), d)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.ReadAll(rc)
		rc.Close()
		if !errors.Is(err, tracker.ErrCorrupt) || hint.Of(err) == "" {
			t.Errorf("reading %q for %s = %v, want ErrCorrupt with a hint", bad, d, err)
		}
	}
	if _, _, err := f.Put(t.Context(), strings.NewReader("weights")); err != nil {
		t.Fatal(err)
	}
	rc, err := f.Open(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	defer rc.Close()
	if b, err := io.ReadAll(rc); string(b) != "weights" || err != nil {
		t.Errorf("after Put again: %q, %v; want the blob mended", b, err)
	}
}

func TestFailedPutLeavesNothing(t *testing.T) {
	f := blob.Folder{Dir: filepath.Join(t.TempDir(), "blobs")}
	broken := errors.New("cable pulled")
	if _, _, err := f.Put(t.Context(), io.MultiReader(strings.NewReader("half"), iotest.ErrReader(broken))); !errors.Is(err, broken) {
		t.Errorf("Put of a broken reader = %v, want %v", err, broken)
	}
	if n := count(t, f.Dir); n != 0 {
		t.Errorf("after a failed Put there are %d files, want none", n)
	}
}

func TestEqualBytesAreKeptOnce(t *testing.T) {
	f := blob.Folder{Dir: t.TempDir()}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, _, err := f.Put(t.Context(), strings.NewReader("same")); err != nil {
				t.Errorf("Put = %v", err)
			}
		})
	}
	wg.Wait()
	if n := count(t, f.Dir); n != 1 {
		t.Errorf("eight Puts of equal bytes made %d files, want 1", n)
	}
}

func TestUnwritableFolder(t *testing.T) {
	f := blob.Folder{Dir: "/proc/cellar"}
	_, _, err := f.Put(t.Context(), strings.NewReader("x"))
	if err == nil || !strings.Contains(err.Error(), f.Dir) {
		t.Errorf("Put in %s = %v, want an error that names it", f.Dir, err)
	}
}
