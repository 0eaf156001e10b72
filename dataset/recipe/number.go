package recipe

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/cellar-ml/cellar/internal/hint"
)

func fitImpute(c *call) error {
	for i := range c.Learned {
		l := &c.Learned[i]
		if err := c.fitFill(l); err != nil {
			return err
		}
	}
	return nil
}

func (c *call) fitFill(l *Learned) error {
	col, err := c.read(*l)
	if err != nil {
		return err
	}
	isText := kindNamed(l.Type) == text
	if c.Method == "constant" {
		l.Text = c.Value
		if isText {
			return nil
		}
		if l.Fill, err = strconv.ParseFloat(c.Value, 64); err != nil || math.IsNaN(l.Fill) || math.IsInf(l.Fill, 0) {
			return hint.New(fmt.Errorf("column %q: value %q is not a number", l.Column, c.Value), "such as value=0")
		}
		return nil
	}
	if isText || c.Method == "most_frequent" || kindNamed(l.Type) == boolean {
		words, missing := texts(col)
		l.Text = mostFrequent(words, missing)
		if l.Text == "" && !slices.Contains(missing, false) {
			return c.nothing(l.Column)
		}
		if isText {
			return nil
		}
		values, err := numbers(col)
		for i, w := range words {
			if err == nil && !missing[i] && w == l.Text {
				l.Fill = values[i]
			}
		}
		return err
	}
	values, err := numbers(col)
	if err != nil {
		return err
	}
	if values = present(values); len(values) == 0 {
		return c.nothing(l.Column)
	}
	if c.Method == "mean" {
		l.Fill = mean(values)
		return nil
	}
	l.Fill = Quantile(sorted(values), 0.5)
	return nil
}

func (c *call) nothing(column string) error {
	return hint.New(c.allMissing(column), "put `drop "+column+"` before this step, or impute it with method=constant value=0")
}

// mostFrequent is the commonest word, the first in the alphabet of equals.
func mostFrequent(words []string, missing []bool) string {
	if best := ranked(words, missing); len(best) > 0 {
		return best[0]
	}
	return ""
}

// ranked are the different words, the commonest first, then by the alphabet.
func ranked(words []string, missing []bool) []string {
	counts := map[string]int{}
	for i, w := range words {
		if !missing[i] {
			counts[w]++
		}
	}
	keys := make([]string, 0, len(counts))
	for w := range counts {
		keys = append(keys, w)
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	return keys
}

func applyImpute(c *call) error {
	for _, l := range c.Learned {
		col, err := c.read(l)
		if err != nil {
			return err
		}
		words, missing := texts(col)
		if kindNamed(l.Type) == text {
			for i := range words {
				if missing[i] {
					words[i] = l.Text
				}
			}
			c.f.put(textColumn(l.Column, words, make([]bool, len(words))), l.Column)
		} else {
			values, err := numbers(col)
			if err != nil {
				return err
			}
			for i, v := range values {
				if missing[i] = math.IsNaN(v); missing[i] {
					values[i] = l.Fill
				}
			}
			c.f.put(numberColumn(l.Column, values), l.Column)
		}
		if c.Indicator {
			flags := make([]float64, len(missing))
			for i, m := range missing {
				if m {
					flags[i] = 1
				}
			}
			c.f.put(numberColumn(l.Column+"_missing", flags), l.Column)
		}
	}
	return nil
}

// fitScale learns Shift and Factor; a constant column has Factor 1, as
// scikit-learn's scalers have.
func fitScale(c *call) error {
	for i := range c.Learned {
		l := &c.Learned[i]
		col, err := c.read(*l)
		if err != nil {
			return err
		}
		values, err := numbers(col)
		if err != nil {
			return err
		}
		if values = sorted(present(values)); len(values) == 0 {
			return c.nothing(l.Column)
		}
		switch low, high := values[0], values[len(values)-1]; c.Method {
		case "minmax":
			l.Shift, l.Factor = low, high-low
		case "maxabs":
			l.Factor = max(math.Abs(low), math.Abs(high))
		case "robust":
			l.Shift, l.Factor = Quantile(values, 0.5), Quantile(values, 0.75)-Quantile(values, 0.25)
		default:
			l.Shift = mean(values)
			l.Factor = math.Sqrt(variance(values, l.Shift))
		}
		if l.Factor <= 1e-12*math.Abs(l.Shift) {
			l.Factor = 1
		}
	}
	return nil
}

func applyScale(c *call) error {
	return c.eachNumber(func(l Learned, v float64) float64 { return (v - l.Shift) / l.Factor })
}

// eachNumber replaces the values of the step's columns; missing stays missing.
func (c *call) eachNumber(f func(Learned, float64) float64) error {
	for _, l := range c.Learned {
		col, err := c.read(l)
		if err != nil {
			return err
		}
		values, err := numbers(col)
		if err != nil {
			return err
		}
		for i, v := range values {
			if !math.IsNaN(v) {
				values[i] = f(l, v)
			}
		}
		c.f.put(numberColumn(l.Column, values), l.Column)
	}
	return nil
}

// fitBin learns the inner edges, as scikit-learn's KBinsDiscretizer does with
// quantiles interpolated linearly; edges that fall together are one.
func fitBin(c *call) error {
	n := cmp.Or(c.Bins, 5)
	for i := range c.Learned {
		l := &c.Learned[i]
		col, err := c.read(*l)
		if err != nil {
			return err
		}
		values, err := numbers(col)
		if err != nil {
			return err
		}
		if values = sorted(present(values)); len(values) == 0 {
			return c.nothing(l.Column)
		}
		low, high := values[0], values[len(values)-1]
		edges := make([]float64, n+1)
		for k := range edges {
			if c.Method == "uniform" {
				edges[k] = low + float64(k)*((high-low)/float64(n))
			} else {
				edges[k] = Quantile(values, float64(k)/float64(n))
			}
		}
		if edges = slices.Compact(edges); len(edges) > 2 {
			l.Edges = edges[1 : len(edges)-1]
		}
	}
	return nil
}

func applyBin(c *call) error {
	return c.eachNumber(func(l Learned, v float64) float64 {
		at, found := slices.BinarySearch(l.Edges, v)
		if found {
			at++
		}
		return float64(at)
	})
}

func sorted(values []float64) []float64 {
	slices.Sort(values)
	return values
}

// Quantile of sorted values, at least one, interpolated linearly as numpy does.
func Quantile(values []float64, q float64) float64 {
	at := q * float64(len(values)-1)
	i := min(int(at), len(values)-1)
	if i == len(values)-1 {
		return values[i]
	}
	// The form that numpy takes for each half, so that the ends are exact.
	d, t := values[i+1]-values[i], at-float64(i)
	if t >= 0.5 {
		return values[i+1] - d*(1-t)
	}
	return values[i] + d*t
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// variance has n in its denominator.
func variance(values []float64, mean float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += (v - mean) * (v - mean)
	}
	return sum / float64(len(values))
}
