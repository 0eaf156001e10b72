package sqlite

import (
	"strings"
	"unicode/utf8"

	"github.com/cellar-ml/cellar/tracker/search"
)

// A column is how values of a field lie in a table, as SQL. Numbers are as
// points keep them: REAL, a BLOB for NaN, NULL for what is none.
type column struct {
	num, text string                               // expressions; "" where the field has none
	present   string                               // true where there is a value; "" for always
	equal     func(texts []string) (string, []any) // is one of these texts, by an index where there is one
}

// cond is a condition that is true of the values that pass a comparison. It may
// be NULL for others, so it is for WHERE, and not to be negated.
func (c column) cond(op search.Op, values []search.Value) (string, []any) {
	if len(values) > 0 && values[0].IsNumber {
		return c.numbers(op, values)
	}
	switch op {
	case search.NotNull, search.Null:
		return c.with("1")
	case search.NaN:
		return c.num + " >= x''", nil
	case search.NotNaN:
		return c.with("coalesce(" + c.num + ", 0) < x''")
	case search.Eq, search.In:
		return c.equal(texts(values))
	case search.Ne, search.NotIn:
		q, args := c.equal(texts(values))
		return c.with("NOT ("+q+")", args...)
	case search.Like:
		return c.with(c.text+" GLOB ?", glob(values[0].Text))
	case search.NotLike:
		return c.with(c.text+" NOT GLOB ?", glob(values[0].Text))
	case search.ILike:
		return c.with(c.text+" LIKE ?", values[0].Text)
	case search.NotILike:
		return c.with(c.text+" NOT LIKE ?", values[0].Text)
	}
	return c.with(c.text+" "+string(op)+" ?", values[0].Text)
}

// with adds that the value is there.
func (c column) with(q string, args ...any) (string, []any) {
	if c.present != "" {
		q = c.present + " AND " + q
	}
	return q, args
}

// numbers compares with numbers. A BLOB is greater than every number.
func (c column) numbers(op search.Op, values []search.Value) (string, []any) {
	var args []any
	for _, v := range values {
		args = append(args, v.Number)
	}
	switch op {
	case search.Eq, search.In:
		return c.num + " IN " + marks(len(args)), args
	case search.Ne, search.NotIn:
		return c.with("coalesce("+c.num+", x'') NOT IN "+marks(len(args)), args...)
	case search.Gt, search.Ge:
		return c.num + " " + string(op) + " ? AND " + c.num + " < x''", args
	}
	return c.num + " " + string(op) + " ?", args
}

// marks is (?,?,?).
func marks(n int) string { return "(?" + strings.Repeat(",?", n-1) + ")" }

func texts(values []search.Value) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = v.Text
	}
	return out
}

func anys(texts []string) []any {
	out := make([]any, len(texts))
	for i, s := range texts {
		out[i] = s
	}
	return out
}

// glob is a pattern in SQLite's other language, whose letters keep their case.
func glob(pattern string) string {
	return strings.NewReplacer("%", "*", "_", "?", "[", "[[]", "*", "[*]", "?", "[?]").Replace(pattern)
}

// plain is a column that holds the text itself.
func plain(text, present string) column {
	in := func(list []string) (string, []any) { return text + " IN " + marks(len(list)), anys(list) }
	return column{text: text, present: present, equal: in}
}

// headedColumn is the column of a table whose index has the beginning of the text.
// Only where that is all there may be more to compare.
func headedColumn(text string) column {
	c := column{num: "x.number", text: text, present: "x.head IS NOT NULL"}
	c.equal = func(list []string) (string, []any) {
		heads, longer := make([]any, len(list)), false
		for i, s := range list {
			h := cut(s)
			heads[i], longer = h, longer || utf8.RuneCountInString(h) == headLength
		}
		q := "x.head IN " + marks(len(list))
		if !longer {
			return q, heads
		}
		return q + " AND " + text + " IN " + marks(len(list)), append(heads, anys(list)...)
	}
	return c
}

var (
	paramColumn = headedColumn("iif(substr(x.value, 1, 1) = '\"', json_extract(x.value, '$'), x.value)")
	tagColumn   = headedColumn("x.value")
)
