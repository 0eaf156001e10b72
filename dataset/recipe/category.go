package recipe

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/cellar-ml/cellar/internal/hint"
)

const maxCategories = 64

func fitEncode(c *call) error {
	if c.Method == "hash" {
		return nil
	}
	for i := range c.Learned {
		l := &c.Learned[i]
		col, err := c.read(*l)
		if err != nil {
			return err
		}
		words, missing := texts(col)
		if l.Words = ranked(words, missing); len(l.Words) == 0 {
			return c.nothing(l.Column)
		}
		if most := cmp.Or(c.Max, maxCategories); c.Method != "target" && len(l.Words) > most {
			l.Words, l.Other = l.Words[:most], true
		}
		slices.Sort(l.Words)
	}
	if c.Method == "target" {
		return c.fitTarget()
	}
	return nil
}

func applyEncode(c *call) error {
	if c.Method == "hash" {
		return applyHash(c)
	}
	for _, l := range c.Learned {
		col, err := c.read(l)
		if err != nil {
			return err
		}
		words, missing := texts(col)
		at, err := c.places(l, words, missing)
		if err != nil {
			return err
		}
		switch c.Method {
		case "ordinal":
			values := make([]float64, len(at))
			for i, k := range at {
				values[i] = float64(k)
			}
			c.f.put(numberColumn(l.Column, values), l.Column)
		case "target":
			c.putMeans(l, func(i int) []float64 {
				if at[i] < 0 {
					return l.Means[len(l.Words)]
				}
				return l.Means[at[i]]
			})
		default:
			c.oneHot(l, at, missing)
		}
	}
	return nil
}

// places are the numbers of the words; -1 for a missing or unknown one.
func (c *call) places(l Learned, words []string, missing []bool) ([]int, error) {
	index := make(map[string]int, len(l.Words))
	for k, w := range l.Words {
		index[w] = k
	}
	at := make([]int, len(words))
	for i, w := range words {
		k, known := index[w]
		if at[i] = k; !known || missing[i] {
			at[i] = -1
		}
		if !known && !missing[i] && !l.Other && c.Unknown == "error" {
			return nil, hint.New(fmt.Errorf("column %q, row %d: category %q was not in the training rows", l.Column, i+1, w),
				"leave unknown=error away to take it for an unknown one")
		}
	}
	return at, nil
}

// oneHot gives each word a column; a rarer or unknown one has column (other)
// where there is one, and a missing one has none.
func (c *call) oneHot(l Learned, at []int, missing []bool) {
	names := slices.Clone(l.Words)
	if l.Other {
		names = append(names, "(other)")
	}
	columns := make([][]float64, len(names))
	for k := range columns {
		columns[k] = make([]float64, len(at))
	}
	for i, k := range at {
		if k < 0 && l.Other && !missing[i] {
			k = len(l.Words)
		}
		if k >= 0 {
			columns[k][i] = 1
		}
	}
	for k, name := range names {
		c.f.put(numberColumn(l.Column+"="+name, columns[k]), l.Column)
	}
	c.f.drop(l.Column)
}

// putMeans replaces a column by the means of each class, or by one.
func (c *call) putMeans(l Learned, row func(i int) []float64) {
	names := []string{l.Column}
	if len(l.Classes) > 2 {
		names = nil
		for _, class := range l.Classes {
			names = append(names, l.Column+"~"+class)
		}
	}
	columns := make([][]float64, len(names))
	for k := range columns {
		columns[k] = make([]float64, c.f.rows)
	}
	for i := range c.f.rows {
		for k, v := range row(i) {
			columns[k][i] = v
		}
	}
	for k, name := range names {
		c.f.put(numberColumn(name, columns[k]), l.Column)
	}
	if len(l.Classes) > 2 {
		c.f.drop(l.Column)
	}
}

// fitTarget learns the smoothed mean of the target for each category (Micci-
// Barreca 2001, as scikit-learn's TargetEncoder computes it). The training rows
// get it out of fold: from the other folds' rows alone, so that no row's own
// target is in its feature.
func (c *call) fitTarget() error {
	ys, classes, err := c.targets()
	if err != nil {
		return err
	}
	folds := c.folds()
	for i := range c.Learned {
		l := &c.Learned[i]
		col, err := c.read(*l)
		if err != nil {
			return err
		}
		words, missing := texts(col)
		at, err := c.places(*l, words, missing)
		if err != nil {
			return err
		}
		l.Classes = classes
		l.Means = c.means(at, ys, len(l.Words), func(int) bool { return true })
		out := make([][]float64, len(at))
		for k := range slices.Max(folds) + 1 {
			m := c.means(at, ys, len(l.Words), func(row int) bool { return folds[row] != k })
			for row, fold := range folds {
				if fold == k && at[row] >= 0 {
					out[row] = m[at[row]]
				} else if fold == k {
					out[row] = m[len(l.Words)]
				}
			}
		}
		c.putMeans(*l, func(row int) []float64 { return out[row] })
	}
	c.done = true
	return nil
}

// targets are the vectors to average: the number, or 1 where a row is of a class
// (of the second alone where there are two).
func (c *call) targets() (ys [][]float64, classes []string, err error) {
	if c.target == "" {
		return nil, nil, hint.New(fmt.Errorf("it needs a target"), "name one with --target")
	}
	col, err := c.f.column(c.target)
	if err != nil {
		return nil, nil, err
	}
	if kindOf(col.DataType()) == number {
		y, err := numbers(col)
		if len(present(y)) < len(y) {
			return nil, nil, hint.New(fmt.Errorf("column %q: the target is missing in some rows", c.target), "put `filter where="+c.target+" is not missing` before this step")
		}
		return [][]float64{y}, nil, err
	}
	words, missing := texts(col)
	classes = ranked(words, missing)
	slices.Sort(classes)
	of := classes
	if len(classes) == 2 {
		of = classes[1:]
	}
	for _, class := range of {
		y := make([]float64, len(words))
		for i, w := range words {
			if w == class && !missing[i] {
				y[i] = 1
			}
		}
		ys = append(ys, y)
	}
	if len(classes) < 2 {
		return nil, nil, fmt.Errorf("column %q: the target has no two classes", c.target)
	}
	return ys, classes, nil
}

// folds numbers the fold of each row: five equal runs of shuffled rows.
func (c *call) folds() []int {
	n, k := c.f.rows, min(cmp.Or(c.Folds, 5), c.f.rows)
	order := rand.New(rand.NewPCG(uint64(c.Seed), 0x7a26e7)).Perm(n)
	out := make([]int, n)
	at := 0
	for fold := range k {
		size := n / k
		if fold < n%k {
			size++
		}
		for range size {
			row := order[at]
			if c.Ordered {
				row = at
			}
			out[row] = fold
			at++
		}
	}
	return out
}

// means are those of the n words and of all rows, over the rows that use lets in.
func (c *call) means(at []int, ys [][]float64, n int, use func(int) bool) [][]float64 {
	out := make([][]float64, n+1)
	for _, y := range ys {
		groups := make([][]float64, n)
		var all []float64
		for row, k := range at {
			if !use(row) {
				continue
			}
			all = append(all, y[row])
			if k >= 0 {
				groups[k] = append(groups[k], y[row])
			}
		}
		prior := 0.0
		if len(all) > 0 {
			prior = mean(all)
		}
		for k, g := range groups {
			out[k] = append(out[k], c.smoothed(g, all, prior))
		}
		out[n] = append(out[n], prior)
	}
	return out
}

func (c *call) smoothed(g, all []float64, prior float64) float64 {
	n := float64(len(g))
	if n == 0 {
		return prior
	}
	m := mean(g)
	if c.Smooth > 0 {
		return (n*m + c.Smooth*prior) / (n + c.Smooth)
	}
	spread := variance(all, prior) * n
	weight := 1.0
	if within := variance(g, m); spread+within > 0 {
		weight = spread / (spread + within)
	}
	return weight*m + (1-weight)*prior
}

const hashColumns = 16

// applyHash spreads the values of each column over columns x#0, x#1, … by FNV-1a
// of the value as it is written; the highest bit is the sign (Weinberger et al.
// 2009). A missing value sets none.
func applyHash(c *call) error {
	n := cmp.Or(c.Bins, hashColumns)
	for _, l := range c.Learned {
		col, err := c.read(l)
		if err != nil {
			return err
		}
		words, missing := texts(col)
		columns := zeros(n, len(words))
		for i, w := range words {
			if !missing[i] {
				k, sign := bucket(w, n)
				columns[k][i] = sign
			}
		}
		c.putMany(l.Column, columns)
	}
	return nil
}

func bucket(word string, n int) (at int, sign float64) {
	h := fnv.New64a()
	_, _ = h.Write([]byte(word)) // a hash never fails to write
	sum := h.Sum64()
	sign = 1
	if sum>>63 == 1 {
		sign = -1
	}
	return int(sum % uint64(n)), sign
}

func zeros(n, rows int) [][]float64 {
	columns := make([][]float64, n)
	for k := range columns {
		columns[k] = make([]float64, rows)
	}
	return columns
}

// putMany replaces a column by x#0, x#1, …
func (c *call) putMany(name string, columns [][]float64) {
	for k, values := range columns {
		c.f.put(numberColumn(name+"#"+strconv.Itoa(k), values), name)
	}
	c.f.drop(name)
}
