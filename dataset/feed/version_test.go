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

// A version in chunks gives the rows that were registered, part by part, of the
// columns that are asked for.
func TestVersionInChunks(t *testing.T) {
	const rows = 600_000 // more than one part
	ids, texts := array.NewInt64Builder(memory.DefaultAllocator), array.NewStringBuilder(memory.DefaultAllocator)
	for i := range int64(rows) {
		ids.Append(i * i)
		texts.Append(strings.Repeat("x", int(i%7)))
	}
	schema := arrow.NewSchema([]arrow.Field{{Name: "id", Type: arrow.PrimitiveTypes.Int64}, {Name: "text", Type: arrow.BinaryTypes.String}}, nil)
	rec := array.NewRecord(schema, []arrow.Array{ids.NewArray(), texts.NewArray()}, rows)
	store := mem.New(mem.Options{})
	v, err := dataset.Register(t.Context(), store, "big", array.NewTableFromRecords(schema, []arrow.Record{rec}), "")
	if err != nil {
		t.Fatal(err)
	}
	m, err := dataset.ManifestOf(t.Context(), store, v)
	if err != nil || m == nil || len(m.Columns[0].Chunks) < 5 {
		t.Fatalf("manifest %+v, %v: the test shows nothing", m, err)
	}
	stats := &feed.Stats{}
	src, err := feed.Version(t.Context(), store, v, stats)
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
		row := first
		for r.Next() {
			text, id := r.Record().Column(0).(*array.String), r.Record().Column(1).(*array.Int64)
			for i := range id.Len() {
				if id.Value(i) != row*row || len(text.Value(i)) != int(row%7) {
					t.Fatalf("row %d is %d, %q", row, id.Value(i), text.Value(i))
				}
				row++
			}
		}
		if want := min(first+1<<19, rows); row != want || r.Err() != nil {
			t.Errorf("part %d ends at row %d, %v; want %d", part, row, r.Err(), want)
		}
		r.Release()
	}
	if _, err := src.Read(t.Context(), 0, []string{"none"}); err == nil || !strings.Contains(err.Error(), `no column "none"`) {
		t.Errorf("Read of no column = %v", err)
	}
	src, err = feed.Version(t.Context(), broken{store, m.Columns[0].Chunks[4].Blob}, v, nil)
	if err == nil {
		err = feed.Scan(t.Context(), src, []string{"id", "text"}, func(int64, arrow.Record) error { return nil })
	}
	var part *feed.PartError
	if !errors.Is(err, tracker.ErrCorrupt) || !errors.As(err, &part) || !strings.Contains(err.Error(), "chunk ") {
		t.Errorf("Scan of a damaged chunk = %v, want its part and chunk", err)
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
