package schema

import (
	"strconv"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
)

// timeText writes a date32 or timestamp as a layout has it, in UTC.
func timeText(v int64, d arrow.DataType, layout string) string {
	if t, ok := d.(*arrow.TimestampType); ok {
		return arrow.Timestamp(v).ToTime(t.Unit).UTC().Format(layout)
	}
	return time.Unix(v*86400, 0).UTC().Format(layout)
}

// wholeText writes a whole number, or a time.
func wholeText(v int64, d arrow.DataType) string {
	switch d.ID() {
	case arrow.DATE32:
		return timeText(v, d, "2006-01-02")
	case arrow.TIMESTAMP:
		return timeText(v, d, "2006-01-02 15:04:05.999999999")
	}
	return strconv.FormatInt(v, 10)
}
