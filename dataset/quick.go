package dataset

import (
	"strconv"

	"github.com/apache/arrow/go/v17/arrow"
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

// quickFloat reads such a decimal. One whose digits are a whole number below 2^53
// is that number over a power of ten up to 10^22: both are exact, so the quotient is
// the nearest float64 (Clinger 1990). For the others strconv is asked.
func quickFloat(v []byte) (float64, bool) {
	if len(v) > 17 {
		return longFloat(v)
	}
	at, negative := 0, false
	if len(v) > 0 && (v[0] == '-' || v[0] == '+') {
		at, negative = 1, v[0] == '-'
	}
	if at == len(v) || v[at] == '.' || v[at] == '0' && at+1 < len(v) && v[at+1] != '.' {
		return 0, false
	}
	var whole uint64
	point := len(v) - 1
	for i := at; i < len(v); i++ {
		switch c := v[i]; {
		case c-'0' <= 9:
			whole = 10*whole + uint64(c-'0')
		case c == '.' && point == len(v)-1 && i < len(v)-1:
			point = i
		default:
			return 0, false
		}
	}
	if whole >= 1<<53 {
		return longFloat(v)
	}
	x := float64(whole) / tens[len(v)-1-point]
	if negative {
		x = -x
	}
	return x, true
}

func longFloat(v []byte) (float64, bool) {
	if !quickDecimal(v) {
		return 0, false
	}
	x, err := strconv.ParseFloat(text(v), 64)
	return x, err == nil
}

// tens are the powers of ten that quickFloat divides by; all are exact.
var tens = [17]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16}

// quickDate reads 2006-01-02 as days since 1970.
func quickDate(v []byte) (arrow.Date32, bool) {
	if len(v) != 10 || v[4] != '-' || v[7] != '-' {
		return 0, false
	}
	year, ok1 := digits(v[0:4])
	month, ok2 := digits(v[5:7])
	day, ok3 := digits(v[8:10])
	if !ok1 || !ok2 || !ok3 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	return arrow.Date32(days(year, month, day)), true
}

func daysIn(year, month int) int {
	switch {
	case month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	case month == 2:
		return 28
	case month == 4 || month == 6 || month == 9 || month == 11:
		return 30
	}
	return 31
}

// days since 1970 of a date of the years 0 to 9999, counted from a March, which
// puts the leap day last (Hinnant, chrono-compatible low-level date algorithms).
func days(year, month, day int) int {
	if month <= 2 {
		year, month = year-1, month+12
	}
	year += 400 // so that no division is of a negative number
	return year*365 + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1 - (719468 + 146097)
}

// quickTime reads 2006-01-02 15:04:05, also with a T, as microseconds since 1970.
func quickTime(v []byte) (arrow.Timestamp, bool) {
	if len(v) != 19 || v[10] != ' ' && v[10] != 'T' || v[13] != ':' || v[16] != ':' {
		return 0, false
	}
	day, ok := quickDate(v[:10])
	hour, ok1 := digits(v[11:13])
	minute, ok2 := digits(v[14:16])
	second, ok3 := digits(v[17:19])
	if !ok || !ok1 || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	return arrow.Timestamp((int64(day)*86400 + int64(hour*3600+minute*60+second)) * 1_000_000), true
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
