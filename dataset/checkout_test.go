package dataset_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/tracker"
)

func TestCheckoutKeepsEdits(t *testing.T) {
	s := folder(t)
	v, err := dataset.Register(t.Context(), s, "big", big(upTo(300_000), false), "")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "big.parquet")
	for range 2 { // the second finds what it would write
		if err := checkoutTo(t, s, "big", path, false); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(v.Columns, dataset.Columns(read(t, path))); diff != "" {
		t.Errorf("Checkout mismatch (-want +got):\n%s", diff)
	}
	if err := os.WriteFile(path, []byte("edited"), 0o644); err != nil {
		t.Fatal(err)
	}
	err = checkoutTo(t, s, "big", path, false)
	if body, _ := os.ReadFile(path); err == nil || !strings.Contains(err.Error(), "not this version") || string(body) != "edited" {
		t.Errorf("Checkout over an edited file = %v, file has %d bytes", err, len(body))
	}
	if err := checkoutTo(t, s, "big", path, true); err != nil {
		t.Fatal(err)
	}
	if _, _, err := dataset.Open(t.Context(), s, "big"); err != nil {
		t.Errorf("Open after the checkout was edited = %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".cellar*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestCommitHasItsEdge(t *testing.T) {
	s := folder(t)
	for _, p := range []float64{1, 2} {
		_, err := dataset.Commit(t.Context(), s, "prices", func() (tracker.DatasetVersion, error) {
			return dataset.Register(t.Context(), s, "prices", prices([]string{"a"}, []float64{p}), "")
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	edges, err := s.Edges(t.Context())
	if err != nil || len(edges) != 1 {
		t.Fatalf("Edges = %+v, %v, want one", edges, err)
	}
	want := &tracker.Transform{Step: "commit", RowsIn: 1, RowsOut: 1, Columns: map[string][]string{"price": {"price"}}}
	if diff := cmp.Diff(want, edges[0].Transform); diff != "" || edges[0].From.ID != "prices@v1" || edges[0].To.ID != "prices@v2" {
		t.Errorf("edge %+v, mismatch (-want +got):\n%s", edges[0], diff)
	}
}

// A folder comes back as it was: bytes, the executable's mode, links; a second
// version has what changed, and edits are not lost.
func TestFolder(t *testing.T) {
	s, root := folder(t), t.TempDir()
	large := strings.Repeat("0123456789abcdef", 5<<16) // 5 MiB: five parts
	files := map[string]string{"a.txt": "one", "empty": "", "sub/large.bin": large + "end", "sub/whole.bin": large[:1<<20], "sub/deep/x": "x"}
	writeFiles(t, root, files)
	if err := os.Chmod(filepath.Join(root, "a.txt"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../a.txt", filepath.Join(root, "sub/link")); err != nil {
		t.Fatal(err)
	}
	v, err := dataset.CommitFolder(t.Context(), s, "raw", root)
	if err != nil || !dataset.IsFolder(v) {
		t.Fatalf("CommitFolder = %+v, %v, want a version of a folder", v, err)
	}
	out := filepath.Join(t.TempDir(), "out")
	for range 2 { // the second finds what it would write
		if err := checkoutTo(t, s, "raw", out, false); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(files, readFiles(t, out)); diff != "" {
		t.Errorf("Checkout mismatch (-want +got):\n%s", diff)
	}
	info, err := os.Stat(filepath.Join(out, "a.txt"))
	if to, _ := os.Readlink(filepath.Join(out, "sub/link")); err != nil || info.Mode()&0o100 == 0 || to != "../a.txt" {
		t.Errorf("a.txt is %v, %v, sub/link leads to %q", info.Mode(), err, to)
	}
	writeFiles(t, out, map[string]string{"a.txt": "two"})
	if err := checkoutTo(t, s, "raw@v1", out, false); err == nil || !strings.Contains(err.Error(), "not this version") {
		t.Errorf("Checkout over an edited folder = %v", err)
	}
	second, err := dataset.CommitFolder(t.Context(), s, "raw", out)
	if err != nil || second.Version != 2 || second.Columns[0] != v.Columns[0] || second.Columns[3] == v.Columns[3] {
		t.Errorf("CommitFolder of an edited folder = %+v, %v, want a version with other content", second, err)
	}
	if err := checkoutTo(t, s, "raw@v1", out, true); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(files, readFiles(t, out)); diff != "" {
		t.Errorf("Checkout with force mismatch (-want +got):\n%s", diff)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(out), ".cellar*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func writeFiles(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for name, content := range files {
		path := filepath.Join(root, name)
		err := os.MkdirAll(filepath.Dir(path), 0o777)
		if err == nil {
			err = os.WriteFile(path, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// readFiles are the regular files below root.
func readFiles(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		body, err := os.ReadFile(path)
		name, _ := filepath.Rel(root, path)
		files[name] = string(body)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// A path that leads out of the folder is refused, whoever wrote the version.
func TestFolderStaysBelow(t *testing.T) {
	s := folder(t)
	b := array.NewRecordBuilder(memory.DefaultAllocator, arrow.NewSchema([]arrow.Field{
		{Name: "path", Type: arrow.BinaryTypes.String}, {Name: "part", Type: arrow.PrimitiveTypes.Int64},
		{Name: "mode", Type: arrow.PrimitiveTypes.Int64}, {Name: "content", Type: arrow.BinaryTypes.Binary}}, nil))
	b.Field(0).(*array.StringBuilder).Append("../out.txt")
	b.Field(1).(*array.Int64Builder).Append(0)
	b.Field(2).(*array.Int64Builder).Append(0o644)
	b.Field(3).(*array.BinaryBuilder).Append([]byte("x"))
	rec := b.NewRecord()
	if _, err := dataset.Register(t.Context(), s, "evil", array.NewTableFromRecords(rec.Schema(), []arrow.Record{rec}), ""); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := checkoutTo(t, s, "evil", filepath.Join(dir, "in"), false); err == nil {
		t.Error("Checkout of ../out.txt = nil")
	}
	if got := readFiles(t, dir); len(got) > 0 {
		t.Errorf("written: %v", got)
	}
}

func checkoutTo(t *testing.T, s tracker.Store, ref, path string, force bool) error {
	t.Helper()
	v, err := dataset.Find(t.Context(), s, ref)
	if err != nil {
		t.Fatal(err)
	}
	return dataset.Checkout(t.Context(), s, v, path, force)
}
