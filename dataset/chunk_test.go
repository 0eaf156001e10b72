package dataset_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
	"github.com/cellar-ml/cellar/tracker/upkeep"
)

// big is a table of n rows: a key, a number with missing values and a text, made
// anew from seed; edit changes the number of every hundredth row.
func big(ids []int64, edit bool) arrow.Table {
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "id", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
		{Name: "x", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "note", Type: arrow.BinaryTypes.String, Nullable: true}}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i, id := range ids {
		r := rand.New(rand.NewPCG(uint64(id), 7))
		b.Field(0).(*array.Int64Builder).Append(id)
		x := r.NormFloat64()
		if edit && i%100 == 0 {
			x = 0.5
		}
		if id%17 == 0 {
			b.Field(1).AppendNull()
		} else {
			b.Field(1).(*array.Float64Builder).Append(x)
		}
		b.Field(2).(*array.StringBuilder).Append(fmt.Sprintf("row %x", r.Uint64()))
	}
	return array.NewTableFromRecords(schema, []arrow.Record{b.NewRecord()})
}

func upTo(n int64) []int64 {
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = int64(i)
	}
	return ids
}

func folder(t *testing.T) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "cellar.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func stored(t *testing.T, s tracker.Store) (bytes int64) {
	t.Helper()
	if err := s.Blobs().List(t.Context(), func(b tracker.BlobInfo) error { bytes += b.Size; return nil }); err != nil {
		t.Fatal(err)
	}
	return bytes
}

// Versions that append, insert or edit one column cost about that much.
func TestVersionsShareChunks(t *testing.T) {
	s := folder(t)
	const n = 1 << 20
	base := upTo(n)
	inserted := append(append(append([]int64{}, base[:n/2]...), n+1, n+2, n+3), base[n/2:]...)
	before := int64(0)
	for _, step := range []struct {
		name  string
		table arrow.Table
		most  float64 // share of the first version that this one may add
	}{
		{"first", big(base, false), 0},
		{"append 1 %", big(upTo(n+n/100), false), 0.05},
		{"insert 3 rows in the middle", big(inserted, false), 0.05},
		{"edit one column of three", big(base, true), 0.40},
	} {
		v, err := dataset.Register(t.Context(), s, "big", step.table, "")
		if err != nil {
			t.Fatal(err)
		}
		after := stored(t, s)
		if step.most > 0 && float64(after-before) > step.most*float64(before) {
			t.Errorf("%s: added %d bytes to %d, want at most %.0f %%", step.name, after-before, before, step.most*100)
		}
		t.Logf("%s: %d bytes more than %d", step.name, after-before, before)
		if before = max(before, 1); step.most == 0 {
			before = after
		}
		if step.most > 0 {
			before = after
		}
		got, _, err := dataset.Open(t.Context(), s, v.Ref())
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(v.Columns, dataset.Columns(got)); diff != "" {
			t.Errorf("%s: Open mismatch (-want +got):\n%s", step.name, diff)
		}
	}
}

func TestWriteAndScanStream(t *testing.T) {
	s := folder(t)
	table := big(upTo(300_000), false)
	v, err := dataset.RegisterStream(t.Context(), s, "big", array.NewTableReader(table, 1000), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(dataset.Columns(table), v.Columns); diff != "" {
		t.Errorf("Write mismatch (-want +got):\n%s", diff)
	}
	same, err := dataset.Register(t.Context(), s, "big", table, "")
	if err != nil || same.Version != 1 || same.Digest != v.Digest {
		t.Errorf("Register(same rows) = %v, %v, want version 1 with its digest", same, err)
	}
	r, _, err := dataset.Scan(t.Context(), s, "big")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	var records []arrow.Record
	for r.Next() {
		r.Record().Retain()
		records = append(records, r.Record())
	}
	if r.Err() != nil {
		t.Fatal(r.Err())
	}
	if diff := cmp.Diff(v.Columns, dataset.Columns(array.NewTableFromRecords(r.Schema(), records))); diff != "" {
		t.Errorf("Scan mismatch (-want +got):\n%s", diff)
	}
}

// broken fails after its first records.
type broken struct {
	array.RecordReader
	left int
}

func (b *broken) Next() bool { b.left--; return b.left >= 0 && b.RecordReader.Next() }

func (b *broken) Err() error {
	if b.left < 0 {
		return io.ErrUnexpectedEOF
	}
	return nil
}

func TestWriteFailsWhole(t *testing.T) {
	s := folder(t)
	r := &broken{array.NewTableReader(big(upTo(400_000), false), 50_000), 6}
	if _, err := dataset.RegisterStream(t.Context(), s, "big", r, "", nil); err == nil {
		t.Fatal("Write of a stream that breaks = nil")
	}
	if all, err := s.Datasets(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("Datasets = %v, %v, want none", all, err)
	}
	if stored(t, s) == 0 {
		t.Fatal("no chunk was put before the end: the test shows nothing")
	}
	p, err := upkeep.Look(t.Context(), s, upkeep.GCOptions{Now: time.Now().Add(31 * 24 * time.Hour)})
	if err == nil {
		err = p.Do(t.Context(), s, nil)
	}
	if err != nil || stored(t, s) != 0 {
		t.Errorf("gc left %d bytes, %v", stored(t, s), err)
	}
}

// A chunk that is damaged is named, by the readers and by verify; gc keeps the
// chunks of versions.
func TestDamagedChunk(t *testing.T) {
	s := folder(t)
	v, err := dataset.Register(t.Context(), s, "big", big(upTo(300_000), false), "")
	if err != nil {
		t.Fatal(err)
	}
	p, err := upkeep.Look(t.Context(), s, upkeep.GCOptions{Now: time.Now().Add(31 * 24 * time.Hour)})
	if err != nil || len(p.Blobs) != 0 {
		t.Fatalf("gc would remove %d blobs of a version, %v", len(p.Blobs), err)
	}
	m, err := dataset.ManifestOf(t.Context(), s, v)
	if err != nil || m == nil {
		t.Fatalf("ManifestOf = %v, %v", m, err)
	}
	chunk := m.Columns[1].Chunks[1]
	hex, _ := chunk.Blob.Hex()
	path := filepath.Join(sqlite.BlobDir(s.Path()), hex[:2], hex[2:])
	if err := os.Truncate(path, chunk.Bytes/2); err != nil {
		t.Fatal(err)
	}
	_, _, err = dataset.Open(t.Context(), s, "big")
	for _, want := range []string{`column "x", chunk 2 of`, string(chunk.Blob)} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Open with a chunk cut short = %v, want %s", err, want)
		}
	}
	found, err := upkeep.Verify(t.Context(), s, nil)
	if err != nil || len(found.Problems) != 1 || found.Problems[0].Where != "dataset big@v1" {
		t.Errorf("Verify = %+v, %v, want one problem of dataset big@v1", found.Problems, err)
	}
	if _, err := dataset.Register(t.Context(), s, "big", big(upTo(300_000), false), ""); err != nil {
		t.Fatal(err)
	}
	if _, _, err := dataset.Open(t.Context(), s, "big"); err != nil {
		t.Errorf("Open after the rows were registered again = %v", err)
	}
}
