package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/dataset/recipe"
	"github.com/cellar-ml/cellar/engine/prep"
	"github.com/cellar-ml/cellar/engine/xla"
)

// A Model is a trained model with the preprocessing that it was trained on. Its
// methods are safe for concurrent use.
type Model struct {
	spec Spec
	preparation
	target  Target
	weights []weight
	net     *network
}

// newModel builds the model anew from its parts, as Load does, so that a model
// that was saved and one that was just trained are the same.
func newModel(b *xla.Backend, s Spec, p preparation, target Target, weights []weight) (*Model, error) {
	net, err := newNetwork(b, s, p.inputs.Width(), target)
	if err != nil {
		return nil, err
	}
	if err := restore(net.ctx, weights); err != nil {
		return nil, err
	}
	net.ctx = net.ctx.Reuse()
	return &Model{spec: s, preparation: p, target: target, weights: weights, net: net}, nil
}

// Spec is what the model was trained with, defaults filled in.
func (m *Model) Spec() Spec { return m.spec }

// Target is the column that the model predicts.
func (m *Model) Target() Target { return m.target }

// Inputs is the end of the fitted preprocessing, by column of the table, or of
// what the model's recipe makes of it.
func (m *Model) Inputs() prep.Inputs { return m.inputs }

// Recipe is what prepares a table before Inputs; nil where there is none.
func (m *Model) Recipe() *recipe.Fitted { return m.recipe }

// Encode gives the model's inputs for every row of t, row by row, as training
// prepared them: a row's inputs do not depend on the other rows.
func (m *Model) Encode(t arrow.Table) ([]float32, error) { return m.preparation.apply(t) }

// Family is the model's family, or "graph" for a graph function.
func (m *Model) Family() string {
	if m.spec.Family == "" {
		return "graph"
	}
	return m.spec.Family
}

// Name is what the model is called: its family, or its graph function's name.
func (m *Model) Name() string {
	if m.spec.Family == "" && m.spec.GraphName != "" {
		return m.spec.GraphName
	}
	return m.Family()
}

// Parameters is how many numbers were learned or kept as the model's state.
func (m *Model) Parameters() int {
	n := 0
	for _, w := range m.weights {
		n += w.shape.Size()
	}
	return n
}

// Predictions are a model's answers, one for each row of a table.
type Predictions struct {
	Target Target
	Values []float64 // of a regression
	Class  []int     // of a classification: index of the likeliest class
	Prob   []float64 // of a classification: row by row, one for each class
}

// Len is the number of rows.
func (p *Predictions) Len() int { return len(p.Values) + len(p.Class) }

// Label is the name of the class that row i most likely belongs to, or "" in a
// regression.
func (p *Predictions) Label(i int) string {
	if p.Target.Task == Regression {
		return ""
	}
	return p.Target.Classes[p.Class[i]]
}

// Predict answers for every row of t, which needs the columns that the model
// was trained on, in any order; the target is not needed. Missing values are
// filled as in training.
func (m *Model) Predict(ctx context.Context, t arrow.Table) (*Predictions, error) {
	data, err := m.Encode(t)
	if err != nil {
		return nil, fmt.Errorf("predict %s: %w", m.target.Name, err)
	}
	return m.PredictEncoded(ctx, data)
}

// PredictEncoded answers for rows that Encode has encoded.
func (m *Model) PredictEncoded(ctx context.Context, data []float32) (*Predictions, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("predict %s: %w", m.target.Name, err)
	}
	chunks, err := m.net.place(data)
	if err != nil {
		return nil, err
	}
	defer func() {
		for _, chunk := range chunks {
			err = errors.Join(err, chunk.FinalizeAll())
		}
	}()
	logits, outputs, err := m.net.logits(chunks, len(data)/m.net.width)
	if err != nil {
		return nil, err
	}
	return m.target.decode(logits, outputs), nil
}

// decode turns a network's outputs into answers.
func (t Target) decode(logits []float32, outputs int) *Predictions {
	p := &Predictions{Target: t}
	if t.Task == Regression {
		p.Values = make([]float64, len(logits))
		for i, z := range logits {
			p.Values[i] = float64(z)*t.Std + t.Mean
		}
		return p
	}
	if outputs == 0 {
		return p
	}
	classes := len(t.Classes)
	p.Prob = probabilities(logits, outputs, classes)
	p.Class = make([]int, len(p.Prob)/classes)
	for i := range p.Class {
		for k := range classes {
			if p.Prob[i*classes+k] > p.Prob[i*classes+p.Class[i]] {
				p.Class[i] = k
			}
		}
	}
	return p
}
