package dataset

import (
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

func parseInt(v string) (int64, bool) {
	x, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
	return x, err == nil
}

// parseFloat is decimal only: 0x10 and 1_000 are no numbers in a table.
func parseFloat(v string) (float64, bool) {
	v = strings.TrimSpace(v)
	if strings.ContainsAny(v, "xXpP_") {
		return 0, false
	}
	x, err := strconv.ParseFloat(v, 64)
	return x, err == nil
}

func parseBool(v string) (x, ok bool) {
	switch strings.TrimSpace(v) {
	case "true", "True", "TRUE":
		return true, true
	case "false", "False", "FALSE":
		return false, true
	}
	return false, false
}

func addBool(b array.Builder, v string) bool {
	x, ok := parseBool(v)
	if b != nil && ok {
		b.(*array.BooleanBuilder).Append(x)
	}
	return ok
}

func addString(b array.Builder, v string) bool {
	if b != nil {
		b.(*array.StringBuilder).Append(v)
	}
	return true
}

func parseDate(v string) (arrow.Date32, bool) {
	t, ok := parseTime(v, "2006-01-02", "2006/01/02")
	return arrow.Date32FromTime(t), ok
}

// parseLocal reads times without a zone, and dates as their midnight.
func parseLocal(v string) (arrow.Timestamp, bool) {
	t, ok := parseTime(v, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02")
	return arrow.Timestamp(t.UnixMicro()), ok
}

func parseZoned(v string) (arrow.Timestamp, bool) {
	t, ok := parseTime(v, "2006-01-02T15:04:05Z07:00", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05 -0700 MST")
	return arrow.Timestamp(t.UnixMicro()), ok
}

// never reads nothing: there is no quick way.
func never([]byte) (x arrow.Timestamp, ok bool) { return 0, false }

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
