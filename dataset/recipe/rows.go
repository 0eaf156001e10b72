package recipe

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
)

func (c *call) random() *rand.Rand { return rand.New(rand.NewPCG(uint64(c.Seed), 0x5a3b1e)) }

func (c *call) keep(rows []int) error {
	c.done = true
	return c.f.take(rows)
}

// fitSample keeps a share of the rows, at least one, in their order.
func fitSample(c *call) error {
	n := max(1, int(math.Round(c.Fraction*float64(c.f.rows))))
	rows := c.random().Perm(c.f.rows)[:n]
	slices.Sort(rows)
	return c.keep(rows)
}

// fitBalance gives each value of the target as many rows: over repeats rows of
// the rarer ones at random behind the others, under leaves out rows.
func fitBalance(c *call) error {
	if c.target == "" {
		return hint.New(fmt.Errorf("it needs a target"), "name one with --target")
	}
	words, err := c.keys([]string{c.target})
	if err != nil {
		return err
	}
	groups := map[string][]int{}
	for i, w := range words {
		groups[w] = append(groups[w], i)
	}
	if len(groups) > max(20, c.f.rows/10) {
		return hint.New(fmt.Errorf("column %q: the target has %d values, too many to be classes", c.target, len(groups)), "leave the step away for a regression, or bin the target in a column of its own")
	}
	names, sizes := ranked(words, make([]bool, len(words))), []int{}
	for _, name := range names {
		sizes = append(sizes, len(groups[name]))
	}
	r := c.random()
	var rows, again []int
	for _, name := range names {
		g := groups[name]
		if c.Method == "under" {
			r.Shuffle(len(g), func(i, j int) { g[i], g[j] = g[j], g[i] })
			rows = append(rows, g[:slices.Min(sizes)]...)
			continue
		}
		rows = append(rows, g...)
		for range slices.Max(sizes) - len(g) {
			again = append(again, g[r.IntN(len(g))])
		}
	}
	slices.Sort(rows)
	return c.keep(append(rows, again...))
}

// A condition is one comparison of a filter.
type condition struct{ column, is, value string }

var comparison = regexp.MustCompile(`^\s*(.+?)\s*(==|!=|<=|>=|=|<|>|\bis not missing\b|\bis missing\b)\s*(.*?)\s*$`)

func conditions(where string) ([]condition, error) {
	var out []condition
	for _, text := range strings.Split(where, " and ") {
		m := comparison.FindStringSubmatch(text)
		if m == nil || strings.HasPrefix(m[2], "is") != (m[3] == "") {
			return nil, hint.New(fmt.Errorf("where %q: no comparison", text), "such as where=price > 0 and kind != used and name is not missing")
		}
		out = append(out, condition{m[1], m[2], strings.Trim(m[3], `"'`)})
	}
	return out, nil
}

func needsWhere(s Step) error {
	if err := want(s.Where != "", "where", "filter where=price > 0"); err != nil {
		return err
	}
	_, err := conditions(s.Where)
	return err
}

// fitFilter keeps the rows for which all comparisons hold; with a missing value
// none but "is missing" does.
func fitFilter(c *call) error {
	all, err := conditions(c.Where)
	if err != nil {
		return err
	}
	keep := make([]bool, c.f.rows)
	for i := range keep {
		keep[i] = true
	}
	for _, one := range all {
		holds, err := c.holds(one)
		if err != nil {
			return err
		}
		for i := range keep {
			keep[i] = keep[i] && holds(i)
		}
	}
	var rows []int
	for i, ok := range keep {
		if ok {
			rows = append(rows, i)
		}
	}
	if len(rows) == 0 {
		return hint.New(fmt.Errorf("where %q holds for none of %d rows", c.Where, c.f.rows), "check names, values and the steps before it")
	}
	return c.keep(rows)
}

func (c *call) holds(one condition) (func(int) bool, error) {
	col, err := c.f.column(one.column)
	if err != nil {
		return nil, err
	}
	words, missing := texts(col)
	switch one.is {
	case "is missing":
		return func(i int) bool { return missing[i] }, nil
	case "is not missing":
		return func(i int) bool { return !missing[i] }, nil
	}
	if kindOf(col.DataType()) != number {
		return func(i int) bool { return !missing[i] && compared(one.is, cmp.Compare(words[i], one.value)) }, nil
	}
	want, err := strconv.ParseFloat(one.value, 64)
	if err != nil {
		return nil, hint.New(fmt.Errorf("column %q: %q is not a number, and the column is %s", one.column, one.value, col.DataType()), "compare it with a number")
	}
	values, err := numbers(col)
	return func(i int) bool { return !math.IsNaN(values[i]) && compared(one.is, cmp.Compare(values[i], want)) }, err
}

func compared(is string, order int) bool {
	switch is {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "!=":
		return order != 0
	}
	return order == 0
}
