package recipe

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/internal/hint"
)

// A part is a number that a time has.
type part struct {
	name string
	of   func(time.Time) float64
}

func parts() []part {
	return []part{
		{"year", func(t time.Time) float64 { return float64(t.Year()) }},
		{"quarter", func(t time.Time) float64 { return float64((t.Month()-1)/3 + 1) }},
		{"month", func(t time.Time) float64 { return float64(t.Month()) }},
		{"day", func(t time.Time) float64 { return float64(t.Day()) }},
		{"dayofyear", func(t time.Time) float64 { return float64(t.YearDay()) }},
		{"weekday", func(t time.Time) float64 { return float64((t.Weekday() + 6) % 7) }}, // Monday is 0
		{"hour", func(t time.Time) float64 { return float64(t.Hour()) }},
		{"minute", func(t time.Time) float64 { return float64(t.Minute()) }},
		{"epoch", func(t time.Time) float64 { return float64(t.Unix()) }},
	}
}

func partNames() []string {
	var names []string
	for _, p := range parts() {
		names = append(names, p.name)
	}
	return names
}

func partOf(name string) (part, bool) {
	for _, p := range parts() {
		if p.name == name {
			return p, true
		}
	}
	return part{}, false
}

func needsParts(s Step) error {
	for _, name := range s.Parts {
		if _, ok := partOf(name); !ok {
			return hint.New(fmt.Errorf("no part %q of a date; have %s", name, strings.Join(partNames(), ", ")), didYouMean(name, partNames(), "name one of these"))
		}
	}
	return nil
}

// applyDate replaces a date or time by columns x_year, x_month and so on, in UTC.
func applyDate(c *call) error {
	for _, l := range c.Learned {
		col, err := c.read(l)
		if err != nil {
			return err
		}
		times, err := stamps(col)
		if err != nil {
			return err
		}
		names := c.Parts
		if len(names) == 0 {
			if names = []string{"year", "month", "day", "weekday"}; strings.HasPrefix(l.Type, "timestamp") {
				names = append(names, "hour")
			}
		}
		for _, name := range names {
			p, _ := partOf(name)
			values := make([]float64, len(times))
			for i, t := range times {
				if values[i] = math.NaN(); !t.IsZero() {
					values[i] = p.of(t)
				}
			}
			c.f.put(numberColumn(l.Column+"_"+name, values), l.Column)
		}
		c.f.drop(l.Column)
	}
	return nil
}

// stamps are times in UTC; the zero time is missing.
func stamps(col arrow.Column) ([]time.Time, error) {
	values, err := numbers(col)
	if err != nil {
		return nil, err
	}
	unit := time.Millisecond
	switch t := col.DataType().(type) {
	case *arrow.Date32Type:
		unit = 24 * time.Hour
	case *arrow.TimestampType:
		unit = t.Unit.Multiplier()
	}
	out := make([]time.Time, len(values))
	for i, v := range values {
		if math.IsNaN(v) {
			continue
		}
		if unit > time.Second {
			out[i] = time.Unix(int64(v)*int64(unit/time.Second), 0).UTC()
			continue
		}
		per := int64(time.Second / unit)
		out[i] = time.Unix(int64(v)/per, int64(v)%per*int64(unit)).UTC()
	}
	return out, nil
}
