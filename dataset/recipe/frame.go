package recipe

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/dataset"
)

// A kind is what a column holds, as a set.
type kind int

const (
	number kind = 1 << iota
	text
	date
	boolean
)

const anything = number | text | date | boolean

// String names the kinds of a set.
func (k kind) String() string {
	var names []string
	for i, name := range []string{"numbers", "text", "dates", "bools"} {
		if k&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, " and ")
}

func kindOf(t arrow.DataType) kind {
	switch t.ID() {
	case arrow.BOOL:
		return boolean
	case arrow.STRING, arrow.LARGE_STRING:
		return text
	case arrow.DICTIONARY:
		return kindOf(t.(*arrow.DictionaryType).ValueType)
	case arrow.DATE32, arrow.DATE64, arrow.TIMESTAMP:
		return date
	}
	if arrow.IsInteger(t.ID()) || arrow.IsFloating(t.ID()) || t.ID() == arrow.NULL {
		return number
	}
	return 0
}

// kindNamed is kindOf for Arrow's name of a type.
func kindNamed(name string) kind {
	switch {
	case name == "bool":
		return boolean
	case strings.Contains(name, "utf8"):
		return text
	case strings.HasPrefix(name, "date"), strings.HasPrefix(name, "timestamp"):
		return date
	}
	return number
}

// A frame is a table whose columns change.
type frame struct {
	cols []arrow.Column
	rows int
	from map[string][]string // the table's columns that a column was made of
}

func newFrame(t arrow.Table) *frame {
	f := &frame{rows: int(t.NumRows()), from: map[string][]string{}}
	for i := range int(t.NumCols()) {
		c := t.Column(i)
		f.cols = append(f.cols, *c)
		f.from[c.Name()] = []string{c.Name()}
	}
	return f
}

func (f *frame) table() arrow.Table {
	fields := make([]arrow.Field, len(f.cols))
	for i, c := range f.cols {
		fields[i] = c.Field()
	}
	return array.NewTable(arrow.NewSchema(fields, nil), f.cols, int64(f.rows))
}

func (f *frame) index(name string) int {
	return slices.IndexFunc(f.cols, func(c arrow.Column) bool { return c.Name() == name })
}

func (f *frame) column(name string) (arrow.Column, error) {
	if i := f.index(name); i >= 0 {
		return f.cols[i], nil
	}
	_, err := dataset.ColumnIndex(f.table(), name)
	return arrow.Column{}, err
}

// put replaces the column of that name or adds one, made of others.
func (f *frame) put(c arrow.Column, of ...string) {
	var from []string
	for _, name := range of {
		for _, source := range f.from[name] {
			if !slices.Contains(from, source) {
				from = append(from, source)
			}
		}
	}
	f.from[c.Name()] = from
	if i := f.index(c.Name()); i >= 0 {
		f.cols[i] = c
		return
	}
	f.cols = append(f.cols, c)
}

func (f *frame) drop(name string) {
	if i := f.index(name); i >= 0 {
		f.cols = slices.Delete(f.cols, i, i+1)
	}
}

// take keeps the given rows.
func (f *frame) take(rows []int) error {
	t, err := dataset.Take(f.table(), rows)
	if err != nil {
		return err
	}
	f.rows = len(rows)
	for i := range f.cols {
		f.cols[i] = *t.Column(i)
	}
	return nil
}

// lineage is from without the columns that are as they were.
func (f *frame) lineage() map[string][]string {
	out := map[string][]string{}
	for _, c := range f.cols {
		if from := f.from[c.Name()]; len(from) != 1 || from[0] != c.Name() {
			out[c.Name()] = from
		}
	}
	return out
}

func makeColumn(name string, a arrow.Array) arrow.Column {
	field := arrow.Field{Name: name, Type: a.DataType(), Nullable: true}
	return *arrow.NewColumn(field, arrow.NewChunked(a.DataType(), []arrow.Array{a}))
}

// numberColumn makes a float64 column; NaN is missing.
func numberColumn(name string, values []float64) arrow.Column {
	b := array.NewFloat64Builder(memory.DefaultAllocator)
	b.Reserve(len(values))
	for _, v := range values {
		if math.IsNaN(v) {
			b.AppendNull()
		} else {
			b.Append(v)
		}
	}
	return makeColumn(name, b.NewArray())
}

func textColumn(name string, values []string, missing []bool) arrow.Column {
	b := array.NewStringBuilder(memory.DefaultAllocator)
	b.AppendValues(values, not(missing))
	return makeColumn(name, b.NewArray())
}

func not(missing []bool) []bool {
	valid := make([]bool, len(missing))
	for i, m := range missing {
		valid[i] = !m
	}
	return valid
}

// texts reads any column as text: numbers as they are written.
func texts(c arrow.Column) ([]string, []bool) {
	values, missing := make([]string, 0, c.Len()), make([]bool, 0, c.Len())
	for _, chunk := range c.Data().Chunks() {
		for i := range chunk.Len() {
			null := chunk.IsNull(i)
			missing = append(missing, null)
			if null {
				values = append(values, "")
			} else {
				values = append(values, chunk.ValueStr(i))
			}
		}
	}
	return values, missing
}

// numbers reads a column of numbers, bools or dates; missing is NaN.
func numbers(c arrow.Column) ([]float64, error) {
	return Numbers(&c)
}

// present are the values that are not missing.
func present(values []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(values), math.IsNaN)
}

func (c *call) allMissing(name string) error {
	return fmt.Errorf("column %q: all %d training values are missing", name, c.f.rows)
}
