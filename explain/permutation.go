// Package explain says what a model's answers depend on. It asks the model
// only; it knows neither how one is trained nor any tracker.
package explain

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
)

// PermutationOptions says how importance is measured.
type PermutationOptions struct {
	Repeats int    // shuffles of each column; 0: 5
	Seed    int64  // of the shuffles
	Metric  string // one that the model's task has; empty: accuracy or rmse
}

// An Importance is how much a model's score depends on each column of its
// input, most important first.
type Importance struct {
	Model   string // "mlp of species"
	Metric  string
	Score   float64 // with all columns as they are
	Rows    int     // with a known target
	Repeats int
	Columns []ColumnImportance
}

// A ColumnImportance is the drop of the score when the column's values are
// shuffled among the rows: mean and standard deviation over the repeats. For an
// error such as rmse it is the rise, so that more is always more important.
// About 0 means that the model does not use the column, or that others tell the
// same.
type ColumnImportance struct {
	Column string
	Mean   float64
	Std    float64
}

// Permutation measures permutation importance (Breiman 2001, section 10; Fisher,
// Rudin and Dominici 2019) of every raw column that m reads, on the rows of t
// whose target is known. The same options give the same numbers. t needs the
// model's columns and its target.
func Permutation(ctx context.Context, m *engine.Model, t arrow.Table, o PermutationOptions) (*Importance, error) {
	op := "explain the model of " + m.Target().Name
	truth, err := m.Target().Read(t)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	rows := truth.Rows()
	if len(rows) < 2 {
		return nil, fmt.Errorf("%s: %d row(s) have a known %s, want 2 or more", op, len(rows), m.Target().Name)
	}
	data, err := m.Encode(t)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	p := &permuter{model: m, truth: truth.At(rows), width: m.Inputs().Width(), rows: len(rows)}
	for _, row := range rows {
		p.data = append(p.data, data[row*p.width:(row+1)*p.width]...)
	}
	if err := p.choose(ctx, o.Metric); err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	out := &Importance{Model: m.Name() + " of " + m.Target().Name, Metric: p.metric, Score: p.base, Rows: p.rows, Repeats: o.Repeats}
	if out.Repeats <= 0 {
		out.Repeats = 5
	}
	if out.Columns, err = p.columns(ctx, out.Repeats, o.Seed); err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	slices.SortStableFunc(out.Columns, func(a, b ColumnImportance) int {
		switch {
		case a.Mean > b.Mean:
			return -1
		case a.Mean < b.Mean:
			return 1
		}
		return 0
	})
	return out, nil
}

// A permuter shuffles encoded columns. Shuffling the inputs that a raw column
// was encoded to is shuffling the raw column, since each is encoded by itself.
type permuter struct {
	model       *engine.Model
	truth       engine.Truth
	data        []float32
	rows, width int
	metric      string
	base        float64
}

func (p *permuter) scores(ctx context.Context) (map[string]float64, error) {
	answers, err := p.model.PredictEncoded(ctx, p.data)
	if err != nil {
		return nil, err
	}
	return answers.Score(p.truth), nil
}

// choose settles the metric and its value with nothing shuffled.
func (p *permuter) choose(ctx context.Context, metric string) error {
	scores, err := p.scores(ctx)
	if err != nil {
		return err
	}
	p.metric = metric
	if metric == "" {
		p.metric = "accuracy"
		if p.model.Target().Task == engine.Regression {
			p.metric = "rmse"
		}
	}
	base, ok := scores[p.metric]
	if !ok {
		names := engine.MetricNames(scores)
		err := fmt.Errorf("no metric %q on these rows; have %s", metric, strings.Join(names, ", "))
		if near := nearest.Of(metric, names, 1); len(near) > 0 {
			return hint.New(err, "did you mean "+near[0]+"?")
		}
		return err
	}
	p.base = base
	return nil
}

func (p *permuter) columns(ctx context.Context, repeats int, seed int64) ([]ColumnImportance, error) {
	var out []ColumnImportance
	offset := 0
	for i, c := range p.model.Inputs() {
		width := c.Width()
		drops := make([]float64, repeats)
		for k := range drops {
			r := rand.New(rand.NewPCG(uint64(seed), uint64(i)<<32|uint64(k)))
			drop, err := p.shuffled(ctx, offset, width, r.Perm(p.rows))
			if err != nil {
				return nil, err
			}
			drops[k] = drop
		}
		mean, std := moments(drops)
		out = append(out, ColumnImportance{Column: c.Name, Mean: mean, Std: std})
		offset += width
	}
	return out, nil
}

// shuffled is how much worse the score is with one column in another order.
func (p *permuter) shuffled(ctx context.Context, offset, width int, order []int) (float64, error) {
	kept := make([]float32, p.rows*width)
	block := func(row int) []float32 { return p.data[row*p.width+offset:][:width] }
	for row := range p.rows {
		copy(kept[row*width:], block(row))
	}
	for row, from := range order {
		copy(block(row), kept[from*width:][:width])
	}
	scores, err := p.scores(ctx)
	for row := range p.rows {
		copy(block(row), kept[row*width:][:width])
	}
	if engine.Higher(p.metric) {
		return p.base - scores[p.metric], err
	}
	return scores[p.metric] - p.base, err
}

// moments are mean and standard deviation over all values (not the sample's).
func moments(values []float64) (mean, std float64) {
	for _, v := range values {
		mean += v / float64(len(values))
	}
	for _, v := range values {
		std += (v - mean) * (v - mean) / float64(len(values))
	}
	return mean, math.Sqrt(std)
}
