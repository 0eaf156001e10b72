package engine

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gomlx/gomlx/pkg/ml/train/optimizers"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
)

// resolve fills s with the defaults of its family, and refuses what cannot be trained.
func (s Spec) resolve() (Spec, error) {
	defaults := graphDefaults()
	tasks := []Task{Regression, Binary, Multiclass}
	if s.Task != "" && !slices.Contains(tasks, s.Task) {
		return s, fmt.Errorf("train a model: no task %q; have %v", s.Task, tasks)
	}
	switch {
	case s.Target == "":
		return s, hint.New(fmt.Errorf("train a model: no target column"), "say which column to predict: --target COLUMN")
	case s.Graph != nil && s.Family != "":
		return s, fmt.Errorf("train a model: both family %q and graph function %s are given", s.Family, s.graphName())
	case s.Graph == nil:
		family, err := lookupFamily(s.Family)
		if err != nil {
			return s, err
		}
		if s.Task != "" && !slices.Contains(family.Tasks, s.Task) {
			return s, hint.New(fmt.Errorf("train a %s model: it does not do %s", s.Family, s.Task), familiesFor(s.Task))
		}
		defaults = family.Defaults
	}
	s.fill(defaults)
	return s, s.check()
}

func (s *Spec) fill(d Spec) {
	or(&s.Epochs, d.Epochs)
	or(&s.Batch, d.Batch)
	or(&s.LearningRate, d.LearningRate)
	or(&s.Optimizer, d.Optimizer)
	or(&s.Validation, d.Validation)
	or(&s.Patience, d.Patience)
	or(&s.Activation, d.Activation)
	or(&s.Dropout, d.Dropout)
	if s.Hidden == nil {
		s.Hidden = d.Hidden
	}
}

func or[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (s Spec) check() error {
	for _, bad := range []struct {
		is   bool
		name string
		got  any
		want string
	}{
		{s.Epochs < 0, "epochs", s.Epochs, "1 or more"},
		{s.Batch < 0, "batch", s.Batch, "1 or more"},
		{!(s.LearningRate > 0), "learning_rate", s.LearningRate, "more than 0"},
		{!(s.Validation < 1), "validation", s.Validation, "a share less than 1"},
		{!(s.Dropout >= 0 && s.Dropout < 1), "dropout", s.Dropout, "from 0 to less than 1"},
		{!(s.L1 >= 0), "l1", s.L1, "0 or more"},
		{!(s.L2 >= 0), "l2", s.L2, "0 or more"},
		{slices.ContainsFunc(s.Hidden, func(width int) bool { return width < 1 }), "hidden", s.Hidden, "sizes of 1 or more"},
	} {
		if bad.is {
			return fmt.Errorf("train a model: %s is %v, want %s", bad.name, bad.got, bad.want)
		}
	}
	if len(s.Recipe) > 0 {
		if err := s.Recipe.Check(); err != nil {
			return err
		}
	}
	for i, name := range s.Features {
		switch {
		case name == s.Target:
			return fmt.Errorf("train a model: column %q is both target and feature", name)
		case slices.Contains(s.Features[:i], name):
			return fmt.Errorf("train a model: feature %q is named twice", name)
		}
	}
	if err := among("optimizer", s.Optimizer, optimizerNames()); err != nil {
		return err
	}
	if s.Activation == "" {
		return nil
	}
	return among("activation", s.Activation, activationNames())
}

func among(what, value string, names []string) error {
	if slices.Contains(names, value) {
		return nil
	}
	err := fmt.Errorf("train a model: no %s %q; have %s", what, value, strings.Join(names, ", "))
	if near := nearest.Of(value, names, 1); len(near) > 0 {
		return hint.New(err, "did you mean "+near[0]+"?")
	}
	return err
}

func familiesFor(t Task) string {
	var names []string
	for _, f := range Families() {
		if slices.Contains(f.Tasks, t) {
			names = append(names, f.Name)
		}
	}
	return "for " + string(t) + " there is " + strings.Join(names, " and ")
}

func (s Spec) graphName() string {
	if s.GraphName == "" {
		return "given"
	}
	return s.GraphName
}

// what names the model in messages: "mlp" or "graph function tiny".
func (s Spec) what() string {
	if s.Family != "" {
		return s.Family
	}
	return "graph function " + s.graphName()
}

// An optimizer is an entry of the table of optimizers.
type optimizer struct {
	name string
	make func(learningRate float64) optimizers.Interface
}

func optimizerTable() []optimizer {
	return []optimizer{
		{"adam", func(rate float64) optimizers.Interface { return optimizers.Adam().LearningRate(rate).Done() }},
		{"adamw", func(rate float64) optimizers.Interface {
			return optimizers.Adam().WeightDecay(0.004).LearningRate(rate).Done()
		}},
		{"rmsprop", func(rate float64) optimizers.Interface { return optimizers.RMSProp().LearningRate(rate).Done() }},
		{"sgd", func(rate float64) optimizers.Interface {
			return optimizers.StochasticGradientDescent().WithDecay(false).WithLearningRate(rate).Done()
		}},
	}
}

func optimizerNames() []string {
	var names []string
	for _, o := range optimizerTable() {
		names = append(names, o.name)
	}
	return names
}

func (s Spec) optimizer() optimizers.Interface {
	for _, o := range optimizerTable() {
		if o.name == s.Optimizer {
			return o.make(s.LearningRate)
		}
	}
	panic("engine: optimizer " + s.Optimizer + " passed check and is not in the table")
}
