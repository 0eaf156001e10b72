// Package profile says what is in a table: each column, how columns belong
// together, what predicts a target, which rows repeat, and how two tables
// differ. Every figure is of all rows unless the report says that it is of a
// sample; docs/profile.md defines each one.
//
// A column is first turned into codes: its distinct values in order, and for
// each row the number of its value. All figures are made from the codes, which
// take 4 bytes a cell. The package knows no store and no file.
package profile

import (
	"context"
	"fmt"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/together"
)

type (
	// Options say what is looked at; the zero value is every column, how they
	// belong together, and the rows.
	Options struct {
		Name     string      // of the table, for the title
		Target   string      // the column that is to be predicted; "" for none
		Test     arrow.Table // a table whose rows should not be in the profiled one; nil for none
		TestName string
		Brief    bool // the columns alone
	}

	// A Report is the profile of one table. It implements display.Displayer.
	Report struct {
		Name      string      `json:"name,omitempty"`
		Rows      int64       `json:"rows"`
		Missing   int64       `json:"missing"` // over all columns
		Columns   []Column    `json:"columns"`
		Brief     bool        `json:"-"`
		Repeated  int64       `json:"duplicate_rows"` // rows that equal an earlier row; missing equals missing. 0 when brief
		Findings  []Finding   `json:"findings"`       // the gravest first
		Relations *Relations  `json:"relations,omitempty"`
		Target    *Target     `json:"target,omitempty"`
		Test      *Overlap    `json:"test,omitempty"`
		Compared  *Comparison `json:"-"` // with another table, by Compare; then it is what Display shows
	}

	// A Finding is one thing that a person should look at.
	Finding struct {
		Level  string `json:"level"` // LevelLeak, LevelWarning, LevelNote
		Kind   string `json:"kind"`  // one word for programs: constant, id, ...
		Column string `json:"column,omitempty"`
		Text   string `json:"text"`
	}
)

// The levels of a Finding.
const (
	LevelLeak    = "leak"
	LevelWarning = "warning"
	LevelNote    = "note"
)

// Of profiles t. It fails for an unknown target, for a target that has no
// value, and when ctx ends.
func Of(ctx context.Context, t arrow.Table, o Options) (*Report, error) {
	r := &Report{Name: o.Name, Rows: t.NumRows(), Brief: o.Brief, Columns: make([]Column, t.NumCols()), Findings: []Finding{}}
	target, err := targetIndex(t, o.Target)
	if err != nil {
		return nil, err
	}
	coded := make([]*codes, t.NumCols())
	err = each(ctx, len(coded), func(i int) {
		c := encode(t.Column(i).Data().Chunks(), t.Column(i).DataType())
		r.Columns[i] = describe(t.Column(i), c)
		if !o.Brief {
			coded[i] = c
		}
	})
	if err != nil {
		return nil, fmt.Errorf("profile: %w", err)
	}
	for _, c := range r.Columns {
		r.Missing += c.Missing
	}
	if o.Brief {
		return r, nil
	}
	if r.Repeated, err = repeated(ctx, coded, int(t.NumRows())); err != nil {
		return nil, fmt.Errorf("profile: duplicate rows: %w", err)
	}
	if target >= 0 {
		if r.Target, err = relate(ctx, r.Columns, coded, target); err != nil {
			return nil, err
		}
	}
	if r.Relations, err = correlate(ctx, r.Columns, coded, r.Target); err != nil {
		return nil, fmt.Errorf("profile: correlations: %w", err)
	}
	if r.Target != nil {
		if err := r.Target.correlated(ctx, r.Relations, r.Columns, coded, target); err != nil {
			return nil, fmt.Errorf("profile: correlations: %w", err)
		}
	}
	if o.Test != nil {
		if r.Test, err = overlap(ctx, t, o.Test, o.TestName, r.ids(), r.leftOut(o.Target)); err != nil {
			return nil, fmt.Errorf("profile: rows of %s: %w", o.TestName, err)
		}
	}
	r.find()
	return r, nil
}

func targetIndex(t arrow.Table, name string) (int, error) {
	if name == "" {
		return -1, nil
	}
	i, err := dataset.ColumnIndex(t, name)
	if err != nil {
		return 0, hint.New(fmt.Errorf("profile: target: %w", err), hint.Of(err))
	}
	return i, nil
}

// each calls f for 0 to n-1, as many at a time as there are processors.
func each(ctx context.Context, n int, f func(int)) error {
	_ = together.Do(ctx, n, 0, func(i int) error { // no f fails
		f(i)
		return nil
	})
	return ctx.Err()
}

// leftOut are the columns that do not tell whether two rows are the same case:
// the target and the ids.
func (r *Report) leftOut(target string) map[string]bool {
	out := map[string]bool{}
	for _, c := range r.Columns {
		if c.Name == target || c.ID {
			out[c.Name] = true
		}
	}
	return out
}

func (r *Report) ids() (names []string) {
	for _, c := range r.Columns {
		if c.ID {
			names = append(names, c.Name)
		}
	}
	return names
}
