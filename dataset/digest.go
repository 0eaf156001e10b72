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
	h := sha256.New()
	d := digester{h: h}
	d.text(c.DataType().String())
	for _, a := range c.Data().Chunks() {
		d.array(a)
	}
	d.flush()
	return tracker.Digest("sha256:" + hex.EncodeToString(h.Sum(nil)))
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

// array adds the values of a.
func (d *digester) array(a arrow.Array) {
	switch v := a.(type) {
	case *array.Int64:
		digestNumbers(d, a, v.Int64Values(), func(x int64) uint64 { return uint64(x) })
	case *array.Float64:
		digestNumbers(d, a, v.Float64Values(), floatBits)
	case *array.Timestamp:
		digestNumbers(d, a, v.TimestampValues(), func(x arrow.Timestamp) uint64 { return uint64(x) })
	case *array.Boolean:
		d.each(a, func(i int) {
			b := byte(0)
			if v.Value(i) {
				b = 1
			}
			d.buf = append(d.buf, b)
		})
	case *array.Date32:
		d.each(a, func(i int) { d.buf = binary.LittleEndian.AppendUint32(d.buf, uint32(v.Value(i))) })
	case *array.String:
		d.each(a, func(i int) { d.text(v.Value(i)) })
	default:
		d.each(a, func(i int) { d.text(a.ValueStr(i)) })
	}
}

// each adds for each row of a whether there is a value, and the value by add.
func (d *digester) each(a arrow.Array, add func(i int)) {
	full := a.NullN() == 0
	for i := range a.Len() {
		if len(d.buf) > 1<<15 {
			d.flush()
		}
		if !full && a.IsNull(i) {
			d.buf = append(d.buf, 0)
			continue
		}
		d.buf = append(d.buf, 1)
		add(i)
	}
}

func digestNumbers[T any](d *digester, a arrow.Array, values []T, number func(T) uint64) {
	d.each(a, func(i int) { d.buf = binary.LittleEndian.AppendUint64(d.buf, number(values[i])) })
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
