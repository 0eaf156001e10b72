package dataset_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/mem"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
)

func read(t *testing.T, path string) arrow.Table {
	t.Helper()
	table, err := dataset.Read(t.Context(), path, dataset.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestRegisterAndOpen(t *testing.T) {
	store := mem.New(mem.Options{})
	table := read(t, penguins)
	v1, err := dataset.Register(t.Context(), store, "penguins", table, penguins)
	if err != nil {
		t.Fatal(err)
	}
	if v1.Version != 1 || v1.Rows != 344 || len(v1.Columns) != 8 || v1.Columns[0].Digest == "" {
		t.Errorf("Register = %+v, want version 1 of 344 rows and 8 columns with digests", v1)
	}
	again, err := dataset.Register(t.Context(), store, "penguins", table, penguins)
	if err != nil || again.Version != 1 {
		t.Errorf("Register(same content) = version %d, %v, want version 1", again.Version, err)
	}
	part, err := dataset.Take(table, []int{0, 1, 2})
	if err != nil {
		t.Fatal(err)
	}
	v2, err := dataset.Register(t.Context(), store, "penguins", part, "")
	if err != nil || v2.Version != 2 {
		t.Errorf("Register(other content) = version %d, %v, want version 2", v2.Version, err)
	}
	for ref, want := range map[string]arrow.Table{"penguins@v1": table, "penguins@v2": part, "penguins": part} {
		got, _, err := dataset.Open(t.Context(), store, ref)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(dump(want), dump(got)); diff != "" {
			t.Errorf("Open(%s) mismatch (-want +got):\n%s", ref, diff)
		}
	}
	edges, err := store.Edges(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path, _ := filepath.Abs(penguins)
	want := []tracker.Edge{{From: tracker.Node{Kind: tracker.KindFile, ID: path}, To: tracker.Node{Kind: tracker.KindDataset, ID: "penguins@v1"}, Role: "load"}}
	if diff := cmp.Diff(want, edges, cmpopts.IgnoreFields(tracker.Edge{}, "Time")); diff != "" {
		t.Errorf("Edges mismatch (-want +got):\n%s", diff)
	}
}

func TestOpenNamesWhatIsThere(t *testing.T) {
	store := mem.New(mem.Options{})
	_, _, err := dataset.Open(t.Context(), store, "wine")
	if err == nil || !strings.Contains(hint.Of(err), "no datasets yet") {
		t.Errorf("Open(empty store) = %v, hint %q", err, hint.Of(err))
	}
	if _, err := dataset.Register(t.Context(), store, "penguins", read(t, penguins), ""); err != nil {
		t.Fatal(err)
	}
	for ref, want := range map[string]string{"pengiuns": "did you mean penguins?", "penguins@v7": "penguins@v1", "wine": "penguins@v1"} {
		if _, _, err := dataset.Open(t.Context(), store, ref); err == nil || !strings.Contains(hint.Of(err), want) {
			t.Errorf("Open(%s) = %v, hint %q, want %q", ref, err, hint.Of(err), want)
		}
	}
	for _, name := range []string{"", "a@b", "a b", "../x", "-x"} {
		if _, err := dataset.Register(t.Context(), store, name, read(t, penguins), ""); err == nil {
			t.Errorf("Register(%q) = nil, want an error", name)
		}
	}
}

func TestName(t *testing.T) {
	for path, want := range map[string]string{"data/penguins.csv": "penguins", "My Wine.CSV.gz": "my-wine", "/x/a.b.parquet": "a.b", "???.csv": "data"} {
		if got := dataset.Name(path); got != want {
			t.Errorf("Name(%q) = %q, want %q", path, got, want)
		}
	}
}

// Equal content in other chunks is equal bytes and equal digests.
func TestParquetIsDeterministic(t *testing.T) {
	table := read(t, penguins)
	r := array.NewTableReader(table, 50)
	var parts []arrow.Record
	for r.Next() {
		r.Record().Retain()
		parts = append(parts, r.Record())
	}
	chunked := array.NewTableFromRecords(table.Schema(), parts)
	var a, b bytes.Buffer
	if err := dataset.WriteParquet(&a, table); err != nil {
		t.Fatal(err)
	}
	if err := dataset.WriteParquet(&b, chunked); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("WriteParquet gives other bytes for other chunks")
	}
	if diff := cmp.Diff(dataset.Columns(table), dataset.Columns(chunked)); diff != "" {
		t.Errorf("Columns differ by chunks:\n%s", diff)
	}
}

func TestParquetRoundTrip(t *testing.T) {
	text := "i,f,b,s,d,w,z,e\n1,1.5,true,x,2024-02-29,2024-02-29 10:00:00,2024-01-01T00:00:00Z,\nNA,inf,,\"a\nb\",,,NA,\n"
	table := read(t, write(t, "t.csv", text))
	empty := read(t, write(t, "e.csv", "a,b\n"))
	for _, want := range []arrow.Table{table, empty} {
		var buf bytes.Buffer
		if err := dataset.WriteParquet(&buf, want); err != nil {
			t.Fatal(err)
		}
		got := read(t, write(t, "t.parquet", buf.String()))
		if diff := cmp.Diff(dump(want), dump(got)); diff != "" {
			t.Errorf("Parquet round trip mismatch (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(dataset.Columns(want), dataset.Columns(got)); diff != "" {
			t.Errorf("digests after a round trip mismatch (-want +got):\n%s", diff)
		}
	}
}

func TestParquetWidens(t *testing.T) {
	schema := arrow.NewSchema([]arrow.Field{{Name: "a", Type: arrow.PrimitiveTypes.Int16}, {Name: "b", Type: arrow.PrimitiveTypes.Float32, Nullable: true},
		{Name: "c", Type: &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: arrow.BinaryTypes.String}}, {Name: "d", Type: arrow.PrimitiveTypes.Uint64}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	b.Field(0).(*array.Int16Builder).AppendValues([]int16{-3, 4}, nil)
	b.Field(1).(*array.Float32Builder).AppendValues([]float32{0.5, 0}, []bool{true, false})
	for _, v := range []string{"x", "y"} {
		if err := b.Field(2).(*array.BinaryDictionaryBuilder).AppendString(v); err != nil {
			t.Fatal(err)
		}
	}
	b.Field(3).(*array.Uint64Builder).AppendValues([]uint64{1, 1 << 63}, nil)
	var buf bytes.Buffer
	if err := dataset.WriteParquet(&buf, array.NewTableFromRecords(schema, []arrow.Record{b.NewRecord()})); err != nil {
		t.Fatal(err)
	}
	got := read(t, write(t, "t.parquet", buf.String()))
	want := []string{"a:int64 b:float64 c:utf8 d:uint64", "-3|0.5|x|1", "4|(null)|y|9223372036854775808"}
	if diff := cmp.Diff(want, dump(got)); diff != "" {
		t.Errorf("Read(narrow types) mismatch (-want +got):\n%s", diff)
	}
}

// A Parquet file that is cut short is an error; one with a damaged page is an
// error or another table, and never a panic.
func TestBrokenParquet(t *testing.T) {
	table := read(t, "profile/testdata/numbers.csv")
	small, err := dataset.Take(table, []int{0, 1, 2, 3})
	if err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	if err := dataset.WriteParquet(&buf, small); err != nil {
		t.Fatal(err)
	}
	whole := buf.Bytes()
	path := filepath.Join(t.TempDir(), "t.parquet")
	try := func(data []byte) error {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := dataset.Read(t.Context(), path, dataset.ReadOptions{})
		return err
	}
	for n := range whole {
		if err := try(whole[:n]); err == nil || hint.Of(err) == "" {
			t.Fatalf("Read(first %d bytes) = %v, want an error with a hint", n, err)
		}
	}
	footer := len(whole) - 8 - int(binary.LittleEndian.Uint32(whole[len(whole)-8:]))
	for at := range footer {
		broken := bytes.Clone(whole)
		broken[at] ^= 0x81
		_ = try(broken) // what counts is that it returns
	}
}

// TestRegisterMends holds that loading a file again brings back bytes that were
// lost from the store.
func TestRegisterMends(t *testing.T) {
	dir := t.TempDir()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "cellar.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	table := read(t, penguins)
	if _, err := dataset.Register(t.Context(), store, "penguins", table, penguins); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "cellar.blobs")); err != nil {
		t.Fatal(err)
	}
	v, err := dataset.Register(t.Context(), store, "penguins", table, penguins)
	if err != nil || v.Version != 1 {
		t.Fatalf("Register(again) = version %d, %v, want version 1", v.Version, err)
	}
	if _, _, err := dataset.Open(t.Context(), store, "penguins"); err != nil {
		t.Errorf("Open after the blob was lost and the file loaded again: %v", err)
	}
}
