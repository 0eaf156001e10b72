package feed

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/tracker"
)

// A SourceCloser is a Source that holds files open.
type SourceCloser interface {
	Source
	io.Closer
}

// Version is the source of a registered version, in one file or in chunks. Stats
// may be nil. The caller closes it.
func Version(ctx context.Context, store tracker.Store, v tracker.DatasetVersion, stats *Stats) (SourceCloser, error) {
	m, err := dataset.ManifestOf(ctx, store, v)
	if err != nil {
		return nil, err
	}
	if m == nil {
		return Blob(ctx, store.Blobs(), v.Ref(), v.Digest, stats)
	}
	s := &chunked{v: v, m: m, blobs: meteredBlobs{store.Blobs(), stats.stage("read", 1, 0)}}
	names := make([]string, len(m.Columns))
	for i, c := range m.Columns {
		names[i] = c.Name
	}
	r, err := m.Read(ctx, s.blobs, names, 0, 0)
	if err != nil {
		return nil, fmt.Errorf("open dataset %s: %w", v.Ref(), err)
	}
	defer r.Release()
	s.schema = r.Schema()
	return s, nil
}

// A chunked is a version whose columns are kept in chunks. As these end at other
// rows in each column, its parts are a number of rows; every chunk is checked
// against its digest as it is read.
type chunked struct {
	v      tracker.DatasetVersion
	m      *dataset.Manifest
	blobs  meteredBlobs
	schema *arrow.Schema
}

// chunkedPart is how many rows of a chunked version are a part: some chunks of
// each column, so that few are read for two parts.
const chunkedPart = 1 << 19

func (s *chunked) Name() string          { return s.v.Ref() }
func (s *chunked) Digest() string        { return string(s.v.Digest) }
func (s *chunked) Schema() *arrow.Schema { return s.schema }
func (s *chunked) Close() error          { return nil }

func (s *chunked) Parts() []Part {
	var stored int64
	for _, c := range s.m.Columns {
		for _, k := range c.Chunks {
			stored += k.Bytes
		}
	}
	var parts []Part
	for from := int64(0); from < s.m.Rows; from += chunkedPart {
		rows := min(chunkedPart, s.m.Rows-from)
		size := max(8*rows*int64(len(s.m.Columns)), stored/s.m.Rows*rows)
		parts = append(parts, Part{fmt.Sprintf("rows from %d", from+1), rows, size})
	}
	return parts
}

func (s *chunked) Read(ctx context.Context, part int, columns []string) (array.RecordReader, error) {
	from := int64(part) * chunkedPart
	return s.m.Read(ctx, s.blobs, columns, from, min(from+chunkedPart, s.m.Rows))
}

func (s *chunked) busy() time.Duration { return time.Duration(s.blobs.stats.busy.Load()) }

// meteredBlobs counts what is read of blobs.
type meteredBlobs struct {
	tracker.Blobs
	stats *stage
}

func (b meteredBlobs) Open(ctx context.Context, d tracker.Digest) (io.ReadCloser, error) {
	rc, err := b.Blobs.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	return &metered{rc, b.stats}, nil
}

type metered struct {
	io.ReadCloser
	stats *stage
}

func (m *metered) Read(b []byte) (int, error) {
	began := clock.System()
	n, err := m.ReadCloser.Read(b)
	m.stats.add(0, clock.System().Sub(began))
	m.stats.moved(n)
	return n, err
}
