package blob_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/blob"
)

func listed(t *testing.T, f blob.Folder) map[string]tracker.BlobInfo {
	t.Helper()
	out := map[string]tracker.BlobInfo{}
	err := f.List(t.Context(), func(b tracker.BlobInfo) error {
		out[string(b.Digest)+b.Leftover] = b
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Long: each step needs what the one before it left.
func TestListAndRemove(t *testing.T) {
	f := blob.Folder{Dir: filepath.Join(t.TempDir(), "blobs")}
	if got := listed(t, f); len(got) != 0 {
		t.Errorf("List of a folder that is not there = %v", got)
	}
	d, _, err := f.Put(t.Context(), strings.NewReader("weights"))
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"put-123", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(f.Dir, other), []byte("half"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got := listed(t, f)
	if len(got) != 2 || got[string(d)].Size != 7 || got["put-123"].Size != 4 {
		t.Fatalf("List = %+v, want the blob and the leftover", got)
	}
	old := got[string(d)]
	time.Sleep(10 * time.Millisecond) // the clock of files is coarse
	if _, _, err := f.Put(t.Context(), strings.NewReader("weights")); err != nil {
		t.Fatal(err)
	}
	if done, err := f.Remove(t.Context(), old); done || err != nil {
		t.Errorf("Remove of a blob that was put again = %v, %v; want it to stay", done, err)
	}
	for _, b := range listed(t, f) {
		if done, err := f.Remove(t.Context(), b); !done || err != nil {
			t.Errorf("Remove(%+v) = %v, %v", b, done, err)
		}
		if done, err := f.Remove(t.Context(), b); done || err != nil {
			t.Errorf("Remove(%+v) again = %v, %v", b, done, err)
		}
	}
	if got := listed(t, f); len(got) != 0 {
		t.Errorf("List after Remove = %v", got)
	}
	if _, err := os.Stat(filepath.Join(f.Dir, "notes.txt")); err != nil {
		t.Errorf("another file went with them: %v", err)
	}
	outside := filepath.Join(filepath.Dir(f.Dir), "put-x")
	if err := os.WriteFile(outside, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	st, err := os.Stat(outside)
	if err != nil {
		t.Fatal(err)
	}
	if done, err := f.Remove(t.Context(), tracker.BlobInfo{Leftover: "../put-x", Put: st.ModTime()}); done || err != nil {
		t.Errorf("Remove of a file outside = %v, %v", done, err)
	}
}

// Who holds the blobs keeps them; who puts does not wait for that.
func TestHold(t *testing.T) {
	f := blob.Folder{Dir: t.TempDir()}
	d, _, err := f.Put(t.Context(), strings.NewReader("weights"))
	if err != nil {
		t.Fatal(err)
	}
	release, err := f.Hold()
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Put(t.Context(), strings.NewReader("more")); err != nil {
		t.Fatal(err)
	}
	old, removed := listed(t, f)[string(d)], make(chan bool)
	go func() {
		done, err := f.Remove(t.Context(), old)
		removed <- done && err == nil
	}()
	select {
	case <-removed:
		t.Error("Remove ended while the blobs were held")
	case <-time.After(50 * time.Millisecond):
	}
	release()
	if !<-removed {
		t.Error("Remove after the release did not remove")
	}
}
