package profile

import (
	"math"
	"strconv"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// The kinds of column that a profile tells apart.
const (
	KindNumber   = "number"
	KindCategory = "category" // text, true or false, and all other types
	KindTime     = "time"     // dates and timestamps
)

func kindOf(d arrow.DataType) string {
	switch id := d.ID(); {
	case arrow.IsInteger(id), arrow.IsFloating(id), id == arrow.DECIMAL128:
		return KindNumber
	case id == arrow.DATE32, id == arrow.DATE64, id == arrow.TIMESTAMP:
		return KindTime
	}
	return KindCategory
}

// keyOf is the key of a[i], for the types that are rare in a table of Cellar's.
func keyOf(a arrow.Array, i int) (key uint64, nan bool) {
	whole := func(x int64) (uint64, bool) { return uint64(x) ^ 1<<63, false }
	float := func(x float64) (uint64, bool) { return floatKey(x), math.IsNaN(x) }
	switch a := a.(type) {
	case *array.Int64:
		return whole(a.Value(i))
	case *array.Int32:
		return whole(int64(a.Value(i)))
	case *array.Int16:
		return whole(int64(a.Value(i)))
	case *array.Int8:
		return whole(int64(a.Value(i)))
	case *array.Uint64:
		return a.Value(i), false
	case *array.Uint32:
		return whole(int64(a.Value(i)))
	case *array.Uint16:
		return whole(int64(a.Value(i)))
	case *array.Uint8:
		return whole(int64(a.Value(i)))
	case *array.Date32:
		return whole(int64(a.Value(i)))
	case *array.Date64:
		return whole(int64(a.Value(i)))
	case *array.Float64:
		return float(a.Value(i))
	case *array.Float32:
		return float(float64(a.Value(i)))
	case *array.Float16:
		return float(float64(a.Value(i).Float32()))
	case *array.Decimal128:
		return float(a.Value(i).ToFloat64(a.DataType().(*arrow.Decimal128Type).Scale))
	}
	return 0, true
}

func unitOf(d arrow.DataType) time.Duration {
	switch d := d.(type) {
	case *arrow.Date32Type:
		return 24 * time.Hour
	case *arrow.TimestampType:
		return d.Unit.Multiplier()
	}
	return time.Millisecond
}

// stamp writes a day, or a time in UTC without zeros behind the seconds.
func stamp(v int64, d arrow.DataType) string {
	layout, unit := "2006-01-02 15:04:05.999999999", unitOf(d)
	if d.ID() != arrow.TIMESTAMP {
		layout = time.DateOnly
	}
	if unit > time.Second {
		return time.Unix(v*int64(unit/time.Second), 0).UTC().Format(layout)
	}
	perSecond := int64(time.Second / unit)
	rest := ((v % perSecond) + perSecond) % perSecond
	return time.Unix((v-rest)/perSecond, rest*int64(unit)).UTC().Format(layout)
}

// text writes a value as the table would show it.
func (c *codes) text(code int) string {
	switch {
	case c.texts != nil:
		return c.texts[code]
	case c.kind == KindTime:
		return stamp(c.whole[code], c.unit)
	case c.whole != nil:
		return strconv.FormatInt(c.whole[code], 10)
	}
	return strconv.FormatFloat(c.numbers[code], 'g', -1, 64)
}
