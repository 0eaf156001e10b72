package dataset

import (
	"bytes"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/internal/hint"
)

// A kind is a type that text can be read as.
type kind struct {
	name  string // as in ColumnOptions.Type
	arrow arrow.DataType
	// guess tells whether an unnamed column may be of this kind with such a
	// value; nil: it is never guessed from values.
	guess func(v string) bool
	// add appends v, and reports false when v is not of this kind; with a nil
	// builder it only says so.
	add func(b array.Builder, v string) bool
	// fill is a column of a block as this kind, and the first row whose value is
	// not; -1 for none.
	fill func(t *cells, i int, c *column, strict bool) (arrow.Array, int)
}

// kinds is in the order in which they are tried; the last takes everything.
func kinds() []kind {
	return []kind{
		fixed("int64", arrow.PrimitiveTypes.Int64, quickInt, parseInt, guessInt, (*array.Int64Builder).Append),
		fixed("float64", arrow.PrimitiveTypes.Float64, quickFloat, parseFloat, guessFloat, (*array.Float64Builder).Append),
		{"bool", arrow.FixedWidthTypes.Boolean, guessBool, addBool, fillBools},
		fixed("date", arrow.FixedWidthTypes.Date32, quickDate, parseDate, nil, (*array.Date32Builder).Append),
		fixed("timestamp", &arrow.TimestampType{Unit: arrow.Microsecond}, quickTime, parseLocal, nil, (*array.TimestampBuilder).Append),
		fixed("timestamp", &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, never, parseZoned, nil, (*array.TimestampBuilder).Append),
		{"string", arrow.BinaryTypes.String, nil, addString, fillTexts},
	}
}

// fixed is a kind whose values have one size: quick reads the common spellings, parse
// all, and guess, when it is not nil, says which of these may be guessed.
func fixed[T arrow.FixedWidthType, B array.Builder](name string, t arrow.DataType, quick func([]byte) (T, bool), parse func(string) (T, bool), guess func(string) bool, put func(B, T)) kind {
	if guess == nil {
		guess = func(v string) bool {
			_, ok := parse(v)
			return ok
		}
	}
	add := func(b array.Builder, v string) bool {
		x, ok := parse(v)
		if b != nil && ok {
			put(b.(B), x)
		}
		return ok
	}
	return kind{name, t, guess, add, func(cells *cells, i int, c *column, strict bool) (arrow.Array, int) {
		values, valid, bad := fillFixed(cells, i, c, func(v []byte) (T, bool) {
			x, ok := quick(v)
			if !ok && !(strict && !guess(text(v))) {
				x, ok = parse(text(v))
			}
			return x, ok
		})
		return valid.array(t, arrow.GetBytes(values)), bad
	}}
}

// A column gathers what its values can be.
type column struct {
	name     string
	asked    string // the type that the options name
	mask     uint8  // a bit for each of kinds that it can be
	missing  *words
	values   int
	badLine  int // the first value that the asked type refuses
	badValue string
	first    odd // of the values
	text     odd // the first value that is nothing but text
	lost     odd // that value, when those before it were all of another type
	was      int // which, by its place in kinds
}

// An odd is a value that decides something.
type odd struct {
	line  int
	value string
}

func (f *textFile) columns() ([]column, error) {
	columns := make([]column, len(f.names))
	list := f.options.Missing
	if list == nil {
		list = Missing()
	}
	usual := newWords(list)
	for i, name := range f.names {
		o := f.options.Columns[name]
		columns[i] = column{name: name, asked: o.Type, mask: isAny, missing: usual}
		if o.Missing != nil {
			columns[i].missing = newWords(o.Missing)
		}
		if o.Type != "" {
			columns[i].mask = named(o.Type)
		}
	}
	for name, o := range f.options.Columns {
		if !slices.Contains(f.names, name) {
			return nil, hint.New(fmt.Errorf("read %s: column %q has options and is not in the file", f.path, name),
				"the columns are "+strings.Join(clip(f.names, 20), ", "))
		}
		if o.Type != "" && !slices.ContainsFunc(kinds(), func(k kind) bool { return k.name == o.Type }) {
			return nil, hint.New(fmt.Errorf("read %s: column %q: unknown type %q", f.path, name, o.Type),
				"types are int64, float64, bool, string, date and timestamp")
		}
	}
	return columns, nil
}

// words are what stands for a missing value.
type words struct {
	set    map[string]bool
	begins [256]bool // the first bytes of them
	empty  bool
}

func newWords(list []string) *words {
	w := &words{set: map[string]bool{}}
	for _, m := range list {
		w.set[m] = true
		if m == "" {
			w.empty = true
		} else {
			w.begins[m[0]] = true
		}
	}
	return w
}

// has says whether v, without the space around it, is one of them.
func (w *words) has(v []byte) bool {
	if len(v) == 0 {
		return w.empty
	}
	if c := v[0]; c > ' ' && c < 0x80 && !w.begins[c] {
		return false
	}
	return w.set[string(bytes.TrimSpace(v))]
}

// named are the kinds with a name.
func named(name string) uint8 {
	var mask uint8
	for i, k := range kinds() {
		if k.name == name {
			mask |= 1 << i
		}
	}
	return mask
}

func (c *column) observe(v []byte, line int, kinds []kind) {
	if c.missing.has(v) {
		return
	}
	c.values++
	if c.values == 1 {
		c.first = odd{line, string(v)}
	}
	before := c.mask
	if before == isText && c.asked == "" || before == 0 {
		return
	}
	if c.mask &= quickKinds(v, before); c.mask == 0 {
		c.mask = c.look(text(v), before, kinds)
	}
	if c.mask == 0 && c.badLine == 0 {
		c.badLine, c.badValue = line, string(v)
	}
	if c.mask == isText && c.asked == "" {
		if c.text = (odd{line, string(v)}); c.values > 1 {
			c.lost, c.was = c.text, bits.TrailingZeros8(before)
		}
	}
}

// look asks every kind of mask about a value.
func (c *column) look(v string, mask uint8, kinds []kind) (can uint8) {
	for i, k := range kinds {
		switch {
		case mask&(1<<i) == 0:
		case c.asked == "" && (k.guess == nil || k.guess(v)), k.name == c.asked && k.add(nil, v):
			can |= 1 << i
		}
	}
	return can
}

// join adds what was seen in the part of the file that follows.
func (c *column) join(next column) {
	if c.asked == "" {
		c.lose(next)
	}
	c.values += next.values
	c.mask &= next.mask
	if c.badLine == 0 {
		c.badLine, c.badValue = next.badLine, next.badValue
	}
}

// lose notes what made text of a column, when it was something in the part that follows.
func (c *column) lose(next column) {
	switch {
	case next.values == 0:
	case c.values == 0:
		c.first, c.text, c.lost, c.was = next.first, next.text, next.lost, next.was
	case c.mask != isText && c.mask&next.mask == isText:
		c.was, c.lost = bits.TrailingZeros8(c.mask), next.text
		if next.text.line == 0 { // of a type, but of another
			c.lost = next.first
		}
	}
}

// settle decides for one kind, by its place in kinds.
func (c *column) settle(path string) (int, error) {
	if c.badLine > 0 {
		return 0, hint.New(fmt.Errorf("read %s: line %d: column %q: %q is not %s", path, c.badLine, c.name, c.badValue, c.asked),
			"mend the value, name it as missing, or leave the column's type to be found out"+spelling(c.asked))
	}
	for i, k := range kinds() {
		if c.mask&(1<<i) != 0 && (k.name == c.asked || c.asked == "" && (c.values > 0 || k.name == "string")) {
			return i, nil
		}
	}
	return 0, fmt.Errorf("read %s: column %q has no type", path, c.name)
}

// spelling is how values of a type are written, where that is a question.
func spelling(kind string) string {
	switch kind {
	case "date":
		return "; a date is written 2024-01-31 or 2024/01/31"
	case "timestamp":
		return "; a time is written 2024-01-31 12:00:00, and all of a column have a zone (+02:00, Z) or none has"
	}
	return ""
}

// padded tells codes such as 00123 from numbers: their zeros mean something.
func padded(v string) bool {
	v = strings.TrimLeft(v, "+-")
	return len(v) > 1 && v[0] == '0' && v[1] >= '0' && v[1] <= '9'
}

func guessInt(v string) bool {
	_, ok := parseInt(v)
	return ok && !padded(strings.TrimSpace(v))
}

func guessFloat(v string) bool {
	_, ok := parseFloat(v)
	return ok && !padded(strings.TrimSpace(v))
}

func guessBool(v string) bool { return addBool(nil, v) }

func allNumbers(fields []string) bool {
	numbers := 0
	for _, v := range fields {
		if _, ok := parseFloat(v); ok {
			numbers++
		} else if !slices.Contains(Missing(), strings.TrimSpace(v)) {
			return false
		}
	}
	return numbers > 0
}
