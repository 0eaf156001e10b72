package feed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	"github.com/cellar-ml/cellar/internal/clock"
)

// A Parquet is the source of one Parquet file. A part is a row group.
type Parquet struct {
	name, digest string
	in           *meteredAt
	fr           *pqarrow.FileReader
	schema       *arrow.Schema
	parts        []Part
	verify       func(context.Context) error
}

// bigPart is from which size on row groups are read page by page.
const bigPart = 128 << 20

// readBatch is how many rows of a row group are decoded at once, at most.
const readBatch = 8192

// OpenParquet opens the file at path. Its digest is that of its path, size, time
// of change and schema: a file that was written anew has another. Stats may be
// nil. The caller closes it.
func OpenParquet(path string, stats *Stats) (*Parquet, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open parquet: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open parquet: %w", err)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %d", path, info.Size(), info.ModTime().UnixNano()))
	p, err := newParquet(path, hex.EncodeToString(sum[:]), f, info.Size(), stats)
	if err != nil {
		return nil, fmt.Errorf("open parquet %s: %w", path, err)
	}
	return p, nil
}

// newParquet reads the footer. in is closed when that fails, and by Close.
func newParquet(name, digest string, in io.ReaderAt, size int64, stats *Stats) (_ *Parquet, err error) {
	p := &Parquet{name: name, digest: digest, in: &meteredAt{ReaderAt: in, size: size, stats: stats.stage("read", 1, 0)}}
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("not a Parquet file, or damaged: %v", cause)
		}
		if err != nil {
			p.Close()
		}
	}()
	meta, err := file.NewParquetReader(p.in.whole())
	if err != nil {
		return nil, err
	}
	for i := range meta.NumRowGroups() {
		g := meta.MetaData().RowGroup(i)
		p.parts = append(p.parts, Part{fmt.Sprintf("row group %d", i), g.NumRows(), g.TotalByteSize()})
	}
	props := parquet.NewReaderProperties(memory.DefaultAllocator)
	for _, part := range p.parts {
		props.BufferedStreamEnabled = props.BufferedStreamEnabled || part.Bytes > bigPart
	}
	r, err := file.NewParquetReader(p.in.whole(), file.WithReadProps(props), file.WithMetadata(meta.MetaData()))
	if err != nil {
		return nil, err
	}
	if p.fr, err = pqarrow.NewFileReader(r, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator); err != nil {
		return nil, err
	}
	p.schema, err = p.fr.Schema()
	return p, err
}

// Name is the path, or the reference of the version.
func (p *Parquet) Name() string { return p.name }

// Digest is the blob's, or a file's by path, size and time.
func (p *Parquet) Digest() string { return p.digest }

// Schema has the file's columns, with the types that Arrow gives them.
func (p *Parquet) Schema() *arrow.Schema { return p.schema }

// Parts are the row groups.
func (p *Parquet) Parts() []Part { return p.parts }

// Verify is nil for a file that no digest is known of.
func (p *Parquet) Verify(ctx context.Context) error {
	if p.verify == nil {
		return nil
	}
	return p.verify(ctx)
}

// Close closes the file.
func (p *Parquet) Close() error {
	if c, ok := p.in.ReaderAt.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// Read reads in the caller's goroutine alone: a panic over a broken page in one
// of Arrow's own would end the process.
func (p *Parquet) Read(ctx context.Context, part int, columns []string) (array.RecordReader, error) {
	r := &groupReader{refs: 1, left: p.parts[part].Rows}
	fields := make([]arrow.Field, len(columns))
	for i, name := range columns {
		at := p.schema.FieldIndices(name)
		if len(at) == 0 {
			return nil, fmt.Errorf("no column %q", name)
		}
		leaves := map[int]bool{}
		addLeaves(p.fr.Manifest.Fields[at[0]], leaves)
		c, err := p.fr.GetFieldReader(ctx, at[0], leaves, []int{part})
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", name, err)
		}
		fields[i] = arrow.Field{Name: name, Type: c.Field().Type, Nullable: true}
		r.columns = append(r.columns, c)
	}
	r.schema = arrow.NewSchema(fields, nil)
	return r, nil
}

func addLeaves(f pqarrow.SchemaField, leaves map[int]bool) {
	if f.IsLeaf() {
		leaves[f.ColIndex] = true
	}
	for _, c := range f.Children {
		addLeaves(c, leaves)
	}
}

// A groupReader reads the columns of one row group side by side.
type groupReader struct {
	schema  *arrow.Schema
	columns []*pqarrow.ColumnReader
	left    int64
	refs    int
	rec     arrow.Record
	err     error
}

func (r *groupReader) Schema() *arrow.Schema { return r.schema }
func (r *groupReader) Record() arrow.Record  { return r.rec }
func (r *groupReader) Err() error            { return r.err }
func (r *groupReader) Retain()               { r.refs++ }

func (r *groupReader) Release() {
	if r.refs--; r.refs > 0 {
		return
	}
	for _, c := range r.columns {
		c.Release()
	}
}

func (r *groupReader) Next() bool {
	if r.left <= 0 || r.err != nil {
		return false
	}
	n := min(readBatch, r.left)
	arrays := make([]arrow.Array, len(r.columns))
	for i, c := range r.columns {
		if arrays[i], r.err = readArray(c, n); r.err != nil {
			r.err = fmt.Errorf("column %q: %w", r.schema.Field(i).Name, r.err)
			return false
		}
	}
	r.left -= n
	r.rec = array.NewRecord(r.schema, arrays, n)
	return true
}

func readArray(c *pqarrow.ColumnReader, n int64) (arrow.Array, error) {
	data, err := c.NextBatch(n)
	if err != nil {
		return nil, err
	}
	if int64(data.Len()) != n {
		return nil, fmt.Errorf("%d values are missing", n-int64(data.Len()))
	}
	if chunks := data.Chunks(); len(chunks) == 1 {
		return chunks[0], nil
	}
	return array.Concatenate(data.Chunks(), memory.DefaultAllocator)
}

// meteredAt counts what is read.
type meteredAt struct {
	io.ReaderAt
	size  int64
	stats *stage
}

func (m *meteredAt) whole() *io.SectionReader { return io.NewSectionReader(m, 0, m.size) }

func (m *meteredAt) ReadAt(b []byte, at int64) (int, error) {
	began := clock.System()
	n, err := m.ReaderAt.ReadAt(b, at)
	m.stats.add(0, clock.System().Sub(began))
	m.stats.moved(n)
	return n, err
}

func (p *Parquet) busy() time.Duration { return time.Duration(p.in.stats.busy.Load()) }
