package profile

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/cellar-ml/cellar/internal/hint"
)

// What a target is.
const (
	TaskClass  = "class"  // a category, or whole numbers of at most 20 values
	TaskNumber = "number" // other numbers, and times
)

const (
	mostWholeClasses = 20
	mostClasses      = 100 // the rarer ones are one class together
)

type (
	// A Target is the column that is to be predicted, and what the others say of it.
	Target struct {
		Column    string     `json:"column"`
		Task      string     `json:"task"`
		Rows      int64      `json:"rows"`              // with a target; all below is of these
		Missing   int64      `json:"missing,omitempty"` // rows without one; infinities are such
		Classes   []Count    `json:"classes,omitempty"` // the commonest first, at most 100
		Distinct  int64      `json:"distinct"`          // classes, or numbers
		Balance   float64    `json:"balance,omitempty"` // of classes: their entropy by that of as many even ones; 1 is even
		Relations []Relation `json:"relations"`         // of every other column, those that predict best first
	}

	// A Relation is what one column says of the target. Measures that do not
	// apply are NaN, in JSON left out.
	Relation struct {
		Column     string
		Alone      float64 // how much of the error goes away when this column alone predicts; see alone.go
		Normalized float64 // mutual information by the mean entropy; missing is a value of the column
		Nats       float64 // the same in nats
		Pearson    float64 // number and number
		Spearman   float64 // number and number
		CramersV   float64 // category and class
		Eta        float64 // number and class or category: the correlation ratio, sqrt(between / total variance)
		AUC        float64 // number and two classes: that a row of the second class (in order) has the larger number
	}
)

// MarshalJSON leaves out what does not apply.
func (r Relation) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Column     string   `json:"column"`
		Alone      float64  `json:"alone"`
		Normalized *float64 `json:"normalized_mutual_information,omitempty"`
		Nats       *float64 `json:"mutual_information,omitempty"`
		Pearson    *float64 `json:"pearson,omitempty"`
		Spearman   *float64 `json:"spearman,omitempty"`
		CramersV   *float64 `json:"cramers_v,omitempty"`
		Eta        *float64 `json:"eta,omitempty"`
		AUC        *float64 `json:"auc,omitempty"`
	}{r.Column, r.Alone, known(r.Normalized), known(r.Nats), known(r.Pearson), known(r.Spearman), known(r.CramersV), known(r.Eta), known(r.AUC)})
}

// A goal is a target ready to be related to: as a class or a number by row.
type goal struct {
	codes   *codes
	task    string
	class   []int32 // by row, -1 for none; classes in the order of their values
	classes int
	value   []float64 // by row, NaN for none; less their mean
	levels  *levels
	scale   scale
}

func relate(ctx context.Context, columns []Column, coded []*codes, target int) (*Target, error) {
	c := coded[target]
	g := &goal{codes: c, task: TaskNumber}
	if c.kind == KindCategory || c.whole != nil && c.kind == KindNumber && c.distinct() <= mostWholeClasses {
		g.task = TaskClass
	}
	g.prepare()
	t := &Target{Column: columns[target].Name, Task: g.task, Distinct: int64(c.distinct())}
	for row := range c.rows {
		if g.has(row) {
			t.Rows++
		}
	}
	t.Missing = int64(len(c.rows)) - t.Rows
	if t.Rows == 0 && len(c.rows) > 0 {
		return nil, hint.New(fmt.Errorf("profile: target %q: no row has a value", t.Column), "choose another column, or profile without --target")
	}
	if g.task == TaskClass {
		t.Classes = c.top(mostClasses)
		t.Balance = 1
		if len(c.counts) > 1 {
			t.Balance = entropy(c.counts, float64(c.present)) / math.Log(float64(len(c.counts)))
		}
	}
	t.Relations = make([]Relation, len(coded))
	if err := each(ctx, len(coded), func(i int) {
		if i != target {
			t.Relations[i] = g.relation(columns[i].Name, coded[i])
		}
	}); err != nil {
		return nil, err
	}
	t.Relations = slices.Delete(t.Relations, target, target+1)
	slices.SortStableFunc(t.Relations, func(a, b Relation) int {
		return cmp.Or(cmp.Compare(b.Alone, a.Alone), cmp.Compare(b.Normalized, a.Normalized))
	})
	return t, nil
}

func (g *goal) has(row int) bool {
	if g.task == TaskClass {
		return g.class[row] >= 0
	}
	return g.value[row] == g.value[row]
}

func (g *goal) prepare() {
	c := g.codes
	g.levels = levelled(c)
	if g.task == TaskNumber {
		g.value = make([]float64, len(c.rows))
		g.scale = newScale(c)
		for row, code := range c.rows {
			g.value[row] = math.NaN()
			if code >= 0 {
				g.value[row] = g.scale.values[code] // in deviations: errors are compared with each other only
			}
		}
		if c.distinct() == 1 {
			for row, code := range c.rows {
				if code == 0 && !math.IsInf(c.numbers[0], 0) {
					g.value[row] = 0
				}
			}
		}
		return
	}
	place := g.places()
	g.class = make([]int32, len(c.rows))
	for row, code := range c.rows {
		g.class[row] = -1
		if code >= 0 {
			g.class[row] = place[code]
		}
	}
}

// places gives each code its class: the commonest have their own, in the order of
// their values.
func (g *goal) places() []int32 {
	c := g.codes
	order := make([]int, c.distinct())
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(c.counts[b], c.counts[a]) })
	kept := order[:min(len(order), mostClasses)]
	slices.SortFunc(kept, func(a, b int) int {
		if c.texts != nil {
			return cmp.Compare(c.texts[a], c.texts[b])
		}
		return cmp.Compare(a, b)
	})
	g.classes = len(kept)
	place := make([]int32, len(order))
	if len(order) > len(kept) {
		for i := range place {
			place[i] = int32(len(kept))
		}
		g.classes++
	}
	for i, code := range kept {
		place[code] = int32(i)
	}
	return place
}

func (g *goal) relation(name string, c *codes) Relation {
	nan := math.NaN()
	r := Relation{Column: name, Alone: g.alone(c), Normalized: nan, Nats: nan, Pearson: nan, Spearman: nan, CramersV: nan, Eta: nan, AUC: nan}
	l := levelled(c)
	if l != nil && g.levels != nil {
		r.Nats, r.Normalized = cross(g.levels, l, true).information()
		if g.task == TaskClass && c.kind == KindCategory {
			r.CramersV = cross(g.levels, l, false).cramersV()
		}
	}
	switch numeric := c.kind == KindNumber; {
	case c.distinct() < 2:
	case g.task == TaskClass && numeric:
		s := newScale(c)
		r.Eta = eta(c, s, g.class, g.classes)
		if g.classes == 2 {
			r.AUC = g.auc(c)
		}
	case g.task == TaskNumber && c.kind == KindCategory && c.distinct() <= mostLevels:
		r.Eta = eta(g.codes, g.scale, c.rows, c.distinct())
	}
	return r
}

// correlated fills Pearson and Spearman of a number with the other numbers: from
// r where they are of all rows, else by looking again.
func (t *Target) correlated(ctx context.Context, r *Relations, columns []Column, coded []*codes, target int) error {
	if t.Task != TaskNumber || columns[target].Kind != KindNumber || columns[target].Distinct < 2 {
		return nil
	}
	place := map[string]int{}
	if !r.Sampled {
		for i, name := range r.Pearson.Columns {
			place[name] = i
		}
	}
	own, known := place[t.Column]
	byName := map[string]int{}
	for i, c := range columns {
		byName[c.Name] = i
	}
	goal := newScale(coded[target])
	return each(ctx, len(t.Relations), func(k int) {
		x := &t.Relations[k]
		if i, ok := place[x.Column]; ok && known {
			x.Pearson, x.Spearman = r.Pearson.Values[own][i], r.Spearman.Values[own][i]
			return
		}
		if c := coded[byName[x.Column]]; c.kind == KindNumber && c.distinct() > 1 {
			s := newScale(c)
			x.Pearson = valuePair(c, coded[target], s, goal).correlation()
			x.Spearman = rankedPair(c, coded[target], s, goal).correlation()
		}
	})
}

func valuePair(a, b *codes, sa, sb scale) (s sums) {
	for _, row := range shared(sa, sb, len(a.rows)) {
		x, y := sa.values[a.rows[row]], sb.values[b.rows[row]]
		s.add(sums{1, x, y, x * x, y * y, x * y})
	}
	return s
}

// eta is the correlation ratio of numbers c, scaled as s, in these groups.
func eta(c *codes, s scale, group []int32, groups int) float64 {
	n, sum, all := make([]float64, groups), make([]float64, groups), sums{}
	for row, code := range c.rows {
		if code < 0 || group[row] < 0 {
			continue
		}
		if x := s.values[code]; x == x {
			n[group[row]]++
			sum[group[row]] += x
			all.add(sums{n: 1, x: x, xx: x * x})
		}
	}
	between, within := -all.x*all.x/all.n, all.xx-all.x*all.x/all.n
	for i := range n {
		if n[i] > 0 {
			between += sum[i] * sum[i] / n[i]
		}
	}
	if all.n < 2 || !(within > 1e-14*all.xx) {
		return math.NaN()
	}
	return math.Sqrt(max(0, min(1, between/within)))
}

// auc is the Mann-Whitney statistic as a share of all pairs, ties by half.
func (g *goal) auc(c *codes) float64 {
	counts := make([][2]float64, c.distinct())
	for row, code := range c.rows {
		if code >= 0 && g.class[row] >= 0 {
			counts[code][g.class[row]]++
		}
	}
	var won, first, second float64
	for _, k := range counts {
		won += k[1] * (first + k[0]/2)
		first, second = first+k[0], second+k[1]
	}
	if first == 0 || second == 0 {
		return math.NaN()
	}
	return won / (first * second)
}
