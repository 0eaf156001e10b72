package recipe

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/internal/hint"
)

// Tools are what some steps need from outside. A nil one makes the step that
// needs it an error.
type Tools struct {
	// Open reads the dataset that a join names. Fit needs it, Apply does not.
	Open func(ref string) (arrow.Table, error)
	// Funcs are the Go functions of the step go, by name: any number of
	// float64, string, bool or int64 in, one of them out.
	Funcs map[string]any
	// Rank scores columns by training models: rfe, l1, permutation.
	Rank func(method string, t arrow.Table, o SelectOptions) ([]Score, error)
}

// A Fitted is a recipe with what it learned from training rows. It is plain
// data: as JSON it is kept with the model.
type Fitted struct {
	Target string       `json:"target,omitempty"`
	Steps  []FittedStep `json:"steps"`
	// Columns has for each column that comes out those of the table that it was
	// made of; one that comes out as it was is left out.
	Columns map[string][]string `json:"columns,omitempty"`
}

// A FittedStep is a step with what it learned.
type FittedStep struct {
	Step
	Skip    bool      `json:"skip,omitempty"` // for training alone
	Learned []Learned `json:"learned,omitempty"`
	Lookup  *Lookup   `json:"lookup,omitempty"`
	Scores  []Score   `json:"scores,omitempty"`
	RowsIn  int       `json:"rows_in"`
	RowsOut int       `json:"rows_out"`
}

// Learned is what a step learned about one column. Which fields a step uses is
// in docs/format/model.md.
type Learned struct {
	Column  string      `json:"column"`
	Type    string      `json:"type"` // Arrow's name of the type
	Fill    float64     `json:"fill,omitempty"`
	Text    string      `json:"text,omitempty"`
	Shift   float64     `json:"shift,omitempty"`
	Factor  float64     `json:"factor,omitempty"`
	Edges   []float64   `json:"edges,omitempty"`
	Words   []string    `json:"words,omitempty"`
	Weights []float64   `json:"weights,omitempty"`
	Other   bool        `json:"other,omitempty"`
	Means   [][]float64 `json:"means,omitempty"` // of each word, then of an unknown one
	Classes []string    `json:"classes,omitempty"`
	History []past      `json:"history,omitempty"`
}

// A call is one step at work on a table.
type call struct {
	*FittedStep
	op     op
	f      *frame
	target string
	tools  Tools
	done   bool // fit has changed the training rows itself
}

// Fit learns the recipe from the rows of t, which must be training rows alone,
// and returns those rows prepared: rows that sample, balance and filter leave
// out are missing, and a target encoding is out of fold (see Ops). The target
// may be "" and is carried along as it is.
func (r Recipe) Fit(t arrow.Table, target string, tools Tools) (*Fitted, arrow.Table, error) {
	if err := r.Check(); err != nil {
		return nil, nil, err
	}
	out, f := &Fitted{Target: target}, newFrame(t)
	if target != "" {
		if _, err := f.column(target); err != nil {
			return nil, nil, fmt.Errorf("fit recipe: target: %w", err)
		}
	}
	for i, s := range r {
		o, _ := find(s.Op)
		step := FittedStep{Step: s.clone(), Skip: o.Train, RowsIn: f.rows}
		c := &call{FittedStep: &step, op: o, f: f, target: target, tools: tools}
		err := c.choose()
		if err == nil {
			err = c.op.fit(c)
		}
		if err == nil && !c.done {
			err = c.op.apply(c)
		}
		if err == nil && f.rows == 0 {
			err = hint.New(errors.New("no row is left"), "check what the steps before it keep")
		}
		if err != nil {
			return nil, nil, stepError(i, s, err)
		}
		step.RowsOut = f.rows
		out.Steps = append(out.Steps, step)
	}
	out.Columns = f.lineage()
	return out, f.table(), nil
}

// Apply prepares rows as the training rows were, without the steps that are for
// training alone, row for row: a row's result does not depend on the others. The
// target need not be there. It reads only columns that the recipe was fitted on.
func (p *Fitted) Apply(t arrow.Table, tools Tools) (arrow.Table, error) {
	f := newFrame(t)
	for i := range p.Steps {
		step := &p.Steps[i]
		o, ok := find(step.Op)
		if !ok {
			return nil, stepError(i, step.Step, hint.New(fmt.Errorf("this program has no such step"), "update cellar"))
		}
		if step.Skip {
			continue
		}
		c := &call{FittedStep: step, op: o, f: f, target: p.Target, tools: tools}
		if err := o.apply(c); err != nil {
			return nil, stepError(i, step.Step, err)
		}
	}
	return f.table(), nil
}

// Functions are the names of the Go functions that Apply needs.
func (p *Fitted) Functions() []string {
	if p == nil {
		return nil
	}
	return p.Recipe().Functions()
}

// Recipe is what was fitted.
func (p *Fitted) Recipe() Recipe {
	var r Recipe
	for _, s := range p.Steps {
		r = append(r, s.Step)
	}
	return r
}

// Portable is an error when the recipe calls a Go function whose source is not
// known, so that nobody else could apply it.
func (p *Fitted) Portable() error {
	return p.Recipe().Portable()
}

// Portable is as that of Fitted.
func (r Recipe) Portable() error {
	for i, s := range r {
		if s.Func != "" && s.Source == "" {
			return stepError(i, s, hint.New(fmt.Errorf("the source of the Go function %s is not known, so a saved model could not be used anywhere else", s.Func),
				"define it in a cell, set Step.Source, or use the other steps in its place"))
		}
	}
	return nil
}

// choose resolves the step's columns into Learned.
func (c *call) choose() error {
	if c.op.reads == 0 {
		if len(c.Columns) > 0 {
			return fmt.Errorf("it takes no columns, and has %s", strings.Join(c.Columns, ","))
		}
		return nil
	}
	all, names := len(c.Columns) == 0, []string{}
	not := map[string]bool{c.target: true}
	for _, name := range c.Columns {
		switch {
		case name == "*":
			all = true
		case strings.HasPrefix(name, "-") && c.f.index(name) < 0:
			not[name[1:]] = true
			if _, err := c.f.column(name[1:]); err != nil {
				return err
			}
		default:
			names = append(names, name)
		}
	}
	all = all || len(names) == 0
	for _, col := range c.f.cols {
		if name := col.Name(); all && !not[name] && !slices.Contains(names, name) && kindOf(col.DataType())&c.op.reads != 0 {
			names = append(names, name)
		}
	}
	for _, name := range names {
		col, err := c.f.column(name)
		if err != nil {
			return err
		}
		if name == c.target {
			return hint.New(fmt.Errorf("column %q: it is the target, which is not known when the model answers", name), "leave it out of the step's columns")
		}
		if kindOf(col.DataType())&c.op.reads == 0 {
			return hint.New(fmt.Errorf("column %q: it is %s, and the step reads %s", name, col.DataType(), c.op.reads), "name other columns, or * for all that it can read")
		}
		c.Learned = append(c.Learned, Learned{Column: name, Type: col.DataType().String()})
	}
	if len(names) == 0 && !all {
		return fmt.Errorf("it has no columns")
	}
	return nil
}

// read is a column that Learned names, as it is in this table; an error when it
// is gone or has become something else.
func (c *call) read(l Learned) (arrow.Column, error) {
	col, err := c.f.column(l.Column)
	if err != nil {
		return col, err
	}
	if k := kindOf(col.DataType()); col.DataType().ID() != arrow.NULL && (k&c.op.reads == 0 || k != kindNamed(l.Type)) && l.Type != "null" {
		return col, hint.New(fmt.Errorf("column %q: it is %s, and was %s when the recipe was fitted", l.Column, col.DataType(), l.Type),
			"give the column the type that it had")
	}
	return col, nil
}
