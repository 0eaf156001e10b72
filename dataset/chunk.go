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
	"golang.org/x/sync/errgroup"

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

// putsAtOnce is how many chunks are on their way to the disk: it takes its time over
// each, and about as much over several.
const putsAtOnce = 16

// A cutter puts one column into the blobs, chunk by chunk.
type cutter struct {
	puts    *errgroup.Group // limited to putsAtOnce
	blobs   tracker.Blobs
	field   arrow.Field
	column  ManifestColumn
	chunks  []*Chunk // whole once puts has ended
	digest  digester
	pending []arrow.Array // the values of the chunk that is not cut yet
	rows    int64         // in pending
	bytes   int64
	gear    uint64
	hashes  []uint64 // of the values that add was given
}

func newCutter(puts *errgroup.Group, blobs tracker.Blobs, f arrow.Field) *cutter {
	c := &cutter{puts: puts, blobs: blobs, field: arrow.Field{Name: f.Name, Type: f.Type, Nullable: true}}
	c.column.Column = tracker.Column{Name: f.Name, Type: f.Type.String()}
	c.digest.h = sha256.New()
	c.digest.text(c.column.Type)
	return c
}

// add takes the next values; what is whole goes to the blobs.
func (c *cutter) add(ctx context.Context, a arrow.Array) error {
	c.digest.array(a)
	c.hashes = valueHashes(a, c.hashes[:0])
	from := 0
	for i, h := range c.hashes {
		c.gear = c.gear<<1 + h
		c.rows++
		c.bytes += textSize(a, i)
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
	chunk := &Chunk{Rows: c.rows}
	c.chunks = append(c.chunks, chunk)
	c.puts.Go(func() (err error) {
		if chunk.Blob, chunk.Bytes, err = c.blobs.Put(ctx, &buf); err != nil {
			err = fmt.Errorf("column %q: keep the rows: %w", c.field.Name, err)
		}
		return err
	})
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

// repeats reports whether a value of a occurs four times on the average. It looks
// at hashes, in a table of twice as many places as there may be values.
func repeats(a arrow.Array) bool {
	most := a.Len() / 4
	seen, shift, count := make([]uint64, 1<<bits.Len(uint(2*most))), 64-bits.Len(uint(2*most)), 0
	for _, h := range valueHashes(a, make([]uint64, 0, a.Len())) {
		h |= 1 // 0 is a free place
		at := int(h >> shift)
		for seen[at] != 0 && seen[at] != h {
			at = (at + 1) % len(seen)
		}
		if seen[at] == h {
			continue
		}
		if count++; count > most {
			return false
		}
		seen[at] = h
	}
	return true
}

// end cuts what is left.
func (c *cutter) end(ctx context.Context) error {
	if err := c.cut(ctx); err != nil {
		return err
	}
	c.digest.flush()
	c.column.Digest = tracker.Digest("sha256:" + hex.EncodeToString(c.digest.h.Sum(nil)))
	return nil
}

// done is the column, once puts has ended.
func (c *cutter) done() ManifestColumn {
	for _, k := range c.chunks {
		c.column.Chunks = append(c.column.Chunks, *k)
	}
	return c.column
}

// valueHashes appends a hash of each value of a, the same on every machine.
func valueHashes(a arrow.Array, to []uint64) []uint64 {
	switch v := a.(type) {
	case *array.Int64:
		to = hashes(to, v.Int64Values(), func(x int64) uint64 { return mix(uint64(x)) })
	case *array.Float64:
		to = hashes(to, v.Float64Values(), func(x float64) uint64 { return mix(floatBits(x)) })
	case *array.Timestamp:
		to = hashes(to, v.TimestampValues(), func(x arrow.Timestamp) uint64 { return mix(uint64(x)) })
	case *array.Date32:
		to = hashes(to, v.Date32Values(), func(x arrow.Date32) uint64 { return mix(uint64(x)) })
	case *array.Boolean:
		for i := range v.Len() {
			x := uint64(0)
			if v.Value(i) {
				x = 1
			}
			to = append(to, mix(x))
		}
	case *array.String:
		for i := range v.Len() {
			to = append(to, xxh3.HashString(v.Value(i)))
		}
	case *array.Binary:
		for i := range v.Len() {
			to = append(to, xxh3.Hash(v.Value(i)))
		}
	default:
		for i := range v.Len() {
			to = append(to, xxh3.HashString(v.ValueStr(i)))
		}
	}
	for i := 0; a.NullN() > 0 && i < len(to); i++ {
		if a.IsNull(i) {
			to[i] = 0x9e3779b97f4a7c15
		}
	}
	return to
}

func hashes[T any](to []uint64, values []T, hash func(T) uint64) []uint64 {
	for _, v := range values {
		to = append(to, hash(v))
	}
	return to
}

// textSize is the bytes of text of a[i]; 0 of what has one size.
func textSize(a arrow.Array, i int) int64 {
	switch a := a.(type) {
	case *array.Int64, *array.Float64, *array.Timestamp, *array.Date32, *array.Boolean:
		return 0
	case *array.String:
		return int64(a.ValueLen(i))
	case *array.Binary:
		return int64(a.ValueLen(i))
	}
	if a.IsNull(i) {
		return 0
	}
	return int64(len(a.ValueStr(i)))
}

// mix spreads a number over 64 bits (wyhash's step).
func mix(x uint64) uint64 {
	hi, lo := bits.Mul64(x^0xa0761d6478bd642f, x^0xe7037ed1a0b428db)
	return hi ^ lo
}
