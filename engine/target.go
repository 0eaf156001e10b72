package engine

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/engine/prep"
	"github.com/cellar-ml/cellar/internal/hint"
)

// A Target is the column that a model predicts, and how its values become
// numbers: the index of a class, or a value scaled by mean and deviation.
type Target struct {
	Name    string   `json:"name"`
	Task    Task     `json:"task"`
	Classes []string `json:"classes,omitempty"`
	Mean    float64  `json:"mean,omitempty"`
	Std     float64  `json:"std,omitempty"`
}

// Truth is a target column as read from a table: Class for a classification
// (-1 where it is missing or not a class of the model), Value for a regression
// (NaN where it is missing).
type Truth struct {
	Class []int
	Value []float64
}

// Rows are those whose truth is known.
func (t Truth) Rows() []int {
	var rows []int
	for i, class := range t.Class {
		if class >= 0 {
			rows = append(rows, i)
		}
	}
	for i, v := range t.Value {
		if !math.IsNaN(v) {
			rows = append(rows, i)
		}
	}
	return rows
}

// len is how many rows it is of, known or not.
func (t Truth) len() int { return len(t.Class) + len(t.Value) }

// At is the truth of some rows alone.
func (t Truth) At(rows []int) Truth {
	var out Truth
	for _, row := range rows {
		if t.Class != nil {
			out.Class = append(out.Class, t.Class[row])
		} else {
			out.Value = append(out.Value, t.Value[row])
		}
	}
	return out
}

// maxIntegerClasses is how many different whole numbers are still taken for
// classes when nobody says which task it is.
const maxIntegerClasses = 10

// maxClasses is where a classification is more likely a mistake.
const maxClasses = 1000

// fitTarget decides on the task and the classes.
func fitTarget(t arrow.Table, s Spec) (Target, Truth, error) {
	c, err := prep.Lookup(t, s.Target, "target")
	if err != nil {
		return Target{}, Truth{}, err
	}
	target := Target{Name: s.Target, Task: s.Task}
	kind, ok := prep.KindOf(c.DataType())
	if !ok {
		return target, Truth{}, fmt.Errorf("read target %q: %s is neither number, bool nor text", s.Target, c.DataType())
	}
	labels, err := labelsOf(c, kind)
	if err != nil {
		return target, Truth{}, err
	}
	if err := target.decide(c.DataType(), kind, distinct(labels), s); err != nil {
		return target, Truth{}, err
	}
	truth, err := target.Read(t)
	return target, truth, err
}

// decide finds task and classes out, from each value once.
func (t *Target) decide(typ arrow.DataType, kind prep.Kind, classes []label, s Spec) error {
	if t.Task == "" {
		t.Task = infer(typ, kind, classes)
	}
	if family, err := lookupFamily(s.Family); err == nil && !slices.Contains(family.Tasks, t.Task) {
		return hint.New(fmt.Errorf("train a %s model: the target %q asks for %s", s.Family, s.Target, t.Task), familiesFor(t.Task))
	}
	if t.Task == Regression {
		if kind == prep.Category {
			return hint.New(fmt.Errorf("train a regression on %q: its values are text", s.Target),
				"leave the task away to train a classification")
		}
		return nil
	}
	for _, class := range classes {
		t.Classes = append(t.Classes, class.name)
	}
	return t.checkClasses()
}

func (t Target) checkClasses() error {
	n := len(t.Classes)
	switch {
	case n == 0:
		return hint.New(fmt.Errorf("train a model of %q: no row has a value of it", t.Name), "choose another target")
	case n == 1:
		return hint.New(fmt.Errorf("train a classification on %q: all its values are %q, want 2 classes or more", t.Name, t.Classes[0]),
			"choose another target, or other rows")
	case t.Task == Binary && n != 2:
		return hint.New(fmt.Errorf("train a binary model on %q: it has %d classes", t.Name, n), "use the task multiclass")
	case n > maxClasses:
		return hint.New(fmt.Errorf("train a classification on %q: it has %d classes, more than %d", t.Name, n, maxClasses),
			"choose another target, or the task regression for a number")
	}
	return nil
}

func infer(typ arrow.DataType, kind prep.Kind, classes []label) Task {
	whole := !slices.ContainsFunc(classes, func(l label) bool { return l.value != math.Trunc(l.value) })
	switch {
	case kind == prep.Number && prep.IsInteger(typ) && len(classes) > maxIntegerClasses,
		kind == prep.Number && !prep.IsInteger(typ) && (len(classes) > 2 || !whole):
		return Regression
	case len(classes) == 2:
		return Binary
	}
	return Multiclass
}

// A label is one value of a column as a class.
type label struct {
	name  string
	value float64 // for the order of numbers
	known bool
}

func labelsOf(c *arrow.Column, kind prep.Kind) ([]label, error) {
	labels := make([]label, c.Len())
	if kind == prep.Category {
		values, missing, err := prep.Texts(c)
		for i, v := range values {
			labels[i] = label{name: v, known: !missing[i]}
		}
		return labels, err
	}
	values, err := prep.Numbers(c)
	for i, v := range values {
		name := strconv.FormatFloat(v, 'f', -1, 64)
		if kind == prep.Bool {
			name = strconv.FormatBool(v == 1)
		}
		labels[i] = label{name: name, value: v, known: !math.IsNaN(v)}
	}
	return labels, err
}

// distinct returns each label once: numbers in their order, text alphabetically.
func distinct(labels []label) []label {
	seen := map[string]bool{}
	var out []label
	for _, l := range labels {
		if l.known && !seen[l.name] {
			seen[l.name] = true
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b label) int {
		return cmp.Or(cmp.Compare(a.value, b.value), strings.Compare(a.name, b.name))
	})
	return out
}

// Read gives the truth that a table holds for this target.
func (t Target) Read(table arrow.Table) (Truth, error) {
	c, err := prep.Lookup(table, t.Name, "target")
	if err != nil {
		return Truth{}, err
	}
	if t.Task == Regression {
		values, err := prep.Numbers(c)
		return Truth{Value: values}, err
	}
	kind, ok := prep.KindOf(c.DataType())
	if !ok {
		return Truth{}, fmt.Errorf("read target %q: %s is neither number, bool nor text", t.Name, c.DataType())
	}
	labels, err := labelsOf(c, kind)
	if err != nil {
		return Truth{}, err
	}
	index := map[string]int{}
	for i, class := range t.Classes {
		index[class] = i
	}
	truth := Truth{Class: make([]int, len(labels))}
	for i, l := range labels {
		class, ok := index[l.name]
		if !ok || !l.known {
			class = -1
		}
		truth.Class[i] = class
	}
	return truth, nil
}

// scale learns mean and deviation of a regression's target from the training rows.
func (t *Target) scale(truth Truth) {
	if t.Task != Regression {
		return
	}
	n := float64(len(truth.Value))
	for _, v := range truth.Value {
		t.Mean += v / n
	}
	for _, v := range truth.Value {
		t.Std += (v - t.Mean) * (v - t.Mean) / n
	}
	if t.Std = math.Sqrt(t.Std); t.Std <= 1e-12*math.Abs(t.Mean) {
		t.Std = 1
	}
}

// encode is what the loss compares with.
func (t Target) encode(truth Truth) []float32 {
	var out []float32
	for _, class := range truth.Class {
		out = append(out, float32(class))
	}
	for _, v := range truth.Value {
		out = append(out, float32((v-t.Mean)/t.Std))
	}
	return out
}

// outputs is how many a model must have: the first is what is asked for, a
// second one is taken too.
func (t Target) outputs() []int {
	switch t.Task {
	case Multiclass:
		return []int{len(t.Classes)}
	case Binary:
		return []int{1, 2}
	}
	return []int{1}
}
