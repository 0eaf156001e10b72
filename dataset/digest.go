package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/tracker"
)

// Columns describes t's columns with the digest of each one's content, which
// depends on type, values and missing values, and not on chunks or on the file
// that the column came from. docs/format/dataset.md gives the bytes hashed.
func Columns(t arrow.Table) []tracker.Column {
	columns := make([]tracker.Column, t.NumCols())
	for i := range columns {
		c := t.Column(i)
		columns[i] = tracker.Column{Name: c.Name(), Type: c.DataType().String(), Digest: digest(c)}
	}
	return columns
}

func digest(c *arrow.Column) tracker.Digest {
	d := newDigest(c.Field())
	d.add(c)
	return d.column().Digest
}

// A columnDigest digests a column that comes in parts.
type columnDigest struct {
	field arrow.Field
	d     digester
}

func newDigest(f arrow.Field) *columnDigest {
	c := &columnDigest{f, digester{h: sha256.New()}}
	c.d.text(f.Type.String())
	return c
}

func newDigests(s *arrow.Schema) []*columnDigest {
	list := make([]*columnDigest, s.NumFields())
	for i, f := range s.Fields() {
		list[i] = newDigest(f)
	}
	return list
}

func (c *columnDigest) add(part *arrow.Column) {
	for _, a := range part.Data().Chunks() {
		for i := range a.Len() {
			c.d.value(a, i)
		}
	}
}

func (c *columnDigest) column() tracker.Column {
	c.d.flush()
	return tracker.Column{Name: c.field.Name, Type: c.field.Type.String(), Digest: tracker.Digest("sha256:" + hex.EncodeToString(c.d.h.Sum(nil)))}
}

// A digester gathers small writes before they are hashed.
type digester struct {
	h   hash.Hash
	buf []byte
}

func (d *digester) flush() {
	d.h.Write(d.buf) // a hash never fails to write
	d.buf = d.buf[:0]
}

func (d *digester) text(s string) {
	d.buf = binary.LittleEndian.AppendUint64(d.buf, uint64(len(s)))
	d.buf = append(d.buf, s...)
}

func (d *digester) value(a arrow.Array, i int) {
	if len(d.buf) > 1<<15 {
		d.flush()
	}
	if a.IsNull(i) {
		d.buf = append(d.buf, 0)
		return
	}
	d.buf = append(d.buf, 1)
	switch a := a.(type) {
	case *array.Int64:
		d.buf = binary.LittleEndian.AppendUint64(d.buf, uint64(a.Value(i)))
	case *array.Float64:
		d.buf = binary.LittleEndian.AppendUint64(d.buf, floatBits(a.Value(i)))
	case *array.Boolean:
		b := byte(0)
		if a.Value(i) {
			b = 1
		}
		d.buf = append(d.buf, b)
	case *array.Date32:
		d.buf = binary.LittleEndian.AppendUint32(d.buf, uint32(a.Value(i)))
	case *array.Timestamp:
		d.buf = binary.LittleEndian.AppendUint64(d.buf, uint64(a.Value(i)))
	case *array.String:
		d.text(a.Value(i))
	default:
		d.text(a.ValueStr(i))
	}
}

// floatBits makes all NaNs one, and the two zeros one.
func floatBits(x float64) uint64 {
	switch {
	case math.IsNaN(x):
		return 0x7ff8000000000000
	case x == 0:
		return 0
	}
	return math.Float64bits(x)
}
