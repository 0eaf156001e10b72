package dataset

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/bits"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
	"github.com/zeebo/xxh3"

	"github.com/cellar-ml/cellar/tracker"
)

// Where a column is cut: after a value at which the hash of the last 64 values
// has chunkBits zeros, so that an insertion moves the cuts near it only, and
// within these bounds.
const (
	chunkMin   = 1 << 13
	chunkMax   = 1 << 17
	chunkBits  = 15
	chunkBytes = 4 << 20 // of text
)

// A cutter puts one column into the blobs, chunk by chunk.
type cutter struct {
	blobs   tracker.Blobs
	field   arrow.Field
	column  ManifestColumn
	digest  digester
	pending []arrow.Array // the values of the chunk that is not cut yet
	rows    int64         // in pending
	bytes   int64
	gear    uint64
}

func newCutter(blobs tracker.Blobs, f arrow.Field) *cutter {
	c := &cutter{blobs: blobs, field: arrow.Field{Name: f.Name, Type: f.Type, Nullable: true}}
	c.column.Column = tracker.Column{Name: f.Name, Type: f.Type.String()}
	c.digest.h = sha256.New()
	c.digest.text(c.column.Type)
	return c
}

// add takes the next values; what is whole goes to the blobs.
func (c *cutter) add(ctx context.Context, a arrow.Array) error {
	from := 0
	for i := range a.Len() {
		c.digest.value(a, i)
		h, size := valueHash(a, i)
		c.gear = c.gear<<1 + h
		c.rows++
		c.bytes += size
		if c.rows >= chunkMax || c.bytes >= chunkBytes || c.rows >= chunkMin && c.gear>>(64-chunkBits) == 0 {
			c.pending = append(c.pending, array.NewSlice(a, int64(from), int64(i+1)))
			from = i + 1
			if err := c.cut(ctx); err != nil {
				return err
			}
		}
	}
	if from < a.Len() {
		c.pending = append(c.pending, array.NewSlice(a, int64(from), int64(a.Len())))
	}
	return nil
}

// cut ends the chunk. The hash begins anew, so that a chunk depends on nothing
// before it.
func (c *cutter) cut(ctx context.Context) error {
	if c.rows == 0 {
		return nil
	}
	one, err := array.Concatenate(c.pending, memory.DefaultAllocator)
	if err != nil {
		return fmt.Errorf("column %q: %w", c.field.Name, err)
	}
	for _, p := range c.pending {
		p.Release()
	}
	var buf bytes.Buffer
	if err := writeChunk(&buf, c.field, one); err != nil {
		return fmt.Errorf("column %q: %w", c.field.Name, err)
	}
	d, n, err := c.blobs.Put(ctx, &buf)
	if err != nil {
		return fmt.Errorf("column %q: keep the rows: %w", c.field.Name, err)
	}
	c.column.Chunks = append(c.column.Chunks, Chunk{Blob: d, Rows: c.rows, Bytes: n})
	c.pending, c.rows, c.bytes, c.gear = nil, 0, 0, 0
	return nil
}

// writeChunk writes one column so that equal values give equal bytes. A dictionary
// that outgrows its limit half way does not do that in Arrow's writer: it is used
// where values repeat, and has room for all of them.
func writeChunk(w io.Writer, f arrow.Field, a arrow.Array) error {
	props := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy), parquet.WithCreatedBy("cellar"),
		parquet.WithMaxRowGroupLength(chunkMax), parquet.WithDictionaryDefault(repeats(a)), parquet.WithDictionaryPageSizeLimit(4*chunkBytes))
	fw, err := pqarrow.NewFileWriter(arrow.NewSchema([]arrow.Field{f}, nil), struct{ io.Writer }{w}, props, pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		return err
	}
	column := arrow.NewColumn(f, arrow.NewChunked(a.DataType(), []arrow.Array{a}))
	if err := fw.WriteTable(array.NewTable(arrow.NewSchema([]arrow.Field{f}, nil), []arrow.Column{*column}, int64(a.Len())), chunkMax); err != nil {
		return err
	}
	return fw.Close()
}

// repeats reports whether a value of a occurs four times on the average.
func repeats(a arrow.Array) bool {
	seen := map[uint64]bool{}
	for i := 0; i < a.Len() && len(seen) <= a.Len()/4; i++ {
		h, _ := valueHash(a, i)
		seen[h] = true
	}
	return len(seen) <= a.Len()/4
}

// end cuts what is left and returns the column.
func (c *cutter) end(ctx context.Context) (ManifestColumn, error) {
	if err := c.cut(ctx); err != nil {
		return ManifestColumn{}, err
	}
	c.digest.flush()
	c.column.Digest = tracker.Digest("sha256:" + hex.EncodeToString(c.digest.h.Sum(nil)))
	return c.column, nil
}

// valueHash is a hash of a[i], the same on every machine, and the bytes of text.
func valueHash(a arrow.Array, i int) (h uint64, size int64) {
	if a.IsNull(i) {
		return 0x9e3779b97f4a7c15, 0
	}
	switch a := a.(type) {
	case *array.Int64:
		return mix(uint64(a.Value(i))), 0
	case *array.Float64:
		return mix(floatBits(a.Value(i))), 0
	case *array.Timestamp:
		return mix(uint64(a.Value(i))), 0
	case *array.Date32:
		return mix(uint64(a.Value(i))), 0
	case *array.Boolean:
		if a.Value(i) {
			return mix(1), 0
		}
		return mix(0), 0
	case *array.String:
		return xxh3.HashString(a.Value(i)), int64(len(a.Value(i)))
	case *array.Binary:
		return xxh3.Hash(a.Value(i)), int64(len(a.Value(i)))
	}
	s := a.ValueStr(i)
	return xxh3.HashString(s), int64(len(s))
}

// mix spreads a number over 64 bits (wyhash's step).
func mix(x uint64) uint64 {
	hi, lo := bits.Mul64(x^0xa0761d6478bd642f, x^0xe7037ed1a0b428db)
	return hi ^ lo
}
