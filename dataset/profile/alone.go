package profile

import (
	"math"
	"slices"
)

const (
	mostGroups = 4096 // values of a column that predict; see groups
	treeDepth  = 5
	leastLeaf  = 5
)

// alone is the predictive power of a column by itself: a model of this one
// column is fitted on half of the rows and judged on the other half, and the
// reverse; alone is 1 - its error / the error without any column, at least 0.
//
// The error is the number of rows of a wrong class, or the squared distance; so
// alone is a cross-validated R² of numbers. Without a column, the commonest
// class, or the mean, of the half is predicted. The model of a number or time is
// a decision tree of one feature (CART: Gini impurity or squared error, depth 5,
// leaves of 5 rows or more); of a category it is each value's commonest class, or
// mean. Missing is a group of its own. What the half did not have is predicted as
// without a column. A row's half is the lowest bit of SplitMix64 of its number.
//
// Of columns with more than 4096 values, numbers go into 4096 bins of equal
// frequency, and categories keep their commonest 4096.
func (g *goal) alone(c *codes) float64 {
	of, values, n := c.groups()
	halves := [2]*tally{newTally(g, n+1), newTally(g, n+1)}
	for row, code := range c.rows {
		if !g.has(row) {
			continue
		}
		group := int32(n) // missing
		if code >= 0 {
			if group = of[code]; group < 0 {
				group = int32(n) + 1
			}
		}
		half := halves[mix(uint64(row))&1]
		if g.task == TaskClass {
			half.add(group, g.class[row])
		} else {
			half.addValue(group, g.value[row])
		}
	}
	var wrong, without float64
	for h := range halves {
		train, test := halves[1-h], halves[h]
		base := train.whole()
		guesses := train.fit(values, n, base)
		for group := range guesses {
			wrong += test.miss(group, guesses[group])
			without += test.miss(group, base)
		}
	}
	if !(without > 0) {
		return 0
	}
	return max(0, 1-wrong/without)
}

// groups numbers what a model tells apart, by code; -1 is none. values are the
// groups' numbers, nil for a category.
func (c *codes) groups() (of []int32, values []float64, n int) {
	of = make([]int32, c.distinct())
	switch {
	case c.kind == KindCategory && c.distinct() > mostGroups:
		least, ties := kthLargest(c.counts, mostGroups)
		for code, k := range c.counts {
			of[code] = -1
			if k > least || k == least && ties > 0 {
				of[code] = int32(n)
				n++
			}
			if k == least {
				ties--
			}
		}
		return of, nil, n
	case c.kind == KindCategory:
		for code := range of {
			of[code] = int32(code)
		}
		return of, nil, len(of)
	}
	before := int64(0)
	last := int64(-1)
	for code, k := range c.counts {
		bin := int64(code)
		if c.distinct() > mostGroups {
			bin = before * mostGroups / max(1, c.present)
		}
		if bin != last {
			values = append(values, c.numbers[code])
			last = bin
		}
		values[len(values)-1] = c.numbers[code]
		of[code] = int32(len(values) - 1)
		before += k
	}
	return of, values, len(values)
}

// A tally is what one half of the rows says of each group: rows of each class,
// or the number, sum and squares of values. The last two groups are the missing
// and what is no group.
type tally struct {
	groups, width int
	class         bool
	cells         []float64
}

func newTally(g *goal, groups int) *tally {
	t := &tally{groups: groups + 1, width: 3, class: g.task == TaskClass}
	if t.class {
		t.width = g.classes
	}
	t.cells = make([]float64, t.groups*t.width)
	return t
}

func (t *tally) add(group, class int32) { t.cells[int(group)*t.width+int(class)]++ }

func (t *tally) addValue(group int32, x float64) {
	c := t.cells[int(group)*3:]
	c[0], c[1], c[2] = c[0]+1, c[1]+x, c[2]+x*x
}

func (t *tally) group(i int) []float64 { return t.cells[i*t.width : (i+1)*t.width] }

// guess is the commonest class, or the mean, of a group's cells; NaN for an empty one.
func (t *tally) guess(cells []float64) float64 {
	if !t.class {
		return cells[1] / cells[0]
	}
	best, class := 0.0, math.NaN()
	for i, k := range cells {
		if k > best {
			best, class = k, float64(i)
		}
	}
	return class
}

func (t *tally) whole() float64 {
	all := make([]float64, t.width)
	for i := range t.groups {
		for j, x := range t.group(i) {
			all[j] += x
		}
	}
	return t.guess(all)
}

// miss is the error of a guess in a group.
func (t *tally) miss(group int, guess float64) float64 {
	cells := t.group(group)
	if math.IsNaN(guess) { // there was nothing to learn from
		guess = 0
		if t.class {
			guess = -1
		}
	}
	if !t.class {
		return max(0, cells[2]-2*guess*cells[1]+guess*guess*cells[0])
	}
	wrong := 0.0
	for i, k := range cells {
		if float64(i) != guess {
			wrong += k
		}
	}
	return wrong
}

// fit guesses for every group; values are those of the first n, where they are ordered.
func (t *tally) fit(values []float64, n int, base float64) []float64 {
	guesses := make([]float64, t.groups)
	for i := range guesses {
		if guesses[i] = t.guess(t.group(i)); math.IsNaN(guesses[i]) || i == t.groups-1 {
			guesses[i] = base
		}
	}
	if values != nil {
		t.grow(values, 0, n, treeDepth, base, guesses)
	}
	return guesses
}

// grow guesses for the groups from low up to high, splitting them while that helps.
func (t *tally) grow(values []float64, low, high, depth int, base float64, guesses []float64) {
	all := t.sum(low, high)
	if at, ok := t.split(all, low, high); ok && depth > 0 {
		border := at // between the values of the groups at-1 and the next that has rows
		next := at
		for t.rows(t.group(next)) == 0 {
			next++
		}
		for border < next && values[border] <= values[at-1]/2+values[next]/2 {
			border++
		}
		t.grow(values, low, border, depth-1, base, guesses)
		t.grow(values, border, high, depth-1, base, guesses)
		return
	}
	guess := t.guess(all)
	if math.IsNaN(guess) {
		guess = base
	}
	for i := low; i < high; i++ {
		guesses[i] = guess
	}
}

func (t *tally) sum(low, high int) []float64 {
	all := make([]float64, t.width)
	for i := low; i < high; i++ {
		for j, x := range t.group(i) {
			all[j] += x
		}
	}
	return all
}

func (t *tally) rows(cells []float64) (n float64) {
	if !t.class {
		return cells[0]
	}
	for _, k := range cells {
		n += k
	}
	return n
}

// purity is what a split makes as large as it can: the sum of squares of the
// classes' rows, or of the sum of values, by the number of rows.
func (t *tally) purity(cells []float64, n float64) (p float64) {
	if !t.class {
		return cells[1] * cells[1] / n
	}
	for _, k := range cells {
		p += k * k
	}
	return p / n
}

// split is the first group of the right side of the best split.
func (t *tally) split(all []float64, low, high int) (at int, ok bool) {
	n := t.rows(all)
	if n < 2*leastLeaf {
		return 0, false
	}
	left, right := make([]float64, t.width), append([]float64{}, all...)
	before := t.purity(all, n)
	best := before + 1e-12*math.Abs(before) + 1e-12
	passed := 0.0
	for i := low; i < high-1; i++ {
		cells := t.group(i)
		k := t.rows(cells)
		if k == 0 {
			continue
		}
		passed += k
		for j, x := range cells {
			left[j], right[j] = left[j]+x, right[j]-x
		}
		if passed < leastLeaf || n-passed < leastLeaf {
			continue
		}
		if p := t.purity(left, passed) + t.purity(right, n-passed); p > best {
			best, at, ok = p, i+1, true
		}
	}
	return at, ok
}

// kthLargest is the k-th largest of counts, and how many of that size are among the k.
func kthLargest(counts []int64, k int) (least int64, ties int) {
	sorted := slices.Clone(counts)
	slices.Sort(sorted)
	top := sorted[len(sorted)-k:]
	ties, _ = slices.BinarySearch(top, top[0]+1)
	return top[0], ties
}
