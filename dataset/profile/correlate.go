package profile

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
)

const (
	mostRelated = 100           // columns that are compared with each other
	mostLooks   = 4_000_000_000 // rows times pairs; beyond it rows are sampled
	strongest   = 20            // pairs that are listed
)

type (
	// Relations say how columns belong together. A pair is judged by the rows
	// where both have a value; infinities count as missing.
	Relations struct {
		Rows       int64    `json:"rows"`               // that were looked at
		Sampled    bool     `json:"sampled,omitempty"`  // fewer than all, drawn evenly with seed 1
		LeftOut    []string `json:"left_out,omitempty"` // columns beyond the first 100 (with a target, the 100 that predict it best)
		Pearson    Matrix   `json:"pearson"`            // of numbers
		Spearman   Matrix   `json:"spearman"`           // of numbers; equal values share their mean rank
		CramersV   Matrix   `json:"cramers_v"`          // of categories with 2 to 100 values, bias-corrected (Bergsma, 2013)
		Nats       Matrix   `json:"mutual_information"` // of all these, numbers and times in 16 bins of equal frequency
		Normalized Matrix   `json:"normalized_mutual_information"`
		Strongest  []Pair   `json:"strongest"` // at most 20, by the largest of their measures
	}

	// A Matrix has a value for each two columns; NaN, in JSON null, where there is none.
	Matrix struct {
		Columns []string
		Values  [][]float64
	}

	// A Pair is two columns and what is known of them; NaN, in JSON left out, for the rest.
	Pair struct {
		A, B                                    string
		Pearson, Spearman, CramersV, Normalized float64
	}
)

// MarshalJSON writes NaN as null.
func (m Matrix) MarshalJSON() ([]byte, error) {
	rows := make([][]*float64, len(m.Values))
	for i, r := range m.Values {
		rows[i] = make([]*float64, len(r))
		for j := range r {
			rows[i][j] = known(r[j])
		}
	}
	return json.Marshal(struct {
		Columns []string     `json:"columns"`
		Values  [][]*float64 `json:"values"`
	}{append([]string{}, m.Columns...), rows})
}

// UnmarshalJSON reads null as NaN.
func (m *Matrix) UnmarshalJSON(data []byte) error {
	var in struct {
		Columns []string
		Values  [][]*float64
	}
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&in); err != nil {
		return err
	}
	*m = newMatrix(in.Columns)
	for i, r := range in.Values {
		for j, x := range r {
			if x != nil && i < len(m.Values) && j < len(m.Values[i]) {
				m.Values[i][j] = *x
			}
		}
	}
	return nil
}

// known is nil for NaN.
func known(x float64) *float64 {
	if math.IsNaN(x) {
		return nil
	}
	return &x
}

// MarshalJSON leaves out what is not known.
func (p Pair) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		A          string   `json:"a"`
		B          string   `json:"b"`
		Pearson    *float64 `json:"pearson,omitempty"`
		Spearman   *float64 `json:"spearman,omitempty"`
		CramersV   *float64 `json:"cramers_v,omitempty"`
		Normalized *float64 `json:"normalized_mutual_information,omitempty"`
	}{p.A, p.B, known(p.Pearson), known(p.Spearman), known(p.CramersV), known(p.Normalized)})
}

func newMatrix(names []string) Matrix {
	m := Matrix{names, make([][]float64, len(names))}
	for i := range m.Values {
		m.Values[i] = make([]float64, len(names))
		for j := range m.Values[i] {
			m.Values[i][j] = math.NaN()
		}
	}
	return m
}

func (m Matrix) set(i, j int, x float64) { m.Values[i][j], m.Values[j][i] = x, x }

// correlate compares the columns with each other.
func correlate(ctx context.Context, columns []Column, coded []*codes, target *Target) (*Relations, error) {
	chosen, leftOut := choose(columns, coded, target)
	r := &Relations{LeftOut: leftOut, Strongest: []Pair{}}
	if len(coded) > 0 {
		r.Rows = int64(len(coded[0].rows))
	}
	pairs := int64(len(chosen)) * int64(len(chosen))
	if pairs > 0 && r.Rows*pairs > mostLooks {
		r.Sampled, r.Rows = true, max(10_000, mostLooks/pairs)
	}
	var names, numeric, categorical []string
	list := make([]*codes, len(chosen))
	for k, i := range chosen {
		list[k] = coded[i]
		names = append(names, columns[i].Name)
	}
	if r.Sampled {
		sampleAll(list, int(r.Rows))
	}
	var numbers, categories []int
	for k, c := range list {
		switch c.kind {
		case KindNumber:
			numbers, numeric = append(numbers, k), append(numeric, names[k])
		case KindCategory:
			categories, categorical = append(categories, k), append(categorical, names[k])
		}
	}
	r.Nats, r.Normalized = newMatrix(names), newMatrix(names)
	r.Pearson, r.Spearman, r.CramersV = newMatrix(numeric), newMatrix(numeric), newMatrix(categorical)
	if err := r.inform(ctx, list, categories); err != nil {
		return nil, err
	}
	if err := r.order(ctx, list, numbers); err != nil {
		return nil, err
	}
	r.rank(numbers, categories)
	return r, nil
}

// choose takes the columns that can vary with others: two values or more, and of
// a category at most 100.
func choose(columns []Column, coded []*codes, target *Target) (chosen []int, leftOut []string) {
	for i, c := range columns {
		if c.Distinct > 1 && (c.Kind != KindCategory || coded[i].distinct() <= mostLevels) && (c.Kind != KindNumber || c.Numbers != nil) {
			chosen = append(chosen, i)
		}
	}
	if len(chosen) <= mostRelated {
		return chosen, nil
	}
	if target != nil {
		place := map[string]int{target.Column: -1}
		for i, t := range target.Relations {
			place[t.Column] = i
		}
		slices.SortStableFunc(chosen, func(a, b int) int { return cmp.Compare(place[columns[a].Name], place[columns[b].Name]) })
	}
	for _, i := range chosen[mostRelated:] {
		leftOut = append(leftOut, columns[i].Name)
	}
	chosen = chosen[:mostRelated]
	slices.Sort(chosen)
	return chosen, leftOut
}

// sampleAll replaces each column by the same n of its rows.
func sampleAll(list []*codes, n int) {
	of, random := len(list[0].rows), rand.New(rand.NewPCG(1, 0))
	rows := make([]int, 0, n)
	for i := range of { // selection sampling, Knuth, 3.4.2, algorithm S
		if random.IntN(of-i) < n-len(rows) {
			rows = append(rows, i)
		}
	}
	for k, c := range list {
		list[k] = c.take(rows)
	}
}

func (c *codes) take(rows []int) *codes {
	part := *c
	part.rows, part.counts = make([]int32, len(rows)), make([]int64, len(c.counts))
	part.present, part.null, part.nan = 0, 0, 0
	for i, r := range rows {
		part.rows[i] = c.rows[r]
		if c.rows[r] >= 0 {
			part.counts[c.rows[r]]++
		}
	}
	part.count()
	return &part
}

// inform fills what is counted from crossed levels.
func (r *Relations) inform(ctx context.Context, list []*codes, categories []int) error {
	place := map[int]int{}
	for i, k := range categories {
		place[k] = i
	}
	cut := make([]*levels, len(list))
	if err := each(ctx, len(list), func(i int) { cut[i] = levelled(list[i]) }); err != nil {
		return err
	}
	return each(ctx, len(list)*len(list), func(p int) {
		i, j := p/len(list), p%len(list)
		if i >= j || cut[i] == nil || cut[j] == nil {
			return
		}
		c := cross(cut[i], cut[j], false)
		nats, normalized := c.information()
		r.Nats.set(i, j, nats)
		r.Normalized.set(i, j, normalized)
		a, both := place[i]
		if b, ok := place[j]; ok && both {
			r.CramersV.set(a, b, c.cramersV())
		}
	})
}

// rank lists the strongest pairs.
func (r *Relations) rank(numbers, categories []int) {
	numberAt, categoryAt := map[int]int{}, map[int]int{}
	for i, k := range numbers {
		numberAt[k] = i
	}
	for i, k := range categories {
		categoryAt[k] = i
	}
	at := func(m Matrix, places map[int]int, i, j int) float64 {
		a, ok := places[i]
		b, also := places[j]
		if !ok || !also {
			return math.NaN()
		}
		return m.Values[a][b]
	}
	for i, a := range r.Nats.Columns {
		for j := i + 1; j < len(r.Nats.Columns); j++ {
			p := Pair{a, r.Nats.Columns[j], at(r.Pearson, numberAt, i, j), at(r.Spearman, numberAt, i, j),
				at(r.CramersV, categoryAt, i, j), r.Normalized.Values[i][j]}
			if p.strength() > 0 {
				r.Strongest = append(r.Strongest, p)
			}
		}
	}
	slices.SortStableFunc(r.Strongest, func(a, b Pair) int { return cmp.Compare(b.strength(), a.strength()) })
	r.Strongest = slices.Clip(r.Strongest[:min(strongest, len(r.Strongest))])
}

// strength is the largest of p's measures.
func (p Pair) strength() (s float64) {
	for _, x := range []float64{p.Pearson, p.Spearman, p.CramersV, p.Normalized} {
		if x = math.Abs(x); x > s {
			s = x
		}
	}
	return s
}
