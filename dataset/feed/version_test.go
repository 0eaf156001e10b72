package feed_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/feed"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/mem"
)

const bigRows = 600_000 // more than one part

// registerBig registers a version that is kept in chunks.
func registerBig(t *testing.T) (tracker.Store, tracker.DatasetVersion, *dataset.Manifest) {
	t.Helper()
	ids, texts := array.NewInt64Builder(memory.DefaultAllocator), array.NewStringBuilder(memory.DefaultAllocator)
	for i := range int64(bigRows) {
		ids.Append(i * i)
		texts.Append(strings.Repeat("x", int(i%7)))
	}
	schema := arrow.NewSchema([]arrow.Field{{Name: "id", Type: arrow.PrimitiveTypes.Int64}, {Name: "text", Type: arrow.BinaryTypes.String}}, nil)
	rec := array.NewRecord(schema, []arrow.Array{ids.NewArray(), texts.NewArray()}, bigRows)
	store := mem.New(mem.Options{})
	v, err := dataset.Register(t.Context(), store, "big", array.NewTableFromRecords(schema, []arrow.Record{rec}), "")
	if err != nil {
		t.Fatal(err)
	}
	m, err := dataset.ManifestOf(t.Context(), store, v)
	if err != nil || m == nil || len(m.Columns[0].Chunks) < 5 {
		t.Fatalf("manifest %+v, %v: the test shows nothing", m, err)
	}
	return store, v, m
}

// A version in chunks gives the rows that were registered, part by part, of the
// columns that are asked for.
func TestVersionInChunks(t *testing.T) {
	store, v, _ := registerBig(t)
	src, err := feed.Version(t.Context(), store, v, &feed.Stats{})
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	if n := len(src.Parts()); n != 2 || src.Schema().Field(1).Type.ID() != arrow.STRING {
		t.Errorf("%d parts of %v, want 2 of id, text", n, src.Schema())
	}
	for part, first := range []int64{0, 1 << 19} {
		r, err := src.Read(t.Context(), part, []string{"text", "id"})
		if err != nil {
			t.Fatal(err)
		}
		wantBig(t, r, 1, 0, first, min(first+1<<19, bigRows))
		r.Release()
	}
	all := feed.Reader(t.Context(), src)
	wantBig(t, all, 0, 1, 0, bigRows)
	all.Release()
	some := feed.Reader(t.Context(), src)
	if !some.Next() {
		t.Errorf("Reader = none, %v", some.Err())
	}
	some.Release() // before its end
	if _, err := src.Read(t.Context(), 0, []string{"none"}); err == nil || !strings.Contains(err.Error(), `no column "none"`) {
		t.Errorf("Read of no column = %v", err)
	}
}

// wantBig reads r, which has the rows from first to end.
func wantBig(t *testing.T, r array.RecordReader, idAt, textAt int, first, end int64) {
	t.Helper()
	row := first
	for r.Next() {
		id, text := r.Record().Column(idAt).(*array.Int64), r.Record().Column(textAt).(*array.String)
		for i := range id.Len() {
			if id.Value(i) != row*row || len(text.Value(i)) != int(row%7) {
				t.Fatalf("row %d is %d, %q", row, id.Value(i), text.Value(i))
			}
			row++
		}
	}
	if row != end || r.Err() != nil {
		t.Errorf("rows from %d end at %d, %v; want %d", first, row, r.Err(), end)
	}
}

func TestDamagedChunk(t *testing.T) {
	store, v, m := registerBig(t)
	src, err := feed.Version(t.Context(), broken{store, m.Columns[0].Chunks[4].Blob}, v, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	r := feed.Reader(t.Context(), src)
	defer r.Release()
	for r.Next() {
	}
	var part *feed.PartError
	if err := r.Err(); !errors.Is(err, tracker.ErrCorrupt) || !errors.As(err, &part) || !strings.Contains(err.Error(), "chunk ") {
		t.Errorf("Reader with a damaged chunk = %v, want its part and chunk", err)
	}
}

// broken is a store with one blob that does not fit its digest.
type broken struct {
	tracker.Store
	digest tracker.Digest
}

func (b broken) Blobs() tracker.Blobs { return brokenBlobs{b.Store.Blobs(), b.digest} }

type brokenBlobs struct {
	tracker.Blobs
	digest tracker.Digest
}

func (b brokenBlobs) Open(ctx context.Context, d tracker.Digest) (io.ReadCloser, error) {
	if d == b.digest {
		return nil, tracker.ErrCorrupt
	}
	return b.Blobs.Open(ctx, d)
}
