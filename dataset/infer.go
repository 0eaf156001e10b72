package dataset

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/internal/hint"
)

// A kind is a type that text can be read as.
type kind struct {
	name  string // as in ColumnOptions.Type
	arrow arrow.DataType
	// guess tells whether an unnamed column may be of this kind with such a
	// value; nil: it is never guessed from values.
	guess func(v string) bool
	// add appends v, and reports false when v is not of this kind.
	add func(b array.Builder, v string) bool
}

// kinds is in the order in which they are tried; the last takes everything.
func kinds() []kind {
	return []kind{
		{"int64", arrow.PrimitiveTypes.Int64, guessInt, addInt},
		{"float64", arrow.PrimitiveTypes.Float64, guessFloat, addFloat},
		{"bool", arrow.FixedWidthTypes.Boolean, guessBool, addBool},
		{"date", arrow.FixedWidthTypes.Date32, guessWith(parseDate), addDate},
		{"timestamp", &arrow.TimestampType{Unit: arrow.Microsecond}, guessWith(parseLocal), addTime(parseLocal)},
		{"timestamp", &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, guessWith(parseZoned), addTime(parseZoned)},
		{"string", arrow.BinaryTypes.String, nil, addString},
	}
}

// A column gathers what its values can be.
type column struct {
	name     string
	asked    string // the type that the options name
	possible []kind
	missing  map[string]bool
	values   int
	badLine  int // the first value that the asked type refuses
	badValue string
}

func (f *textFile) columns() ([]column, error) {
	columns := make([]column, len(f.names))
	for i, name := range f.names {
		missing := f.options.Missing
		if missing == nil {
			missing = Missing()
		}
		o := f.options.Columns[name]
		if o.Missing != nil {
			missing = o.Missing
		}
		columns[i] = column{name: name, asked: o.Type, possible: kinds(), missing: map[string]bool{}}
		for _, m := range missing {
			columns[i].missing[m] = true
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

func (c *column) observe(v string, line int) {
	if c.missing[strings.TrimSpace(v)] {
		return
	}
	c.values++
	before := c.possible
	c.possible = nil
	for _, k := range before {
		switch {
		case c.asked == "" && (k.guess == nil || k.guess(v)), k.name == c.asked && k.add(nil, v):
			c.possible = append(c.possible, k)
		}
	}
	if len(c.possible) == 0 && c.badLine == 0 {
		c.badLine, c.badValue = line, v
	}
}

// settle decides for one kind.
func (c *column) settle(path string) error {
	if c.badLine > 0 {
		return hint.New(fmt.Errorf("read %s: line %d: column %q: %q is not %s", path, c.badLine, c.name, c.badValue, c.asked),
			"mend the value, name it as missing, or leave the column's type to be found out")
	}
	for _, k := range c.possible {
		if k.name == c.asked || c.asked == "" && (c.values > 0 || k.name == "string") {
			c.possible = []kind{k}
			return nil
		}
	}
	return fmt.Errorf("read %s: column %q has no type", path, c.name)
}

// chunkRows is the number of rows of an arrow chunk: so few that the text of
// one chunk stays below Arrow's 2 GiB.
const chunkRows = 1 << 18

// build reads the file again, now that the types are known.
func (f *textFile) build(ctx context.Context, columns []column, rows int) (arrow.Table, error) {
	fields := make([]arrow.Field, len(columns))
	for i, c := range columns {
		fields[i] = arrow.Field{Name: c.name, Type: c.possible[0].arrow, Nullable: true}
	}
	schema := arrow.NewSchema(fields, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	b.Reserve(min(rows, chunkRows))
	var chunks []arrow.Record
	n := 0
	err := f.each(ctx, func(r record) error {
		if len(r.fields) != len(columns) && f.options.Ragged == RaggedSkip {
			return nil
		}
		for i, c := range columns {
			v := field(r, i)
			if c.missing[strings.TrimSpace(v)] {
				b.Field(i).AppendNull()
			} else if !c.possible[0].add(b.Field(i), v) {
				return fmt.Errorf("read %s: line %d: the file changed while it was read", f.path, r.line)
			}
		}
		if n++; n%chunkRows == 0 {
			chunks = append(chunks, b.NewRecord())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if n%chunkRows != 0 || n == 0 {
		chunks = append(chunks, b.NewRecord())
	}
	return array.NewTableFromRecords(schema, chunks), nil
}

// padded tells codes such as 00123 from numbers: their zeros mean something.
func padded(v string) bool {
	v = strings.TrimLeft(v, "+-")
	return len(v) > 1 && v[0] == '0' && v[1] >= '0' && v[1] <= '9'
}

func guessInt(v string) bool {
	v = strings.TrimSpace(v)
	_, err := strconv.ParseInt(v, 10, 64)
	return err == nil && !padded(v)
}

func guessFloat(v string) bool {
	_, ok := parseFloat(v)
	return ok && !padded(strings.TrimSpace(v))
}

// parseFloat is decimal only: 0x10 and 1_000 are no numbers in a table.
func parseFloat(v string) (float64, bool) {
	v = strings.TrimSpace(v)
	if strings.ContainsAny(v, "xXpP_") {
		return 0, false
	}
	x, err := strconv.ParseFloat(v, 64)
	return x, err == nil
}

func guessBool(v string) bool { return addBool(nil, v) }

func guessWith(parse func(string) (time.Time, bool)) func(string) bool {
	return func(v string) bool {
		_, ok := parse(v)
		return ok
	}
}

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
