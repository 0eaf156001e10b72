package schema

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
)

// InferOptions say how a schema is made from a good table.
type InferOptions struct {
	Dataset string // the name that it is for
	From    string // the version it is made from, "wine@v1": for the note, and for distance
	// Slack is how far beyond the values seen a range goes at either end, as a share
	// of their span; 0 means 0.1. It never crosses zero.
	Slack float64
	// Distance expects distributions near those of From.
	Distance bool
}

// What inference goes by.
const (
	mostSet     = 20  // values that are taken for all there are
	eachSet     = 5   // how often each of these has to occur on average, and the rarest for level error
	enoughRows  = 100 // rows from which "none seen" is level error
	someRows    = 20  // rows from which an order or a pattern is no accident
	lengthSlack = 2   // a text may be twice as long as the longest
	rowSlack    = 2   // a table may have half the rows
)

// Infer makes the schema of a good table. What surely makes a table another one
// (a column's type, a value missing where 100 rows and more have none, a word
// outside a small set of which each was common, a repeated id) is at level error;
// what may well change (ranges, shares, lengths, patterns, the number of rows) is
// a warning. Each expectation has a note on what was seen and what slack it got.
func Infer(ctx context.Context, t arrow.Table, o InferOptions) (*Schema, error) {
	if o.Slack == 0 {
		o.Slack = 0.1
	}
	if o.Slack < 0 || math.IsNaN(o.Slack) || math.IsInf(o.Slack, 0) {
		return nil, hint.New(fmt.Errorf("infer schema: slack %v", o.Slack), "it is a share of the values' span, such as 0.1")
	}
	if o.Distance && o.From == "" {
		return nil, hint.New(fmt.Errorf("infer schema: distance: from which version?"), "register the table first")
	}
	n := t.NumRows()
	if n == 0 {
		return nil, hint.New(fmt.Errorf("infer schema: the table has no rows"), "infer it from a version with good rows")
	}
	for _, f := range t.Schema().Fields() {
		if at := t.Schema().FieldIndices(f.Name); len(at) > 1 {
			return nil, hint.New(fmt.Errorf("infer schema: columns %d and %d are both named %q", at[0]+1, at[1]+1, f.Name), "rename one")
		}
	}
	s := &Schema{Dataset: o.Dataset, Other: Warning}
	s.Note = "What " + o.Dataset + " has to look like"
	if o.From != "" {
		s.Note += ", inferred from " + o.From
	}
	s.Note += fmt.Sprintf(" (%s).\nLevels: error stops the step, warning says so, info is counted; error where none stands.", plural(n, "row"))
	s.Table = append(s.Table, Expectation{Rule: Rows{(n + rowSlack - 1) / rowSlack, -1}, Level: Warning, Note: "seen " + grouped(n) + "; half is enough"})
	for i := range int(t.NumCols()) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		c, err := inferColumn(t.Column(i), o)
		if err != nil {
			return nil, fmt.Errorf("infer schema: %w", err)
		}
		s.Columns = append(s.Columns, c)
	}
	return s, nil
}

// seen is what a column's values are like.
type seen struct {
	arrays    []arrow.Array // of the column's name in dataset.Types
	typ       string
	rows      int64
	missing   int64
	distinct  int64 // -1 beyond mostSet
	repeated  bool  // some value occurs twice
	rarest    int64
	values    []string // while few
	low, high any      // int64, float64: by value; of text the lengths
	rising    bool     // no value is below the one before
	strictly  bool
	shape     *shape
}

func inferColumn(col *arrow.Column, o InferOptions) (Column, error) {
	cc := newColumn(col.Field(), 0, "")
	v := &seen{typ: cc.want, rows: int64(col.Len()), rising: true, strictly: true, shape: &shape{}}
	for _, a := range col.Data().Chunks() {
		converted, _ := dataset.Convert(a, cc.want)
		v.arrays = append(v.arrays, converted)
	}
	v.look()
	c := Column{Name: col.Name()}
	if v.rows == v.missing {
		c.Expect = append(c.Expect, Expectation{Rule: Missing{1}, Note: "nothing but missing values was seen"})
		return c, nil
	}
	c.Expect = append(c.Expect, Expectation{Rule: Type{v.typ}}, v.missingRule())
	c.Expect = append(c.Expect, v.valueRules(o.Slack)...)
	if e, ok := v.uniqueRule(col.Name()); ok {
		c.Expect = append(c.Expect, e)
	}
	if (v.typ == "date" || v.typ == "timestamp") && v.rising && v.rows-v.missing >= someRows {
		c.Expect = append(c.Expect, Expectation{Rule: Order{Strict: v.strictly}, Level: Warning, Note: "so it was in all rows"})
	}
	if o.Distance && !v.repeatedRarely() && v.rows-v.missing >= someRows && slices.Contains(dataset.Types(), v.typ) {
		c.Expect = append(c.Expect, v.distanceRule(o.From))
	}
	return c, nil
}

// look goes through all values once.
func (v *seen) look() {
	var keys keySet
	counts := map[string]int64{}
	var buf []key
	row := int64(0)
	for _, a := range v.arrays {
		buf = keysOf(buf, []arrow.Array{a}, a.Len())
		for i, k := range buf {
			if k == (key{}) {
				v.missing++
				continue
			}
			if _, again := keys.add(k, row); again {
				v.repeated = true
			}
			row++
			if keys.n <= mostSet {
				counts[a.ValueStr(i)]++
			}
		}
		v.extremes(a)
	}
	v.distinct = -1
	if keys.n <= mostSet {
		v.distinct, v.rarest = int64(keys.n), math.MaxInt64
		for word, n := range counts {
			v.values, v.rarest = append(v.values, word), min(v.rarest, n)
		}
		slices.Sort(v.values)
	}
}

func (v *seen) extremes(a arrow.Array) {
	switch a := a.(type) {
	case *array.Float64:
		for i, x := range a.Float64Values() {
			if a.IsValid(i) && !math.IsNaN(x) && !math.IsInf(x, 0) {
				widen(v, x)
			}
		}
	case *array.String:
		for i := range a.Len() {
			if a.IsValid(i) {
				widen(v, int64(len([]rune(a.Value(i)))))
				v.shape.add(a.Value(i))
			}
		}
	case *array.Int64, *array.Date32, *array.Timestamp:
		last, before := int64(0), v.high != nil
		if before {
			last = v.high.(int64) // only used while rising
		}
		for i := range a.Len() {
			if a.IsNull(i) {
				continue
			}
			x := whole(a, i)
			v.rising = v.rising && (!before || x >= last)
			v.strictly = v.strictly && (!before || x > last)
			last, before = x, true
			widen(v, x)
		}
	}
}

func widen[T int64 | float64](v *seen, x T) {
	if v.low == nil {
		v.low, v.high = x, x
		return
	}
	if x < v.low.(T) {
		v.low = x
	}
	if x > v.high.(T) {
		v.high = x
	}
}

func (v *seen) missingRule() Expectation {
	if v.missing == 0 {
		e := Expectation{Rule: Missing{0}, Note: "none in " + plural(v.rows, "row")}
		if v.rows < enoughRows {
			e.Level = Warning
		}
		return e
	}
	n := float64(v.rows)
	share := float64(v.missing) / n
	most := min(1, math.Ceil(100*(share+3*math.Sqrt(share*(1-share)/n)+0.01))/100)
	return Expectation{Rule: Missing{most}, Level: Warning, Note: "seen " + percent(share) + "; three standard errors and 1 % more"}
}

// valueRules are those on the values themselves: set, range, pattern, length.
func (v *seen) valueRules(slack float64) []Expectation {
	there := v.rows - v.missing
	switch v.typ {
	case "int64", "float64":
		if v.low == nil {
			return nil
		}
		if v.typ == "int64" && v.distinct == 2 && there >= 2*eachSet {
			return []Expectation{v.setRule()}
		}
		return []Expectation{v.rangeRule(slack)}
	case "date", "timestamp":
		first := timeText(v.low.(int64), v.arrays[0].DataType(), "2006-01-02")
		return []Expectation{{Rule: Range{Min: first}, Level: Warning, Note: "the first seen; later ones are welcome"}}
	case "string":
		if v.distinct > 0 && there >= eachSet*v.distinct {
			return []Expectation{v.setRule()}
		}
		if expr := v.shape.expr(); expr != "" && there >= someRows {
			return []Expectation{{Rule: Pattern{expr}, Level: Warning, Note: "all values have this form"}}
		}
		most := int(v.high.(int64)) * lengthSlack
		return []Expectation{{Rule: Length{min(1, int(v.low.(int64))), most}, Level: Warning, Note: fmt.Sprintf("seen %v to %v; twice as long is fine", v.low, v.high)}}
	}
	return nil
}

func (v *seen) setRule() Expectation {
	e := Expectation{Rule: Set{v.values}, Note: "the rarest " + plural(v.rarest, "time")}
	if v.rarest < eachSet {
		e.Level = Warning
	}
	return e
}

// rangeRule goes beyond what was seen by the slack, to a number with few digits.
func (v *seen) rangeRule(slack float64) Expectation {
	low, isFloat := v.low.(float64)
	high, _ := v.high.(float64)
	if !isFloat {
		low, high = float64(v.low.(int64)), float64(v.high.(int64))
	}
	more := (high - low) * slack
	if high == low {
		more = math.Abs(low) * slack
	}
	a, b := low-more, high+more
	if low >= 0 {
		a = max(0, a)
	}
	if high <= 0 {
		b = min(0, b)
	}
	e := Expectation{Level: Warning, Note: fmt.Sprintf("seen %v to %v; %s slack", v.low, v.high, percent(slack))}
	e.Rule = Range{v.bound(a, more, math.Floor, v.low), v.bound(b, more, math.Ceil, v.high)}
	return e
}

// bound rounds x outward to a tenth of the slack, so that a person can read it.
// What float64 does not hold stays as it was seen.
func (v *seen) bound(x, more float64, round func(float64) float64, was any) string {
	unit := math.Pow(10, math.Floor(math.Log10(more))-1)
	if v.typ == "int64" {
		unit = max(1, unit)
		if math.Abs(x) >= 1<<53 {
			return fmt.Sprint(was)
		}
	}
	if !(unit > 0) || math.IsInf(unit, 0) || math.IsInf(x/unit, 0) || math.IsInf(x, 0) {
		if f, ok := was.(float64); ok {
			return number(f)
		}
		return strconv.FormatFloat(round(x), 'f', 0, 64)
	}
	places := max(0, int(-math.Floor(math.Log10(unit))))
	rounded := round(x/unit) * unit
	if places > 6 && rounded != 0 {
		return strconv.FormatFloat(rounded, 'e', max(0, places+int(math.Floor(math.Log10(math.Abs(rounded))))), 64)
	}
	text := strconv.FormatFloat(rounded, 'f', places, 64)
	if strings.Contains(text, ".") {
		text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	}
	if text == "-0" {
		text = "0"
	}
	return text
}

// uniqueRule holds for whole numbers and text that do not repeat.
func (v *seen) uniqueRule(name string) (Expectation, bool) {
	if v.repeated || v.rows-v.missing < someRows || v.typ != "int64" && v.typ != "string" {
		return Expectation{}, false
	}
	e := Expectation{Rule: Unique{}, Level: Warning, Note: "no value was there twice"}
	if lower := strings.ToLower(name); lower == "id" || strings.HasSuffix(lower, "_id") || strings.HasSuffix(name, "Id") || strings.HasSuffix(name, "ID") {
		e.Level, e.Note = Error, "an id, by its name and values"
	}
	return e, true
}

// repeatedRarely tells ids and free text, which have no distribution to speak of.
func (v *seen) repeatedRarely() bool {
	return !v.repeated || v.typ == "string" && v.distinct < 0
}

// distanceRule allows 0.1, and more where few rows differ by more by chance.
func (v *seen) distanceRule(from string) Expectation {
	n := float64(v.rows - v.missing)
	d := Distance{To: from, Measure: "ks"}
	chance := 1.63 * math.Sqrt(2/n) // the 1 % point of Smirnov's test of equal sizes
	if v.typ == "string" || v.typ == "bool" {
		d.Measure = "js"
		chance = 2 * math.Sqrt(float64(max(1, v.distinct-1))/(4*n*math.Ln2)) // twice the root of the mean divergence of two samples
	}
	d.Max = math.Ceil(100*max(0.1, chance)) / 100
	return Expectation{Rule: d, Level: Warning, Note: "0.1, or what chance does to so many rows"}
}
