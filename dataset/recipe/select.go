package recipe

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
)

// SelectOptions say how columns are scored and which are kept: the Keep best, or
// those that score Threshold or more; with neither, those above the method's own
// threshold (see Score.Why).
type SelectOptions struct {
	Method    string // mi (the default), f, variance, correlation, rfe, l1, permutation
	Target    string
	Keep      int
	Threshold float64
	Seed      int64
}

// A Score is what a method says of one column, and what became of it.
type Score struct {
	Column string  `json:"column"`
	Score  float64 `json:"score"`
	Kept   bool    `json:"kept"`
	Why    string  `json:"why"`
}

// A Selection is the scores of all columns, the best first.
type Selection struct {
	Method string  `json:"method"`
	Target string  `json:"target,omitempty"`
	Scores []Score `json:"scores"`
}

// methods of selection; those behind permutation train models by Tools.Rank.
func methods() []string {
	return []string{"mi", "f", "variance", "correlation", "rfe", "l1", "permutation"}
}

// Select scores the columns of t that can be, beside the target: numbers, bools
// and text. Missing numbers count as the median.
func Select(t arrow.Table, o SelectOptions, tools Tools) (*Selection, error) {
	o.Method = cmp.Or(o.Method, "mi")
	if !slices.Contains(methods(), o.Method) {
		return nil, hint.New(fmt.Errorf("select features: no method %q; have %s", o.Method, strings.Join(methods(), ", ")), didYouMean(o.Method, methods(), "name one of these"))
	}
	f := newFrame(t)
	c := &call{FittedStep: &FittedStep{}, f: f, target: o.Target}
	if o.Target == "" && o.Method != "variance" {
		return nil, hint.New(fmt.Errorf("select features by %s: no target", o.Method), "name one with --target, or use --method variance")
	}
	if o.Target != "" {
		if _, err := f.column(o.Target); err != nil {
			return nil, fmt.Errorf("select features: target: %w", err)
		}
	}
	var scores []Score
	var err error
	switch o.Method {
	case "rfe", "l1", "permutation":
		if tools.Rank == nil {
			return nil, fmt.Errorf("select features by %s: it trains models, which are not at hand here", o.Method)
		}
		scores, err = tools.Rank(o.Method, t, o)
	default:
		scores, err = c.score(o)
	}
	if err != nil {
		return nil, fmt.Errorf("select features by %s: %w", o.Method, err)
	}
	if o.Keep > len(scores) {
		return nil, hint.New(fmt.Errorf("select features by %s: keep %d of %d columns", o.Method, o.Keep, len(scores)), "keep fewer")
	}
	return &Selection{Method: o.Method, Target: o.Target, Scores: decide(scores, o)}, nil
}

// decide sorts the scores and fills Kept and Why, which may have begun as notes.
func decide(scores []Score, o SelectOptions) []Score {
	slices.SortStableFunc(scores, func(a, b Score) int { return cmp.Compare(b.Score, a.Score) })
	least := cmp.Or(o.Threshold, map[string]float64{"mi": 0.01, "variance": 1e-12, "correlation": 0.05, "l1": 1e-3, "f": 3.84}[o.Method])
	kept := 0
	for i := range scores {
		s := &scores[i]
		if s.Score = min(s.Score, math.MaxFloat64); math.IsNaN(s.Score) {
			s.Score = 0
		}
		why := fmt.Sprintf("rank %d of %d", i+1, len(scores))
		if o.Keep > 0 {
			s.Kept = kept < o.Keep && s.Why == ""
			why += fmt.Sprintf(", the best %d are kept", o.Keep)
		} else {
			s.Kept = s.Score >= least && s.Score > 0 && s.Why == ""
			why = fmt.Sprintf("score %s %s %s", display.Number(s.Score), map[bool]string{true: "≥", false: "<"}[s.Score >= least], display.Number(least))
		}
		if s.Kept {
			kept++
		}
		if s.Why == "" {
			s.Why = why
		}
	}
	return scores
}

// Kept are the columns that stay.
func (s *Selection) Kept() []string {
	var names []string
	for _, c := range s.Scores {
		if c.Kept {
			names = append(names, c.Column)
		}
	}
	return names
}

// Display shows a line for each column.
func (s *Selection) Display() display.Bundle {
	t := display.Table{Title: fmt.Sprintf("features by %s: %d of %d kept", s.Method, len(s.Kept()), len(s.Scores)),
		Columns: []string{"column", "score", "kept", "why"}, Limit: -1}
	for _, c := range s.Scores {
		t.Rows = append(t.Rows, []any{c.Column, c.Score, map[bool]string{true: "kept", false: "dropped"}[c.Kept], c.Why})
	}
	return t.Display()
}

func fitSelect(c *call) error {
	var names []string
	for _, l := range c.Learned {
		names = append(names, l.Column)
	}
	sub := &frame{rows: c.f.rows, from: map[string][]string{}}
	for _, name := range names {
		col, err := c.f.column(name)
		if err != nil {
			return err
		}
		sub.put(col)
	}
	if c.target != "" {
		col, err := c.f.column(c.target)
		if err != nil {
			return err
		}
		sub.put(col)
	}
	s, err := Select(sub.table(), SelectOptions{Method: c.Method, Target: c.target, Keep: c.Keep, Threshold: c.Threshold, Seed: c.Seed}, c.tools)
	if err != nil {
		return err
	}
	if c.Scores = s.Scores; len(s.Kept()) == 0 {
		return hint.New(fmt.Errorf("no column is good enough"), "lower threshold, or say keep=N")
	}
	return nil
}

func applySelect(c *call) error {
	for _, s := range c.Scores {
		if !s.Kept {
			c.f.drop(s.Column)
		}
	}
	return nil
}

// answers are the target as numbers, or as classes; neither without a target.
func (c *call) answers() (y []float64, classes []int, err error) {
	if c.target == "" {
		return nil, nil, nil
	}
	ys, names, err := c.targets()
	if err != nil {
		return nil, nil, err
	}
	classes = make([]int, c.f.rows)
	if names != nil {
		words, err := c.keys([]string{c.target})
		for i, w := range words {
			classes[i], _ = slices.BinarySearch(names, w)
		}
		return nil, classes, err
	}
	y = ys[0]
	whole := levels(y) // few whole numbers are classes, as the engine has it
	if len(whole) > 10 || slices.ContainsFunc(whole, func(v float64) bool { return v != math.Trunc(v) }) {
		return y, nil, nil
	}
	for i, v := range y {
		classes[i], _ = slices.BinarySearch(whole, v)
	}
	return y, classes, nil
}

// score is the methods that need no model.
func (c *call) score(o SelectOptions) ([]Score, error) {
	y, classes, err := c.answers()
	if err != nil {
		return nil, err
	}
	var out []Score
	for _, col := range c.f.cols {
		k := kindOf(col.DataType())
		if col.Name() == o.Target || k == 0 || k == date {
			continue
		}
		x, discrete, note, err := codes(col, k)
		if err != nil {
			return nil, err
		}
		s := Score{Column: col.Name(), Why: note}
		switch {
		case note != "":
		case o.Method == "variance":
			s.Score = variance(x, mean(x))
		case o.Method == "mi" && classes != nil:
			s.Score = miClass(x, discrete, classes, o.Seed)
		case o.Method == "mi":
			s.Score = miNumber(x, discrete, y, o.Seed)
		case discrete && k == text:
			s.Why = "text has no " + o.Method + ": encode it first, or use mi"
		case o.Method == "f" && classes != nil:
			s.Score, s.Why = noteF(fClassif(x, classes))
		case o.Method == "f":
			s.Score, s.Why = noteF(fRegression(x, y))
		default:
			s.Score = correlationScore(x, y, classes)
		}
		out = append(out, s)
	}
	if o.Method == "correlation" && len(out) > 0 {
		c.redundant(out)
	}
	return out, nil
}

func noteF(f, p float64) (float64, string) {
	if p > 0.05 {
		return f, fmt.Sprintf("p = %.3g, more than 0.05", p)
	}
	return f, ""
}

// codes are a column as numbers, without missing ones; note says why it cannot
// be scored.
func codes(col arrow.Column, k kind) (x []float64, discrete bool, note string, err error) {
	if k == text {
		words, missing := texts(col)
		all := ranked(words, missing)
		slices.Sort(all)
		x = make([]float64, len(words))
		for i, w := range words {
			at, _ := slices.BinarySearch(all, w)
			if x[i] = float64(at + 1); missing[i] {
				x[i] = 0
			}
		}
		if len(levels(x)) < 2 {
			note = "constant: it has one value"
		}
		return x, true, note, nil
	}
	if x, err = numbers(col); err != nil {
		return nil, false, "", err
	}
	known := sorted(present(x))
	if len(known) == 0 {
		return x, false, "all values are missing", nil
	}
	fill := Quantile(known, 0.5)
	for i, v := range x {
		if math.IsNaN(v) {
			x[i] = fill
		}
	}
	if known[0] == known[len(known)-1] {
		note = "constant: it has one value"
	}
	return x, k == boolean, note, nil
}

func levels(values []float64) []float64 { return slices.Compact(sorted(slices.Clone(values))) }

// fClassif is the one-way analysis of variance (scikit-learn's f_classif).
func fClassif(x []float64, classes []int) (f, p float64) {
	k := slices.Max(classes) + 1
	groups := make([][]float64, k)
	for i, v := range x {
		groups[classes[i]] = append(groups[classes[i]], v)
	}
	all, between, within := mean(x), 0.0, 0.0
	for _, g := range groups {
		if len(g) > 0 {
			m := mean(g)
			between += float64(len(g)) * (m - all) * (m - all)
			within += variance(g, m) * float64(len(g))
		}
	}
	d1, d2 := float64(k-1), float64(len(x)-k)
	f = between / d1 / (within / d2)
	return f, distuv.F{D1: d1, D2: d2}.Survival(f)
}

// fRegression is the F of the correlation (scikit-learn's f_regression).
func fRegression(x, y []float64) (f, p float64) {
	r, d := pearson(x, y), float64(len(x)-2)
	f = r * r / (1 - r*r) * d
	return f, distuv.F{D1: 1, D2: d}.Survival(f)
}

func pearson(x, y []float64) float64 {
	mx, my := mean(x), mean(y)
	var xy, xx, yy float64
	for i := range x {
		xy += (x[i] - mx) * (y[i] - my)
		xx += (x[i] - mx) * (x[i] - mx)
		yy += (y[i] - my) * (y[i] - my)
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}

// correlationScore is |r| with the target, or the correlation ratio with classes.
func correlationScore(x, y []float64, classes []int) float64 {
	if classes == nil {
		return math.Abs(pearson(x, y))
	}
	means, n := map[int]float64{}, map[int]float64{}
	for i, v := range x {
		means[classes[i]] += v
		n[classes[i]]++
	}
	all, between := mean(x), 0.0
	for k := range slices.Max(classes) + 1 {
		if n[k] > 0 {
			between += n[k] * (means[k]/n[k] - all) * (means[k]/n[k] - all)
		}
	}
	return math.Sqrt(between / (variance(x, all) * float64(len(x))))
}

// redundant drops, of two columns that correlate by 0.95 or more, the one that
// tells less of the target.
func (c *call) redundant(scores []Score) {
	for i := range scores {
		for j := range scores {
			a, b := &scores[i], &scores[j]
			if a.Why != "" || b.Why != "" || i == j || a.Score < b.Score || a.Score == b.Score && i > j {
				continue
			}
			x, errX := c.filled(a.Column)
			y, errY := c.filled(b.Column)
			if r := pearson(x, y); errX == nil && errY == nil && math.Abs(r) >= 0.95 {
				b.Why = fmt.Sprintf("r = %.3f with %s, which tells more", r, a.Column)
			}
		}
	}
}

func (c *call) filled(name string) ([]float64, error) {
	col, err := c.f.column(name)
	if err != nil {
		return nil, err
	}
	x, _, _, err := codes(col, kindOf(col.DataType()))
	return x, err
}
