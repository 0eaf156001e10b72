package dataset

import (
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// stamp is a[i] of a time array in the array's unit.
func stamp(a arrow.Array, i int) int64 {
	switch a := a.(type) {
	case *array.Date32:
		return int64(a.Value(i))
	case *array.Date64:
		return int64(a.Value(i))
	case *array.Timestamp:
		return int64(a.Value(i))
	}
	return 0
}

func stampUnit(d arrow.DataType) time.Duration {
	switch d := d.(type) {
	case *arrow.Date32Type:
		return 24 * time.Hour
	case *arrow.TimestampType:
		return d.Unit.Multiplier()
	}
	return time.Millisecond
}

// stampText writes a day, or a time in UTC without zeros behind the seconds.
func stampText(d arrow.DataType) func(int64) string {
	layout, unit := "2006-01-02 15:04:05.999999999", stampUnit(d)
	if d.ID() != arrow.TIMESTAMP {
		layout = "2006-01-02"
	}
	perSecond := max(1, int64(time.Second/unit))
	return func(v int64) string {
		if unit > time.Second {
			return time.Unix(v*int64(unit/time.Second), 0).UTC().Format(layout)
		}
		rest := ((v % perSecond) + perSecond) % perSecond
		return time.Unix((v-rest)/perSecond, rest*int64(unit)).UTC().Format(layout)
	}
}
