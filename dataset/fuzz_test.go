package dataset_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/tracker"
)

// FuzzManifest holds that whatever stands in a version's blob is refused, or is a
// table of as many rows as it says.
func FuzzManifest(f *testing.F) {
	var chunk bytes.Buffer
	if err := dataset.WriteParquet(&chunk, oneColumn([]float64{1, 2})); err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{
		`{"cellar":"dataset","format":2,"rows":2,"columns":[{"name":"price","type":"float64","chunks":[{"blob":"BLOB","rows":2,"bytes":9}]}]}`,
		`{"cellar":"dataset","format":2,"rows":-1,"columns":[]}`, `{"cellar":"dataset","format":2,"rows":9223372036854775807,"columns":[{"chunks":[{"rows":9223372036854775807},{"rows":9223372036854775807},{"rows":1}]}]}`,
		`{`, `{"format":3}`, "PAR1", "",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := folder(t)
		blob, _, err := s.Blobs().Put(t.Context(), bytes.NewReader(chunk.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		d, _, err := s.Blobs().Put(t.Context(), strings.NewReader(strings.ReplaceAll(text, "BLOB", string(blob))))
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.PutDataset(t.Context(), tracker.DatasetVersion{Name: "x", Digest: d, Rows: 2})
		if err != nil {
			t.Fatal(err)
		}
		m, err := dataset.ManifestOf(t.Context(), s, v)
		tab, _, opened := dataset.Open(t.Context(), s, "x")
		if opened == nil && (err != nil || m != nil && tab.NumRows() != m.Rows) {
			t.Errorf("Open = %d rows, ManifestOf = %+v, %v", tab.NumRows(), m, err)
		}
		r, _, err := dataset.Scan(t.Context(), s, "x")
		if err != nil {
			return
		}
		streamed, err := dataset.Collect(r)
		if opened == nil && (err != nil || streamed.NumRows() != tab.NumRows()) {
			t.Errorf("Scan = %v, Open = %d rows", err, tab.NumRows())
		}
	})
}

func oneColumn(values []float64) arrow.Table {
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	b.AppendValues(values, nil)
	schema := arrow.NewSchema([]arrow.Field{{Name: "price", Type: arrow.PrimitiveTypes.Float64, Nullable: true}}, nil)
	return array.NewTableFromRecords(schema, []arrow.Record{array.NewRecord(schema, []arrow.Array{b.NewArray()}, int64(len(values)))})
}

// twoFiles is the table of a folder's version.
func twoFiles(paths []string, modes []int64, part int64, content string) arrow.Table {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "path", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "part", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "mode", Type: arrow.PrimitiveTypes.Int64, Nullable: true}, {Name: "content", Type: arrow.BinaryTypes.Binary, Nullable: true}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i, p := range paths {
		b.Field(0).(*array.StringBuilder).Append(p)
		b.Field(1).(*array.Int64Builder).Append(part)
		b.Field(2).(*array.Int64Builder).Append(modes[i])
		b.Field(3).(*array.BinaryBuilder).Append([]byte(content))
	}
	return array.NewTableFromRecords(schema, []arrow.Record{b.NewRecord()})
}

// FuzzCheckoutFolder holds that a version of a folder, whatever paths it has, is
// written below the folder that it is checked out to, or not at all.
func FuzzCheckoutFolder(f *testing.F) {
	f.Add("a", "sub/b", "text", int64(420))
	f.Add("../out", "/etc/x", "..", int64(493))
	f.Add("link", "link/escaped", "../..", int64(40960))
	f.Add("a", "a/b", "", int64(-1))
	f.Add("", ".", "\x00", int64(1<<40))
	f.Fuzz(func(t *testing.T, one, two, content string, mode int64) {
		s := folder(t)
		if _, err := dataset.Register(t.Context(), s, "x", twoFiles([]string{one, two}, []int64{mode, 420}, 0, content), ""); err != nil {
			t.Fatal(err)
		}
		root := t.TempDir()
		to := filepath.Join(root, "a", "b", "out")
		if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
			t.Fatal(err)
		}
		err := checkoutTo(t, s, "x", to, false)
		walk := func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && !strings.HasPrefix(path, to+"/") {
				t.Errorf("Checkout of %q, %q wrote %s", one, two, path)
			}
			return err
		}
		if walked := filepath.WalkDir(root, walk); walked != nil {
			t.Fatal(walked)
		}
		if _, there := os.Lstat(to); err != nil && there == nil {
			t.Errorf("Checkout = %v, and %s is there", err, to)
		}
	})
}
