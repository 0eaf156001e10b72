package dataset

import (
	"strconv"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// The bits of kinds, in its order.
const (
	isInt = 1 << iota
	isFloat
	isBool
	isDate
	isLocal
	isZoned
	isText
	isAny = 1<<iota - 1
)

// quickKinds says of a common spelling which kinds may guess it; 0 when it takes
// a longer look. mask is what the column can be.
func quickKinds(v []byte, mask uint8) uint8 {
	switch {
	case mask&isInt != 0:
		if _, ok := quickInt(v); ok {
			return isInt | isFloat | isText
		}
	case mask&isFloat != 0:
		if quickDecimal(v) {
			return isFloat | isText
		}
	case mask&isDate != 0:
		if _, ok := quickDate(v); ok {
			return isDate | isLocal | isText
		}
	case mask&isLocal != 0:
		if _, ok := quickTime(v); ok {
			return isLocal | isText
		}
	}
	return 0
}

// quickInt reads up to 18 digits that are no code such as 007.
func quickInt(v []byte) (int64, bool) {
	digits, negative := v, false
	if len(v) > 0 && (v[0] == '-' || v[0] == '+') {
		digits, negative = v[1:], v[0] == '-'
	}
	if len(digits) == 0 || len(digits) > 18 || len(digits) > 1 && digits[0] == '0' {
		return 0, false
	}
	var x int64
	for _, c := range digits {
		if c < '0' || c > '9' {
			return 0, false
		}
		x = 10*x + int64(c-'0')
	}
	if negative {
		x = -x
	}
	return x, true
}

// quickDecimal recognizes digits with at most one point, and at least one digit
// before and behind it.
func quickDecimal(v []byte) bool {
	if len(v) > 0 && (v[0] == '-' || v[0] == '+') {
		v = v[1:]
	}
	if len(v) == 0 || len(v) > 100 || v[0] == '.' || v[len(v)-1] == '.' || len(v) > 1 && v[0] == '0' && v[1] != '.' {
		return false
	}
	points := 0
	for _, c := range v {
		if c == '.' {
			points++
		} else if c < '0' || c > '9' {
			return false
		}
	}
	return points <= 1
}

// quickDate reads 2006-01-02.
func quickDate(v []byte) (time.Time, bool) {
	if len(v) != 10 || v[4] != '-' || v[7] != '-' {
		return time.Time{}, false
	}
	year, ok1 := digits(v[0:4])
	month, ok2 := digits(v[5:7])
	day, ok3 := digits(v[8:10])
	if !ok1 || !ok2 || !ok3 || month < 1 || month > 12 || day < 1 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	return t, t.Day() == day
}

// quickTime reads 2006-01-02 15:04:05, also with a T.
func quickTime(v []byte) (time.Time, bool) {
	if len(v) != 19 || v[10] != ' ' && v[10] != 'T' || v[13] != ':' || v[16] != ':' {
		return time.Time{}, false
	}
	day, ok := quickDate(v[:10])
	hour, ok1 := digits(v[11:13])
	minute, ok2 := digits(v[14:16])
	second, ok3 := digits(v[17:19])
	if !ok || !ok1 || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	return day.Add(time.Duration(hour*3600+minute*60+second) * time.Second), true
}

func digits(v []byte) (int, bool) {
	x := 0
	for _, c := range v {
		if c < '0' || c > '9' {
			return 0, false
		}
		x = 10*x + int(c-'0')
	}
	return x, true
}

// quickAdd appends a common spelling of the kind with a bit, and reports false
// when it takes a longer look.
func quickAdd(bit uint8, b array.Builder, v []byte) bool {
	switch bit {
	case isInt:
		x, ok := quickInt(v)
		if ok {
			b.(*array.Int64Builder).Append(x)
		}
		return ok
	case isFloat:
		if !quickDecimal(v) {
			return false
		}
		x, err := strconv.ParseFloat(text(v), 64)
		if err == nil {
			b.(*array.Float64Builder).Append(x)
		}
		return err == nil
	case isDate:
		t, ok := quickDate(v)
		if ok {
			b.(*array.Date32Builder).Append(arrow.Date32FromTime(t))
		}
		return ok
	case isLocal:
		t, ok := quickTime(v)
		if ok {
			b.(*array.TimestampBuilder).Append(arrow.Timestamp(t.UnixMicro()))
		}
		return ok
	case isText:
		b.(*array.StringBuilder).Append(text(v))
		return true
	}
	return false
}
