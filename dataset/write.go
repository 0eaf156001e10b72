package dataset

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"golang.org/x/sync/errgroup"

	"github.com/cellar-ml/cellar/internal/together"
	"github.com/cellar-ml/cellar/tracker"
)

// smallTable is the size in memory up to which a version is one Parquet file:
// cutting it would save nothing.
const smallTable = 4 << 20

// RegisterStream is Register for what need not fit in memory: it keeps what r
// gives under name. When r ends with an error nothing is registered (the chunks
// that were kept go with the next `cellar gc`). t, which may be nil, says how the
// version was made of its source; its rows are filled in, RowsIn unless it says
// them. It does not release r.
func RegisterStream(ctx context.Context, store tracker.Store, name string, r array.RecordReader, source string, t *tracker.Transform) (tracker.DatasetVersion, error) {
	none := tracker.DatasetVersion{}
	source, err := checkRegister(ctx, store, name, source)
	if err != nil {
		return none, err
	}
	d, err := keepStream(ctx, store, name, r)
	if read := r.Err(); read != nil {
		return none, read
	}
	if err != nil {
		return none, fmt.Errorf("register dataset %s: %w", name, err)
	}
	d.Source = source
	return put(ctx, store, d, t)
}

// keepStream puts r's rows into the blobs and describes them as a version that
// is not registered yet.
func keepStream(ctx context.Context, store tracker.Store, name string, r array.RecordReader) (tracker.DatasetVersion, error) {
	d := tracker.DatasetVersion{Name: name}
	var first []arrow.Record
	size := int64(0)
	for size <= smallTable && r.Next() {
		rec := r.Record()
		rec.Retain()
		first = append(first, rec)
		size += recordSize(rec)
	}
	if err := r.Err(); err != nil {
		return d, err
	}
	if size <= smallTable {
		return keepWhole(ctx, store, d, array.NewTableFromRecords(r.Schema(), first))
	}
	m, err := cutRows(ctx, store, r, first)
	if err != nil {
		return d, err
	}
	d.Rows = m.Rows
	return keepManifest(ctx, store, d, m)
}

// cutRows puts the columns of first, and then of what is left of r, into the
// blobs, chunk by chunk. It lets go of first as it goes.
func cutRows(ctx context.Context, store tracker.Store, r array.RecordReader, first []arrow.Record) (*Manifest, error) {
	puts, ctx := errgroup.WithContext(ctx)
	puts.SetLimit(putsAtOnce)
	cutters := make([]*cutter, r.Schema().NumFields())
	for i, f := range r.Schema().Fields() {
		cutters[i] = newCutter(puts, store.Blobs(), f)
	}
	m := &Manifest{Kind: "dataset", Format: 2, Columns: make([]ManifestColumn, len(cutters))}
	var err error
	m.Rows, err = addRows(ctx, cutters, r, first)
	if put := puts.Wait(); put != nil {
		return nil, put // what ended the others
	}
	for i, c := range cutters {
		m.Columns[i] = c.done()
	}
	return m, err
}

func addRows(ctx context.Context, cutters []*cutter, r array.RecordReader, first []arrow.Record) (rows int64, err error) {
	add := func(rec arrow.Record) error {
		rows += rec.NumRows()
		return together.Do(ctx, len(cutters), 0, func(i int) error { return cutters[i].add(ctx, rec.Column(i)) })
	}
	for i, rec := range first {
		if err := add(rec); err != nil {
			return 0, err
		}
		rec.Release()
		first[i] = nil
	}
	for r.Next() {
		if err := add(r.Record()); err != nil {
			return 0, err
		}
	}
	if err := r.Err(); err != nil {
		return 0, err
	}
	return rows, together.Do(ctx, len(cutters), 0, func(i int) error { return cutters[i].end(ctx) })
}

// keepTable is keepStream for a table.
func keepTable(ctx context.Context, store tracker.Store, d tracker.DatasetVersion, t arrow.Table) (tracker.DatasetVersion, error) {
	r := array.NewTableReader(t, scanRows)
	defer r.Release()
	size := int64(0)
	for size <= smallTable && r.Next() {
		size += recordSize(r.Record())
	}
	if size <= smallTable {
		return keepWhole(ctx, store, d, t)
	}
	all := array.NewTableReader(t, scanRows)
	defer all.Release()
	kept, err := keepStream(ctx, store, d.Name, all)
	kept.Source = d.Source
	return kept, err
}

// keepWhole keeps a small table as one Parquet file.
func keepWhole(ctx context.Context, store tracker.Store, d tracker.DatasetVersion, t arrow.Table) (tracker.DatasetVersion, error) {
	d.Rows, d.Columns = t.NumRows(), Columns(t)
	known, err := sameContent(ctx, store, d)
	if err != nil {
		return d, err
	}
	if d.Digest = known; known != "" && whole(ctx, store, known) {
		return d, nil
	}
	var buf bytes.Buffer
	if err := WriteParquet(&buf, t); err != nil {
		return d, err
	}
	if d.Digest, _, err = store.Blobs().Put(ctx, &buf); err != nil {
		return d, fmt.Errorf("keep the table: %w", err)
	}
	return d, nil
}

// keepManifest keeps the list of chunks.
func keepManifest(ctx context.Context, store tracker.Store, d tracker.DatasetVersion, m *Manifest) (tracker.DatasetVersion, error) {
	for _, c := range m.Columns {
		d.Columns = append(d.Columns, c.Column)
	}
	known, err := sameContent(ctx, store, d)
	if err != nil {
		return d, err
	}
	if known != "" && whole(ctx, store, known) {
		d.Digest = known // its chunks were just put again
		return d, nil
	}
	body, err := json.Marshal(m)
	if err != nil {
		return d, err
	}
	d.Chunks = m.Blobs()
	if d.Digest, _, err = store.Blobs().Put(ctx, bytes.NewReader(body)); err != nil {
		return d, fmt.Errorf("keep the manifest: %w", err)
	}
	return d, nil
}

// recordSize is about the memory of a record's values.
func recordSize(rec arrow.Record) int64 {
	n := int64(0)
	for _, c := range rec.Columns() {
		switch c := c.(type) {
		case *array.String:
			n += int64(len(c.ValueBytes())) + 4*int64(c.Len())
		case *array.Binary:
			n += int64(len(c.ValueBytes())) + 4*int64(c.Len())
		default:
			n += 8 * int64(c.Len())
		}
	}
	return n
}
