package display

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// How much of a long table is shown.
const (
	TableRows  = 20 // rows, where Table.Limit is 0
	cellRunes  = 200
	htmlFields = 60
	textWidth  = 80
)

// A Table is rows under named columns: the one table that every part of the
// house shows. Its zero value is an empty table.
type Table struct {
	Title   string
	Columns []string
	Types   []string // a second, smaller head line such as the column's type; may be nil or short
	Rows    [][]any  // nil is an empty cell; a short row is filled with empty cells
	Total   int      // how many rows there are in all, where Rows is a part; 0 means len(Rows)
	Limit   int      // rows to show; 0 means TableRows, below 0 all
	Note    string   // a line beneath
	Empty   string   // shown in place of a table without rows; "" means "no rows"
}

// Display gives the table as HTML and text. It implements Displayer.
func (t Table) Display() Bundle { return HTML(t.HTML(), t.Text(textWidth)) }

// Records is every row as an object keyed by column, for JSON.
func (t Table) Records() []map[string]any {
	out := make([]map[string]any, len(t.Rows))
	for i, row := range t.Rows {
		out[i] = make(map[string]any, len(t.Columns))
		for j, name := range t.Columns {
			out[i][name] = at(row, j)
		}
	}
	return out
}

// shown is the rows to show.
func (t Table) shown() [][]any {
	limit := t.Limit
	if limit == 0 {
		limit = TableRows
	}
	if limit < 0 || len(t.Rows) <= limit {
		return t.Rows
	}
	return t.Rows[:limit]
}

// notes is the lines beneath the table.
func (t Table) notes(hidden int) []string {
	var notes []string
	if total := max(t.Total, len(t.Rows)); len(t.shown()) < total {
		notes = append(notes, fmt.Sprintf("showing %d of %s", len(t.shown()), plural(total, "row")))
	}
	if hidden > 0 {
		notes = append(notes, fmt.Sprintf("%s of %s not shown", count(hidden), plural(len(t.Columns), "column")))
	}
	if t.Note != "" {
		notes = append(notes, t.Note)
	}
	return notes
}

func (t Table) empty() string {
	if t.Empty != "" {
		return t.Empty
	}
	return "no rows"
}

// column is one column with its cells written out, ready to lay out.
type column struct {
	name, kind string
	cells      []string
	right      bool // numbers stand right
	width      int
}

// columns writes out the cells of rows. Floats of one column share their number
// of decimals, so that their points stand beneath each other.
func (t Table) columns(rows [][]any) []column {
	cols := make([]column, len(t.Columns))
	for j, name := range t.Columns {
		c := column{name: Line(name), cells: make([]string, len(rows))}
		if j < len(t.Types) {
			c.kind = Line(t.Types[j])
		}
		places, numbers := columnPlaces(rows, j)
		c.right = numbers
		for i, row := range rows {
			c.cells[i] = cell(at(row, j), places)
		}
		cols[j] = c
	}
	return cols
}

// ownPlaces in place of a column's decimals: each float has its own.
const ownPlaces = -1

// columnPlaces is the number of decimals that column j needs, and whether it
// has numbers and nothing else.
func columnPlaces(rows [][]any, j int) (places int, numbers bool) {
	largest, seen, numbers := 0.0, false, true
	for _, row := range rows {
		v := at(row, j)
		x, isFloat := float(v)
		switch {
		case isFloat:
			seen = true
			if !special(x) && !extreme(x) {
				places, largest = max(places, decimals(x, tableSignificant)), max(largest, abs(x))
			}
		case isNumber(v):
			seen = true
		case v != nil:
			numbers = false
		}
	}
	if !numbers {
		return ownPlaces, false // a column of this and that, such as parameters
	}
	if most := max(2, 6-wholeDigits(largest)); places > most {
		places = most // one tiny value does not widen the column; it is written on its own
	}
	return places, numbers && seen
}

func wholeDigits(x float64) int { return len(fmt.Sprintf("%.0f", x)) }

func abs(x float64) float64 { return max(x, -x) }

// cell writes one value on one line.
func cell(v any, places int) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return Line(clip(x, cellRunes))
	case bool:
		return fmt.Sprint(x)
	case time.Duration:
		return Duration(x)
	case time.Time:
		return Time(x)
	}
	if x, ok := float(v); ok {
		s := fixed(x, places)
		if places == ownPlaces || x != 0 && !strings.ContainsAny(s, "123456789e") {
			return Number(x)
		}
		return s
	}
	return Line(clip(plain(reflect.ValueOf(v), cellRunes), cellRunes))
}

// Time writes t to the second, in its own zone; the zero time is empty.
func Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006-01-02 15:04:05")
}

func float(v any) (float64, bool) {
	switch x := v.(type) {
	case float64:
		return x, true
	case float32:
		return float64(x), true
	case nil, string, int, int64:
		return 0, false
	}
	if r := reflect.ValueOf(v); r.CanFloat() && !hasText(r) {
		return r.Float(), true
	}
	return 0, false
}

func isNumber(v any) bool {
	switch v.(type) {
	case nil, string, bool:
		return false
	case time.Duration:
		return true
	}
	r := reflect.ValueOf(v)
	return (r.CanInt() || r.CanUint() || r.CanFloat()) && !hasText(r)
}

func at(row []any, j int) any {
	if j < len(row) {
		return row[j]
	}
	return nil
}

// clip cuts s after n runes, without looking at the rest of a very long one.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	seen := 0
	for i := range s {
		if seen++; seen > n {
			return s[:i] + "…"
		}
	}
	return s
}

// plural is n of a thing.
func plural(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return count(n) + " " + thing
}

// count writes n with its thousands apart.
func count(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
