package explain

import (
	"context"
	"fmt"
	"math"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/dataset/recipe"
	"github.com/cellar-ml/cellar/engine"
)

// Rank scores columns for recipe.Select by a linear or logistic model of scaled
// inputs, trained on all rows. l1: the largest absolute weight of the column
// under a penalty of 0.01. permutation: how much worse the model gets when the
// column is shuffled. rfe: the order in which columns are left out, each time the
// one with the smallest weight (Guyon et al. 2002); the last to stay scores 1.
func Rank(ctx context.Context) func(method string, t arrow.Table, o recipe.SelectOptions) ([]recipe.Score, error) {
	return func(method string, t arrow.Table, o recipe.SelectOptions) ([]recipe.Score, error) {
		r := ranker{ctx, t, o}
		switch method {
		case "l1":
			return r.weights(nil, 0.01)
		case "permutation":
			return r.permutation()
		case "rfe":
			return r.eliminate()
		}
		return nil, fmt.Errorf("no method %q", method)
	}
}

type ranker struct {
	ctx context.Context
	t   arrow.Table
	o   recipe.SelectOptions
}

func (r ranker) model(features []string, l1 float64) (*engine.Model, error) {
	s := engine.Spec{Family: "logistic", Target: r.o.Target, Features: features, L1: l1, Validation: -1, Seed: r.o.Seed, Epochs: 200}
	fitted, err := engine.Fit(r.ctx, r.t, s, nil)
	if err != nil {
		s.Family = "linear"
		var linear error
		if fitted, linear = engine.Fit(r.ctx, r.t, s, nil); linear != nil {
			return nil, err
		}
	}
	return fitted.Model, nil
}

// weights scores each column by its largest absolute weight.
func (r ranker) weights(features []string, l1 float64) ([]recipe.Score, error) {
	m, err := r.model(features, l1)
	if err != nil {
		return nil, err
	}
	w, err := m.LinearWeights()
	if err != nil {
		return nil, err
	}
	var out []recipe.Score
	at := 0
	for _, c := range m.Inputs() {
		s := recipe.Score{Column: c.Name}
		for range c.Width() {
			for _, v := range w[at] {
				s.Score = max(s.Score, math.Abs(v))
			}
			at++
		}
		out = append(out, s)
	}
	return out, nil
}

func (r ranker) permutation() ([]recipe.Score, error) {
	m, err := r.model(nil, 0)
	if err != nil {
		return nil, err
	}
	imp, err := Permutation(r.ctx, m, r.t, PermutationOptions{Seed: r.o.Seed})
	if err != nil {
		return nil, err
	}
	var out []recipe.Score
	for _, c := range imp.Columns {
		out = append(out, recipe.Score{Column: c.Column, Score: c.Mean})
	}
	return out, nil
}

func (r ranker) eliminate() ([]recipe.Score, error) {
	all, err := r.weights(nil, 0)
	if err != nil {
		return nil, err
	}
	var out []recipe.Score
	for left, n := all, len(all); ; {
		worst := 0
		for i, s := range left {
			if s.Score < left[worst].Score {
				worst = i
			}
		}
		out = append(out, recipe.Score{Column: left[worst].Column, Score: float64(len(out)+1) / float64(n)})
		var features []string
		for i, s := range left {
			if i != worst {
				features = append(features, s.Column)
			}
		}
		if len(features) == 0 {
			return out, nil
		}
		if left, err = r.weights(features, 0); err != nil {
			return nil, err
		}
	}
}
