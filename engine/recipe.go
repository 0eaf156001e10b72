package engine

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/recipe"
	"github.com/cellar-ml/cellar/engine/prep"
	"github.com/cellar-ml/cellar/internal/hint"
)

// A preparation turns a table into a model's inputs, in training and afterwards:
// the steps of a recipe, where there is one, and then the default ones, which
// treat what the recipe left: fill with the median, scale, one-hot.
type preparation struct {
	recipe *recipe.Fitted // nil: none
	tools  recipe.Tools
	inputs prep.Inputs
}

// apply gives the inputs of every row of t.
func (p preparation) apply(t arrow.Table) ([]float32, error) {
	if p.recipe != nil {
		var err error
		if t, err = p.recipe.Apply(t, p.tools); err != nil {
			return nil, err
		}
	}
	return p.inputs.Apply(t)
}

// prepared is a training's data, encoded.
type prepared struct {
	train, valid []float32
	truth        Truth // of the training rows
}

// fitRecipe learns recipe and inputs from the training rows alone. The recipe may
// leave rows out or repeat them, so that it says what the training's truth is.
func (f *fit) fitRecipe(t arrow.Table, target Target, train, valid []int) (d prepared, err error) {
	rows, err := dataset.Take(t, train)
	if err != nil {
		return d, err
	}
	f.tools = f.spec.Tools
	if f.recipe, rows, err = f.spec.Recipe.Fit(rows, f.spec.Target, f.tools); err != nil {
		return d, fmt.Errorf("train %s: %w", f.spec.what(), err)
	}
	if d.truth, err = target.Read(rows); err != nil {
		return d, err
	}
	known := d.truth.Rows()
	if d.truth = d.truth.At(known); len(known) == 0 {
		return d, fmt.Errorf("train %s: the recipe leaves no row with a %s", f.spec.what(), f.spec.Target)
	}
	if err := f.chooseFeatures(rows); err != nil {
		return d, err
	}
	if f.inputs, err = prep.Fit(rows, f.spec.Features, known); err != nil {
		return d, err
	}
	data, err := f.inputs.Apply(rows)
	if err != nil {
		return d, err
	}
	d.train = pick(data, f.inputs.Width(), known)
	held, err := dataset.Take(t, valid)
	if err == nil && len(valid) > 0 {
		d.valid, err = f.apply(held)
	}
	return d, err
}

// checkFuncs refuses a fitted recipe whose Go functions are not at hand.
func checkFuncs(p *recipe.Fitted, have map[string]any) error {
	for _, name := range p.Functions() {
		if _, ok := have[name]; !ok {
			return hint.New(fmt.Errorf("its recipe calls the Go function %s, whose code is not run from the file (have %v)", name, slices.Sorted(maps.Keys(have))),
				"define the function again and pass it as LoadOptions.Funcs; its source is in the file's "+modelEntry+", recipe")
		}
	}
	return nil
}

// LinearWeights are those of a linear or logistic model: for each input, in the
// order of Inputs().Names(), one for each output.
func (m *Model) LinearWeights() ([][]float64, error) {
	width := m.inputs.Width()
	for _, w := range m.weights {
		if dims := w.shape.Dimensions; (m.spec.Family == "linear" || m.spec.Family == "logistic") && len(dims) == 2 && dims[0] == width {
			out := make([][]float64, width)
			for i := range out {
				for k := range dims[1] {
					bits := binary.LittleEndian.Uint32(w.bytes[4*(i*dims[1]+k):])
					out[i] = append(out[i], float64(math.Float32frombits(bits)))
				}
			}
			return out, nil
		}
	}
	return nil, fmt.Errorf("weights of %s: it is not a linear model", m.Name())
}
