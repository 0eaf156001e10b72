package profile

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/display"
)

func plural(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return count(n) + " " + thing + "s"
}

// count writes n with its thousands apart.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func rowsText(n int64) string { return plural(n, "row") }

func share(n, of int64) string { return percent(float64(n) / float64(max(1, of))) }

// percent never writes 0 % or 100 % for what is not.
func percent(x float64) string {
	switch p := 100 * x; {
	case p == 0 || p == 100:
		return fmt.Sprintf("%.0f %%", p)
	case p > 0 && p < 0.1:
		return "< 0.1 %"
	case p > 99.9 && p < 100:
		return "> 99.9 %"
	default:
		return strings.TrimSuffix(strconv.FormatFloat(p, 'f', 1, 64), ".0") + " %"
	}
}

// round is x to three places.
func round(x float64) float64 { return math.Round(x*1000) / 1000 }

// quote is a value within a sentence.
func quote(v string) string {
	if v == "" {
		return "the empty text"
	}
	return display.Shorten(display.Line(v), 30)
}

func list(names []string, most int) string {
	var out []string
	for _, n := range names[:min(most, len(names))] {
		out = append(out, display.Shorten(display.Line(n), 30))
	}
	if more := len(names) - most; more > 0 {
		return strings.Join(out, ", ") + fmt.Sprintf(" and %d more", more)
	}
	return strings.Join(out, ", ")
}

// duration is long spans in days.
func duration(d time.Duration) string {
	const day = 24 * time.Hour
	if d < day {
		return display.Duration(d)
	}
	if d == day {
		return "1 day"
	}
	return display.Number(math.Round(d.Hours()/24*100)/100) + " days"
}

// measure is a figure of a table: nothing for NaN.
func measure(x float64) any {
	if math.IsNaN(x) {
		return nil
	}
	return round(x)
}

// brief is a time's day.
func brief(t string) string { return t[:min(len(t), len(time.DateOnly))] }

func classesText(n int64) string {
	if n == 1 {
		return "1 class"
	}
	return count(n) + " classes"
}
