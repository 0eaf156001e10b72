package profile

import (
	"context"
	"fmt"
	"math"
	"sort"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/distance"
)

type (
	// A Side is one of the two tables of a Comparison.
	Side struct {
		Name  string      `json:"name"`
		Table arrow.Table `json:"-"`
		Rows  int64       `json:"rows"` // filled by Compare
	}

	// A Comparison is two tables side by side: A, the reference, and B. It
	// implements display.Displayer.
	Comparison struct {
		A       Side         `json:"a"`
		B       Side         `json:"b"`
		OnlyA   []Field      `json:"only_a"` // columns that B lacks
		OnlyB   []Field      `json:"only_b"`
		Moved   bool         `json:"reordered"`   // the columns of both stand in another order
		Both    int64        `json:"rows_both"`   // rows of B that A has too, in the columns of both, each row of A counted once
		RowsA   int64        `json:"rows_only_a"` // the rest of A
		RowsB   int64        `json:"rows_only_b"` // the rest of B
		Columns []Difference `json:"columns"`     // those that both have, in A's order
	}

	// A Field is a column's name and type.
	Field struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}

	// A Difference is one column of two tables. Columns of different types are
	// compared as numbers or times where both are such, else as text.
	//
	// The distances are of the shares a and b of each table's rows in bins: of
	// numbers and times ten between A's deciles (infinities in the outer ones), of
	// categories the 50 commonest values of both together and the rest; the
	// missing, NaN among them, are one more bin.
	//
	//	PSI = Σ (b-a) ln(b/a), shares below 0.0001 taken as 0.0001
	//	JS  = sqrt of the Jensen-Shannon divergence to base 2, 0 to 1
	//	KS  = the largest distance of the two distribution functions of the values
	//
	// Usual readings of the PSI: below 0.1 the same, above 0.25 another distribution.
	// With an empty table there is no distance, and JSON leaves it out.
	Difference struct {
		Name  string   `json:"name"`
		TypeA string   `json:"type_a"`
		TypeB string   `json:"type_b"`
		Kind  string   `json:"kind"`
		Same  bool     `json:"same"` // every value occurs as often in both
		A     Half     `json:"a"`
		B     Half     `json:"b"`
		PSI   *float64 `json:"psi,omitempty"`
		JS    *float64 `json:"js,omitempty"`
		KS    *float64 `json:"ks,omitempty"`   // of numbers and times with values in both
		Bins  []Shared `json:"bins,omitempty"` // of numbers and times: bins of one width over both
		Top   []Shared `json:"top,omitempty"`  // of categories: the 10 commonest of both together
		New   []Count  `json:"new,omitempty"`  // of categories: the 10 commonest that A does not have
		Lost  []Count  `json:"lost,omitempty"` // that B does not have
	}

	// A Half is what one table says of a column.
	Half struct {
		Missing  int64    `json:"missing"`
		Distinct int64    `json:"distinct"`
		Numbers  *Numbers `json:"numbers,omitempty"`
		First    string   `json:"first,omitempty"` // of times
		Last     string   `json:"last,omitempty"`
	}

	// Shared is a bin, or a value, with its rows in both tables.
	Shared struct {
		Value string  `json:"value,omitempty"`
		Low   float64 `json:"low,omitempty"`
		High  float64 `json:"high,omitempty"`
		A     int64   `json:"a"`
		B     int64   `json:"b"`
	}
)

// Compare puts b beside a, the reference.
func Compare(ctx context.Context, a, b Side) (*Comparison, error) {
	a.Rows, b.Rows = a.Table.NumRows(), b.Table.NumRows()
	c := &Comparison{A: a, B: b, OnlyA: []Field{}, OnlyB: []Field{}}
	shared, _ := match(a.Table, b.Table)
	c.fields(shared)
	c.Columns = make([]Difference, len(shared))
	coded := make([]*codes, len(shared))
	if err := each(ctx, len(shared), func(i int) {
		coded[i] = joint(shared[i].a, shared[i].b)
		c.Columns[i] = differ(shared[i], coded[i], int(a.Rows))
	}); err != nil {
		return nil, fmt.Errorf("compare %s with %s: %w", a.Name, b.Name, err)
	}
	err := rowsOf(ctx, coded, int(a.Rows+b.Rows), func(rows []uint32) {
		ours := int64(sort.Search(len(rows), func(i int) bool { return int64(rows[i]) >= a.Rows }))
		c.Both += min(ours, int64(len(rows))-ours)
	})
	if err != nil {
		return nil, fmt.Errorf("compare %s with %s: %w", a.Name, b.Name, err)
	}
	c.RowsA, c.RowsB = a.Rows-c.Both, b.Rows-c.Both
	return c, nil
}

// fields fills OnlyA, OnlyB and Moved.
func (c *Comparison) fields(shared []matched) {
	inA, inB := map[*arrow.Column]bool{}, map[*arrow.Column]bool{}
	for _, s := range shared {
		inA[s.a], inB[s.b] = true, true
	}
	rest := func(t arrow.Table, in map[*arrow.Column]bool) []Field {
		out := []Field{}
		for i := range int(t.NumCols()) {
			if col := t.Column(i); !in[col] {
				out = append(out, Field{col.Name(), dataset.TypeName(col.DataType())})
			}
		}
		return out
	}
	c.OnlyA, c.OnlyB = rest(c.A.Table, inA), rest(c.B.Table, inB)
	at := 0
	for i := range int(c.B.Table.NumCols()) {
		if col := c.B.Table.Column(i); inB[col] {
			c.Moved = c.Moved || shared[at].b != col
			at++
		}
	}
}

// differ compares the first border rows of c with the rest.
func differ(m matched, c *codes, border int) Difference {
	a, b := c.part(0, border), c.part(border, len(c.rows))
	d := Difference{Name: m.a.Name(), TypeA: dataset.TypeName(m.a.DataType()), TypeB: dataset.TypeName(m.b.DataType()), Kind: c.kind, A: a.half(), B: b.half()}
	d.Same = a.missing() == b.missing()
	for code := range c.counts {
		d.Same = d.Same && a.counts[code] == b.counts[code]
	}
	if len(a.rows) > 0 && len(b.rows) > 0 {
		p, q := c.shares(a, b)
		psi, js := distance.Stability(p, q), distance.JensenShannon(p, q)
		d.PSI, d.JS = &psi, &js
	}
	if c.kind == KindCategory {
		d.categories(c, a, b)
		return d
	}
	if a.present > 0 && b.present > 0 {
		ks := ks(a.counts, b.counts)
		d.KS = &ks
	}
	d.bins(c, a, b)
	return d
}

// part is c for some of the rows; codes that do not occur there count 0.
func (c *codes) part(low, high int) *codes {
	p := *c
	p.rows, p.counts = c.rows[low:high], make([]int64, len(c.counts))
	p.present, p.null, p.nan = 0, 0, 0
	for _, code := range p.rows {
		if code >= 0 {
			p.counts[code]++
		}
	}
	p.count()
	return &p
}

func (c *codes) missing() int64 { return c.null + c.nan }

// used is c without the codes that do not occur.
func (c *codes) used() (values []float64, counts []int64) {
	all, n := c.finite()
	for i, x := range all {
		if n[i] > 0 {
			values, counts = append(values, x), append(counts, n[i])
		}
	}
	return values, counts
}

func (c *codes) half() Half {
	h := Half{Missing: c.missing()}
	first, last := -1, 0
	for code, n := range c.counts {
		if n == 0 {
			continue
		}
		h.Distinct++
		if first < 0 {
			first = code
		}
		last = code
	}
	switch {
	case h.Distinct == 0:
	case c.kind == KindTime:
		h.First, h.Last = c.text(first), c.text(last)
	case c.kind == KindNumber:
		if values, counts := c.used(); len(values) > 0 {
			h.Numbers = numbers(values, counts)
			h.Numbers.Infinite = c.present - total(counts)
		}
	}
	return h
}

// bins counts both parts in bins of one width.
func (d *Difference) bins(c, a, b *codes) {
	values, _ := c.finite()
	if len(values) == 0 {
		return
	}
	ours := edges(values[0], values[len(values)-1], c.whole != nil && c.kind == KindNumber)
	theirs := append([]Bin{}, ours...)
	_, n := a.finite()
	fill(ours, values, n)
	_, n = b.finite()
	fill(theirs, values, n)
	for i, bin := range ours {
		d.Bins = append(d.Bins, Shared{Low: bin.Low, High: bin.High, A: bin.Count, B: theirs[i].Count})
	}
}

func (d *Difference) categories(c, a, b *codes) {
	for _, code := range c.commonestCodes(topValues) {
		d.Top = append(d.Top, Shared{Value: c.text(code), A: a.counts[code], B: b.counts[code]})
	}
	lost, fresh := *a, *b
	lost.counts, fresh.counts = make([]int64, len(c.counts)), make([]int64, len(c.counts))
	for code := range c.counts {
		switch {
		case a.counts[code] == 0:
			fresh.counts[code] = b.counts[code]
		case b.counts[code] == 0:
			lost.counts[code] = a.counts[code]
		}
	}
	d.New, d.Lost = positive(fresh.top(topValues)), positive(lost.top(topValues))
}

func positive(counts []Count) []Count {
	for i, c := range counts {
		if c.Count == 0 {
			return counts[:i]
		}
	}
	return counts
}

// moved reports whether the PSI says that the distribution is another one.
func (d Difference) moved() float64 {
	if d.PSI == nil {
		return math.NaN()
	}
	return *d.PSI
}
