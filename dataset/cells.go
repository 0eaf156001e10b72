package dataset

import (
	"bytes"
	"fmt"
	"math/big"
	"sync"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/bitutil"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// cells are the fields of a block, row after row, width in each. They are taken
// column by column, for that is how they are wanted, and one kind at a time is quick.
type cells struct {
	data  []byte
	spans []span
	lines []int // of each row
	width int
}

// A span is where a field stands.
type span struct{ from, to uint32 }

func (t *cells) rows() int { return len(t.lines) }

func (t *cells) at(row, column int) []byte {
	s := t.spans[row*t.width+column]
	return t.data[s.from:s.to]
}

// add takes a record. One that is too short or too long is filled up or cut off.
func (t *cells) add(fields []span, line int) {
	t.lines = append(t.lines, line)
	t.spans = append(t.spans, fields[:min(len(fields), t.width)]...)
	for i := len(fields); i < t.width; i++ {
		t.spans = append(t.spans, span{})
	}
}

// rounded are the whole numbers that a column of float64 does not hold exactly, the
// first of each column. Blocks look for them beside each other.
type rounded struct {
	lock  sync.Mutex
	first map[int]odd
}

func (r *rounded) look(t *cells, i int, values *array.Float64) {
	for row, x := range values.Float64Values() {
		if -exact < x && x < exact || !values.IsValid(row) {
			continue
		}
		v := t.at(row, i)
		n, ok := new(big.Int).SetString(string(bytes.TrimSpace(v)), 10)
		if !ok {
			continue // written as a float64
		}
		if same, _ := new(big.Float).SetFloat64(x).Int(nil); same.Cmp(n) == 0 {
			continue
		}
		r.lock.Lock()
		defer r.lock.Unlock()
		if old, there := r.first[i]; !there || t.lines[row] < old.line {
			r.first[i] = odd{t.lines[row], string(v)}
		}
		return
	}
}

func (r *rounded) tell(note func(string), columns []column) {
	for i, c := range columns {
		if v, ok := r.first[i]; ok && note != nil {
			note(fmt.Sprintf("column %q is float64, which does not hold all digits of line %d, %s; --type %s=string keeps them", c.name, v.line, quoted(v.value), c.name))
		}
	}
}

// A validity says which rows have a value: a bitmap that is there from the first
// missing one on.
type validity struct {
	bits  []byte
	nulls int
	rows  int
}

func (v *validity) miss(row int) {
	if v.bits == nil {
		v.bits = make([]byte, bitutil.BytesForBits(int64(v.rows)))
		bitutil.SetBitsTo(v.bits, 0, int64(v.rows), true)
	}
	bitutil.ClearBit(v.bits, row)
	v.nulls++
}

func (v *validity) array(t arrow.DataType, buffers ...[]byte) arrow.Array {
	all := make([]*memory.Buffer, 1+len(buffers))
	if v.bits != nil {
		all[0] = memory.NewBufferBytes(v.bits)
	}
	for i, b := range buffers {
		all[1+i] = memory.NewBufferBytes(b)
	}
	return array.MakeFromData(array.NewData(t, v.rows, all, nil, v.nulls, 0))
}

// fillFixed reads a column whose values have one size.
func fillFixed[T arrow.FixedWidthType](t *cells, i int, c *column, read func([]byte) (T, bool)) (values []T, valid validity, bad int) {
	values, valid = make([]T, t.rows()), validity{rows: t.rows()}
	for row := range values {
		v := t.at(row, i)
		if c.missing.has(v) {
			valid.miss(row)
			continue
		}
		x, ok := read(v)
		if !ok {
			return values, valid, row
		}
		values[row] = x
	}
	return values, valid, -1
}

func fillBools(t *cells, i int, c *column, _ bool) (arrow.Array, int) {
	bits, valid := make([]byte, bitutil.BytesForBits(int64(t.rows()))), validity{rows: t.rows()}
	for row := range t.rows() {
		v := t.at(row, i)
		if c.missing.has(v) {
			valid.miss(row)
			continue
		}
		x, ok := parseBool(text(v))
		if !ok {
			return nil, row
		}
		if x {
			bitutil.SetBit(bits, row)
		}
	}
	return valid.array(arrow.FixedWidthTypes.Boolean, bits), -1
}

func fillTexts(t *cells, i int, c *column, _ bool) (arrow.Array, int) {
	size := 0
	for row := range t.rows() {
		size += len(t.at(row, i))
	}
	data, offsets, valid := make([]byte, 0, size), make([]int32, 1, t.rows()+1), validity{rows: t.rows()}
	for row := range t.rows() {
		v := t.at(row, i)
		if c.missing.has(v) {
			valid.miss(row)
			v = nil
		}
		data = append(data, v...)
		offsets = append(offsets, int32(len(data)))
	}
	return valid.array(arrow.BinaryTypes.String, arrow.Int32Traits.CastToBytes(offsets), data), -1
}
