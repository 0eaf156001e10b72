// Package prep turns the columns of an Arrow table into the numbers that a model
// reads: it fills missing values, scales numbers and encodes categories. What it
// learned from the training rows is a plain value that is part of the model and
// is applied by the same code later. It knows no models and no targets.
package prep

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
)

// Kind is how a column is treated.
type Kind string

// The kinds of column.
const (
	Number   Kind = "number"   // filled with the median, scaled by mean and deviation
	Bool     Kind = "bool"     // filled with the most frequent value, 0 or 1
	Category Kind = "category" // filled with the most frequent value, one column for each category
)

// MaxCategories is how many categories of a column get an input of their own.
const MaxCategories = 64

// A Column is what was learned about one input column.
type Column struct {
	Name string  `json:"name"`
	Kind Kind    `json:"kind"`
	Type string  `json:"type"`           // Arrow's name of the type
	Fill float64 `json:"fill,omitempty"` // for missing numbers and bools
	Mean float64 `json:"mean,omitempty"` // of a number, over the training rows, after filling
	Std  float64 `json:"std,omitempty"`  // of a number; 1 for a constant column
	// Most is the category of missing values.
	Most string `json:"most,omitempty"`
	// Categories have an input each, in this order. Other adds one more for the
	// rarer categories of the training rows. A category that was not seen in
	// training sets Other's input, or none when there is no Other.
	Categories []string `json:"categories,omitempty"`
	Other      bool     `json:"other,omitempty"`
}

// Width is how many inputs of the model the column gives.
func (c Column) Width() int {
	if c.Kind != Category {
		return 1
	}
	if c.Other {
		return len(c.Categories) + 1
	}
	return len(c.Categories)
}

// Inputs is the fitted preprocessing of all columns, in the model's order.
type Inputs []Column

// Width is how many inputs the model has.
func (in Inputs) Width() int {
	width := 0
	for _, c := range in {
		width += c.Width()
	}
	return width
}

// Names names each input: the column's name, or "column=category".
func (in Inputs) Names() []string {
	var names []string
	for _, c := range in {
		if c.Kind != Category {
			names = append(names, c.Name)
			continue
		}
		for _, category := range c.Categories {
			names = append(names, c.Name+"="+category)
		}
		if c.Other {
			names = append(names, c.Name+"=(other)")
		}
	}
	return names
}

// Lookup returns the column of that name; otherwise an error that lists the
// columns and a hint with the nearest.
func Lookup(t arrow.Table, name, what string) (*arrow.Column, error) {
	for i := range int(t.NumCols()) {
		if c := t.Column(i); c.Name() == name {
			return c, nil
		}
	}
	names := make([]string, t.NumCols())
	for i := range names {
		names[i] = t.Column(i).Name()
	}
	err := fmt.Errorf("find %s column %q: the table has %s", what, name, strings.Join(names, ", "))
	if near := nearest.Of(name, names, 3); len(near) > 0 {
		return nil, hint.New(err, "did you mean "+strings.Join(near, " or ")+"?")
	}
	return nil, hint.New(err, "name one of the table's columns")
}

// Fit learns the treatment of the named columns from some rows of the table.
func Fit(t arrow.Table, names []string, rows []int) (Inputs, error) {
	in := make(Inputs, 0, len(names))
	for _, name := range names {
		c, err := Lookup(t, name, "feature")
		if err != nil {
			return nil, err
		}
		kind, ok := kindOf(c.DataType())
		if !ok {
			return nil, hint.New(fmt.Errorf("fit column %q: %s is neither number, bool nor text", name, c.DataType()),
				"leave it out with an explicit list of features")
		}
		col := Column{Name: name, Kind: kind, Type: c.DataType().String()}
		if err := col.fit(c, rows); err != nil {
			return nil, err
		}
		in = append(in, col)
	}
	return in, nil
}

func (c *Column) fit(from *arrow.Column, rows []int) error {
	if c.Kind == Category {
		values, missing, err := Texts(from)
		if err == nil {
			c.fitCategories(values, missing, rows)
		}
		return err
	}
	values, err := Numbers(from)
	if err != nil {
		return err
	}
	var present []float64
	for _, row := range rows {
		if !math.IsNaN(values[row]) {
			present = append(present, values[row])
		}
	}
	c.Fill = median(present)
	if c.Kind == Bool {
		c.Fill = math.Round(c.Fill)
		return nil
	}
	for _, row := range rows {
		c.Mean += c.filled(values[row]) / float64(len(rows))
	}
	for _, row := range rows {
		d := c.filled(values[row]) - c.Mean
		c.Std += d * d / float64(len(rows))
	}
	// Rounding leaves a constant column with a deviation that is not quite 0.
	if c.Std = math.Sqrt(c.Std); c.Std <= 1e-12*math.Abs(c.Mean) {
		c.Std = 1
	}
	return nil
}

func (c *Column) filled(v float64) float64 {
	if math.IsNaN(v) {
		return c.Fill
	}
	return v
}

// fitCategories keeps the most frequent categories, in alphabetical order.
func (c *Column) fitCategories(values []string, missing []bool, rows []int) {
	counts := map[string]int{}
	for _, row := range rows {
		if !missing[row] {
			counts[values[row]]++
		}
	}
	c.Categories = make([]string, 0, len(counts))
	for category := range counts {
		c.Categories = append(c.Categories, category)
	}
	slices.SortFunc(c.Categories, func(a, b string) int {
		if counts[a] != counts[b] {
			return counts[b] - counts[a]
		}
		return strings.Compare(a, b)
	})
	if len(c.Categories) == 0 {
		return
	}
	c.Most = c.Categories[0]
	if c.Other = len(c.Categories) > MaxCategories; c.Other {
		c.Categories = c.Categories[:MaxCategories]
	}
	slices.Sort(c.Categories)
}

// Apply gives the model's inputs for every row of the table, row by row. A
// column that is missing or has become another kind is an error that names it.
func (in Inputs) Apply(t arrow.Table) ([]float32, error) {
	width, rows := in.Width(), int(t.NumRows())
	out := make([]float32, rows*width)
	offset := 0
	for _, c := range in {
		from, err := Lookup(t, c.Name, "feature")
		if err != nil {
			return nil, err
		}
		if kind, _ := kindOf(from.DataType()); kind != c.Kind && from.DataType().ID() != arrow.NULL && (c.Kind == Category || kind == Category || kind == "") {
			return nil, fmt.Errorf("read column %q: it is %s, and was %s when the model was trained", c.Name, from.DataType(), c.Type)
		}
		if err := c.apply(from, out[offset:], width); err != nil {
			return nil, err
		}
		offset += c.Width()
	}
	return out, nil
}

// apply writes the column's inputs of row i at out[i*stride:].
func (c *Column) apply(from *arrow.Column, out []float32, stride int) error {
	if c.Kind == Category {
		return c.applyCategories(from, out, stride)
	}
	values, err := Numbers(from)
	if err != nil {
		return err
	}
	for i, v := range values {
		v = c.filled(v)
		if c.Kind == Number {
			v = (v - c.Mean) / c.Std
		}
		out[i*stride] = float32(v)
	}
	return nil
}

func (c *Column) applyCategories(from *arrow.Column, out []float32, stride int) error {
	values, missing, err := Texts(from)
	if err != nil {
		return err
	}
	index := map[string]int{}
	for i, category := range c.Categories {
		index[category] = i
	}
	for i, v := range values {
		if missing[i] {
			v = c.Most
		}
		at, known := index[v]
		switch {
		case known:
			out[i*stride+at] = 1
		case c.Other:
			out[i*stride+len(c.Categories)] = 1
		}
	}
	return nil
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	middle := len(values) / 2
	if len(values)%2 == 1 {
		return values[middle]
	}
	return values[middle-1]/2 + values[middle]/2
}
