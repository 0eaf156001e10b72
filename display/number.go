package display

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// How many digits of a float are shown: on its own, and in a table.
const (
	significant      = 5
	tableSignificant = 6
)

// Number writes x with five significant digits at most, in the notation that
// is shorter to read. NaN and the infinities are written so.
func Number(x float64) string {
	if special(x) {
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
	if extreme(x) {
		return strconv.FormatFloat(x, 'g', significant, 64)
	}
	return strconv.FormatFloat(x, 'f', decimals(x, significant), 64)
}

// Duration rounds d to what a person reads: 1.5s, 3m20s, 250ms, 12.3µs.
func Duration(d time.Duration) string {
	unit := time.Nanosecond
	switch a := d.Abs(); {
	case a >= time.Minute:
		unit = time.Second
	case a >= time.Second:
		unit = 10 * time.Millisecond
	case a >= time.Millisecond:
		unit = 10 * time.Microsecond
	case a >= time.Microsecond:
		unit = 10 * time.Nanosecond
	}
	return d.Round(unit).String()
}

// Bytes writes a size in binary units: 512 B, 1.5 KiB, 3 MiB.
func Bytes(n int64) string {
	x, units := float64(n), []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"}
	for len(units) > 1 && math.Abs(x) >= 1024 {
		x, units = x/1024, units[1:]
	}
	s := strconv.FormatFloat(x, 'f', 1, 64)
	return strings.TrimSuffix(s, ".0") + " " + units[0]
}

// fixed writes x with the decimals of its column.
func fixed(x float64, places int) string {
	if special(x) || extreme(x) {
		return Number(x)
	}
	return strconv.FormatFloat(x, 'f', places, 64)
}

// decimals is how many places after the point x needs to show that many
// digits, and no more than it has.
func decimals(x float64, digits int) int {
	if special(x) || extreme(x) || x == math.Trunc(x) {
		return 0
	}
	whole := int(math.Floor(math.Log10(math.Abs(x)))) + 1 // 0 or less for 0.0x: leading zeros are not digits
	s := strconv.FormatFloat(x, 'f', max(0, min(digits-whole, 8)), 64)
	point := strings.IndexByte(s, '.')
	if point < 0 {
		return 0
	}
	return len(strings.TrimRight(s, "0")) - point - 1
}

func special(x float64) bool { return math.IsNaN(x) || math.IsInf(x, 0) }

func extreme(x float64) bool {
	a := math.Abs(x)
	return a >= 1e15 || x != math.Trunc(x) && a >= 1e9 || a != 0 && a < 1e-4
}
