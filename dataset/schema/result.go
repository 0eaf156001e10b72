package schema

import (
	"fmt"
	"slices"
	"strings"
)

// Shown is how many of the rows that fail an outcome gives.
const Shown = 5

type (
	// A Result is what a check found: an outcome for each expectation, those of the
	// table first, then by column. It implements display.Displayer.
	Result struct {
		Dataset  string    `json:"dataset,omitempty"` // what was checked; may be set by the caller
		Schema   string    `json:"schema,omitempty"`  // which schema it was checked against
		Rows     int64     `json:"rows"`
		Outcomes []Outcome `json:"outcomes"`

		left int // outcomes that are left out: see Faults
	}

	// An Outcome is what became of one expectation.
	Outcome struct {
		Column   string    `json:"column,omitempty"` // "" for the table
		Kind     string    `json:"kind"`             // of Kinds, or absent, other_columns, columns
		Want     string    `json:"want"`
		Level    Level     `json:"level"`
		Failed   bool      `json:"failed"`
		Count    int64     `json:"count"` // rows that fail
		Got      string    `json:"got,omitempty"`
		Value    *float64  `json:"value,omitempty"`    // the share or distance that was measured
		Examples []Example `json:"examples,omitempty"` // the first rows that fail, at most Shown
		// Problem is why the expectation could not be checked; then it has failed.
		Problem string `json:"problem,omitempty"`

		rows []int64 // all rows that fail, from 0, where they are asked for
	}

	// An Example is one row that fails.
	Example struct {
		Row   int64  `json:"row"` // from 1
		Value string `json:"value"`
		Note  string `json:"note,omitempty"`
	}
)

// Failed are the outcomes that failed at a level.
func (r *Result) Failed(l Level) []Outcome {
	var list []Outcome
	for _, o := range r.Outcomes {
		if o.Failed && o.Level == l {
			list = append(list, o)
		}
	}
	return list
}

// Faults is the result without what is met and what is only counted: what a step
// that goes on has to say.
func (r *Result) Faults() *Result {
	short := *r
	short.Outcomes = append(r.Failed(Error), r.Failed(Warning)...)
	short.left += len(r.Outcomes) - len(short.Outcomes)
	return &short
}

// Err is nil when nothing failed at level error. It says in one line what failed,
// with the first rows and values.
func (r *Result) Err() error {
	failed := r.Failed(Error)
	if len(failed) == 0 {
		return nil
	}
	var parts []string
	for _, o := range failed[:min(3, len(failed))] {
		parts = append(parts, o.line())
	}
	if more := len(failed) - 3; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	expects := plural(int64(len(failed)), "expectation")
	if len(failed) == 1 {
		expects += " fails"
	} else {
		expects += " fail"
	}
	name := r.Dataset
	if name == "" {
		name = "the table"
	}
	return &Broken{Result: r, text: fmt.Sprintf("check %s: %s: %s", name, expects, strings.Join(parts, "; "))}
}

// Broken is the error of a Result with failures at level error.
type Broken struct {
	Result *Result
	text   string
}

func (e *Broken) Error() string { return e.text }

// Hint says how to go on.
func (e *Broken) Hint() string {
	h := "`dataset validate` shows all of it"
	if slices.ContainsFunc(e.Result.Failed(Error), func(o Outcome) bool { return o.Count > 0 }) {
		h += ", `dataset quarantine` keeps the bad rows aside"
	}
	return h + ", `dataset schema edit` changes what is expected"
}

var _ interface{ Hint() string } = (*Broken)(nil)

// line is an outcome in words: `alcohol: range 8 to 15: 2 values fail: row 7 "99", …`.
func (o Outcome) line() string {
	what := o.Kind + " " + o.Want
	if o.Column != "" {
		what = o.Column + ": " + what
	}
	return what + ": " + o.found()
}

// found is what an outcome found, in one line.
func (o Outcome) found() string {
	var parts []string
	switch {
	case o.Problem != "":
		return "cannot be checked: " + o.Problem
	case o.Got != "":
		parts = append(parts, o.Got)
	}
	if o.Count > 0 {
		part := plural(o.Count, "row")
		if len(o.Examples) > 0 {
			part += ": " + o.examples(3)
		}
		parts = append(parts, part)
	}
	if len(parts) == 0 {
		return "ok"
	}
	return strings.Join(parts, "; ")
}

func (o Outcome) examples(most int) string {
	var list []string
	for _, e := range o.Examples[:min(most, len(o.Examples))] {
		list = append(list, e.String())
	}
	if o.Count > int64(len(list)) {
		list = append(list, "…")
	}
	return strings.Join(list, ", ")
}

// String is `row 7 "99" (like "9")`.
func (e Example) String() string {
	s := "row " + grouped(e.Row) + " " + e.Value
	if e.Note != "" {
		s += " (" + e.Note + ")"
	}
	return s
}
