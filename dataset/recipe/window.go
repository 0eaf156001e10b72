package recipe

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
)

// A past is the training rows of one group, in the order of time, without those
// whose value is missing.
type past struct {
	Group  string    `json:"group,omitempty"`
	Times  []float64 `json:"times"`
	Values []float64 `json:"values"`
}

// fitWindow keeps the training rows' values by group and time: a row sees those
// of them that are before it, in training and afterwards alike.
func fitWindow(c *call) error {
	groups, times, err := c.grouped()
	if err != nil {
		return err
	}
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
		order := make([]int, len(values))
		for row := range order {
			order[row] = row
		}
		sort.SliceStable(order, func(a, b int) bool { return times[order[a]] < times[order[b]] })
		at := map[string]int{}
		for _, row := range order {
			if math.IsNaN(values[row]) || math.IsNaN(times[row]) {
				continue
			}
			k, known := at[groups[row]]
			if !known {
				k = len(l.History)
				at[groups[row]] = k
				l.History = append(l.History, past{Group: groups[row]})
			}
			l.History[k].Times = append(l.History[k].Times, times[row])
			l.History[k].Values = append(l.History[k].Values, values[row])
		}
	}
	return nil
}

// grouped are each row's group, as JSON, and time.
func (c *call) grouped() ([]string, []float64, error) {
	for _, name := range append(slices.Clone(c.By), c.Time) {
		if name == c.target {
			return nil, nil, hint.New(fmt.Errorf("column %q: it is the target, which is not known when the model answers", name), "order or group by another column")
		}
	}
	keys, err := c.keys(c.By)
	if err != nil {
		return nil, nil, err
	}
	col, err := c.f.column(c.Time)
	if err != nil {
		return nil, nil, fmt.Errorf("time: %w", err)
	}
	if kindOf(col.DataType())&(date|number) == 0 {
		return nil, nil, hint.New(fmt.Errorf("column %q: it is %s, and time is a date, a time or a number", c.Time, col.DataType()), "load the column as timestamp")
	}
	times, err := numbers(col)
	return keys, times, err
}

// keys are each row's values of some columns, as one text; "" where there are no
// columns.
func (c *call) keys(names []string) ([]string, error) {
	out := make([]string, c.f.rows)
	parts := make([][]string, c.f.rows)
	for _, name := range names {
		col, err := c.f.column(name)
		if err != nil {
			return nil, err
		}
		words, missing := texts(col)
		for i, w := range words {
			if missing[i] {
				w = "\x00missing"
			}
			parts[i] = append(parts[i], w)
		}
	}
	for i, p := range parts {
		switch len(p) {
		case 0:
		case 1:
			out[i] = p[0]
		default:
			text, err := json.Marshal(p)
			if err != nil {
				return nil, err
			}
			out[i] = string(text)
		}
	}
	return out, nil
}

func applyWindow(c *call) error {
	groups, times, err := c.grouped()
	if err != nil {
		return err
	}
	method := c.Method
	if method == "" {
		method = c.op.Methods[0]
	}
	for _, l := range c.Learned {
		index := map[string]past{}
		for _, p := range l.History {
			index[p.Group] = p
		}
		before := make([][]float64, len(times))
		for i, t := range times {
			if p := index[groups[i]]; !math.IsNaN(t) {
				before[i] = p.Values[:sort.SearchFloat64s(p.Times, t)]
			}
		}
		made := func(name string, f func([]float64) float64) {
			values := make([]float64, len(before))
			for i, b := range before {
				values[i] = f(b)
			}
			c.f.put(numberColumn(l.Column+"_"+name, values), append([]string{l.Column, c.Time}, c.By...)...)
		}
		for _, n := range c.Lags {
			made(fmt.Sprintf("lag%d", n), func(b []float64) float64 {
				if len(b) < n {
					return math.NaN()
				}
				return b[len(b)-n]
			})
		}
		for _, n := range c.Windows {
			made(fmt.Sprintf("%s%d", method, n), func(b []float64) float64 { return aggregate(method, b[max(0, len(b)-n):]) })
		}
	}
	return nil
}

func aggregate(method string, values []float64) float64 {
	switch {
	case method == "count":
		return float64(len(values))
	case len(values) == 0:
		return math.NaN()
	case method == "sum":
		return mean(values) * float64(len(values))
	case method == "min":
		return slices.Min(values)
	case method == "max":
		return slices.Max(values)
	}
	return mean(values)
}

// A Lookup is the table that a join brings along: for each key the values of its
// columns, those of text in Texts and others in Numbers.
type Lookup struct {
	Keys    []string     `json:"keys"`
	Columns []LookupPart `json:"columns"`
	From    string       `json:"from"`
}

// A LookupPart is one column of a Lookup; nil is missing.
type LookupPart struct {
	Name    string     `json:"name"`
	Texts   []*string  `json:"texts,omitempty"`
	Numbers []*float64 `json:"numbers,omitempty"`
}

func fitJoin(c *call) error {
	if c.tools.Open == nil {
		return fmt.Errorf("dataset %s: there is no store to read it from", c.With)
	}
	t, err := c.tools.Open(c.With)
	if err != nil {
		return err
	}
	other := &call{FittedStep: c.FittedStep, f: newFrame(t)}
	c.Lookup = &Lookup{From: c.With}
	if c.Lookup.Keys, err = other.keys(c.On); err != nil {
		return fmt.Errorf("dataset %s: %w", c.With, err)
	}
	first := map[string]int{}
	for i, k := range c.Lookup.Keys {
		if was, twice := first[k]; twice {
			return hint.New(fmt.Errorf("dataset %s: rows %d and %d have the same %s (%s)", c.With, was+1, i+1, strings.Join(c.On, ", "), k), "join by a key that is unique there")
		}
		first[k] = i
	}
	for _, col := range other.f.cols {
		name := col.Name()
		switch {
		case slices.Contains(c.On, name):
			continue
		case name == c.target:
			return hint.New(fmt.Errorf("column %q of %s: it is called as the target is, which would leak", name, c.With), "rename or drop it there")
		case c.f.index(name) >= 0:
			return hint.New(fmt.Errorf("column %q of %s: the table has one of that name", name, c.With), "rename or drop it there, or join by it too")
		}
		part := LookupPart{Name: name}
		if kindOf(col.DataType()) == text {
			words, missing := texts(col)
			part.Texts = pointers(words, func(i int) bool { return missing[i] })
		} else {
			values, err := numbers(col)
			if err != nil {
				return err
			}
			part.Numbers = pointers(values, func(i int) bool { return math.IsNaN(values[i]) })
		}
		c.Lookup.Columns = append(c.Lookup.Columns, part)
	}
	return nil
}

func pointers[T any](values []T, missing func(int) bool) []*T {
	out := make([]*T, len(values))
	for i := range values {
		if !missing(i) {
			out[i] = &values[i]
		}
	}
	return out
}

func applyJoin(c *call) error {
	if slices.Contains(c.On, c.target) && c.target != "" {
		return hint.New(fmt.Errorf("column %q: it is the target, which is not known when the model answers", c.target), "join by other columns")
	}
	keys, err := c.keys(c.On)
	if err != nil {
		return err
	}
	index := map[string]int{}
	for i, k := range c.Lookup.Keys {
		index[k] = i
	}
	for _, p := range c.Lookup.Columns {
		values, words, missing := make([]float64, len(keys)), make([]string, len(keys)), make([]bool, len(keys))
		for i, k := range keys {
			at, known := index[k]
			values[i], missing[i] = math.NaN(), true
			switch {
			case !known:
			case p.Texts != nil && p.Texts[at] != nil:
				words[i], missing[i] = *p.Texts[at], false
			case p.Numbers != nil && p.Numbers[at] != nil:
				values[i] = *p.Numbers[at]
			}
		}
		col := numberColumn(p.Name, values)
		if p.Texts != nil {
			col = textColumn(p.Name, words, missing)
		}
		c.f.put(col, c.On...)
	}
	return nil
}
