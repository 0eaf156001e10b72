package dataset

import (
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// The add functions append one value of text; with a nil builder they only say
// whether they could.

func addInt(b array.Builder, v string) bool {
	x, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
	if b != nil && err == nil {
		b.(*array.Int64Builder).Append(x)
	}
	return err == nil
}

func addFloat(b array.Builder, v string) bool {
	x, ok := parseFloat(v)
	if b != nil && ok {
		b.(*array.Float64Builder).Append(x)
	}
	return ok
}

func addBool(b array.Builder, v string) bool {
	var x bool
	switch strings.TrimSpace(v) {
	case "true", "True", "TRUE":
		x = true
	case "false", "False", "FALSE":
	default:
		return false
	}
	if b != nil {
		b.(*array.BooleanBuilder).Append(x)
	}
	return true
}

func addString(b array.Builder, v string) bool {
	if b != nil {
		b.(*array.StringBuilder).Append(v)
	}
	return true
}

func addDate(b array.Builder, v string) bool {
	t, ok := parseDate(v)
	if b != nil && ok {
		b.(*array.Date32Builder).Append(arrow.Date32FromTime(t))
	}
	return ok
}

func addTime(parse func(string) (time.Time, bool)) func(array.Builder, string) bool {
	return func(b array.Builder, v string) bool {
		t, ok := parse(v)
		if b != nil && ok {
			b.(*array.TimestampBuilder).Append(arrow.Timestamp(t.UnixMicro()))
		}
		return ok
	}
}

func parseDate(v string) (time.Time, bool) {
	return parseTime(v, "2006-01-02", "2006/01/02")
}

// parseLocal reads times without a zone, and dates as their midnight.
func parseLocal(v string) (time.Time, bool) {
	return parseTime(v, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02")
}

func parseZoned(v string) (time.Time, bool) {
	return parseTime(v, "2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05 -0700 MST")
}

// parseTime takes up to six digits of a second's fraction: a column of finer
// times stays text rather than lose them.
func parseTime(v string, layouts ...string) (time.Time, bool) {
	v = strings.TrimSpace(v)
	if len(v) < 8 || v[0] < '0' || v[0] > '9' {
		return time.Time{}, false
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, v); err == nil && t.Nanosecond()%1000 == 0 {
			return t, true
		}
	}
	return time.Time{}, false
}
