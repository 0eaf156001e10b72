package engine

import (
	"fmt"
	"strings"

	"github.com/gomlx/gomlx/pkg/core/graph"
	mlctx "github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/gomlx/pkg/ml/context/initializers"
	"github.com/gomlx/gomlx/pkg/ml/layers"
	"github.com/gomlx/gomlx/pkg/ml/layers/activations"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
)

// A Family is a kind of model that a name selects. Defaults are the values that
// zero fields of a Spec take.
type Family struct {
	Name     string
	Short    string
	Tasks    []Task
	Defaults Spec
	Params   []Param // those of its own, beside TrainingParams

	graph func(s Spec) GraphFunc
}

// A Param documents one hyper-parameter: the JSON name of its Spec field.
type Param struct{ Name, Doc string }

// TrainingParams are the hyper-parameters that every family has.
func TrainingParams() []Param {
	return []Param{
		{"epochs", "passes over the training rows"},
		{"batch", "rows in one step"},
		{"learning_rate", "size of a step"},
		{"optimizer", "one of " + strings.Join(optimizerNames(), ", ")},
		{"validation", "share of the rows that is held out; negative for none"},
		{"patience", "epochs without a better validation loss before training stops; negative for never"},
		{"l1", "weight of the sum of absolute weights in the loss"},
		{"l2", "weight of the sum of squared weights in the loss"},
		{"seed", "of the split, the weights, the order of batches and dropout"},
	}
}

// Families is the table of models that a name selects.
func Families() []Family {
	convex := Spec{Epochs: 400, LearningRate: 0.05, Optimizer: "adam", Patience: 50, Validation: 0.2}
	deep := graphDefaults()
	deep.Hidden, deep.Activation = []int{64, 32}, "relu"
	return []Family{
		{
			Name: "linear", Short: "linear regression", Tasks: []Task{Regression}, Defaults: convex,
			graph: func(Spec) GraphFunc { return affine },
		},
		{
			Name: "logistic", Short: "logistic regression, also with more than two classes",
			Tasks: []Task{Binary, Multiclass}, Defaults: convex,
			graph: func(Spec) GraphFunc { return affine },
		},
		{
			Name: "mlp", Short: "a network of dense layers", Tasks: []Task{Regression, Binary, Multiclass}, Defaults: deep,
			Params: []Param{
				{"hidden", "sizes of the hidden layers"},
				{"activation", "after each hidden layer: " + strings.Join(activationNames(), ", ")},
				{"dropout", "share of the hidden values that is zeroed in training"},
			},
			graph: mlp,
		},
	}
}

// graphDefaults are the defaults of a model that is a graph function.
func graphDefaults() Spec {
	return Spec{Epochs: 100, Batch: 32, LearningRate: 0.001, Optimizer: "adam", Patience: 20, Validation: 0.2}
}

func lookupFamily(name string) (Family, error) {
	var names []string
	for _, f := range Families() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	err := fmt.Errorf("train a model: no family %q; have %s", name, strings.Join(names, ", "))
	if near := nearest.Of(name, names, 1); len(near) > 0 {
		return Family{}, hint.New(err, "did you mean "+near[0]+"?")
	}
	return Family{}, hint.New(err, "name one of these, or a Go function func(ctx *context.Context, x *graph.Node) *graph.Node")
}

// affine is x·W + b, begun at zero: its loss has one minimum, so the start does
// not matter and zero makes it the same for every seed.
func affine(ctx *mlctx.Context, x *graph.Node) *graph.Node {
	return layers.Dense(ctx.WithInitializer(initializers.Zero), x, true, outputs(ctx))
}

func mlp(s Spec) GraphFunc {
	return func(ctx *mlctx.Context, x *graph.Node) *graph.Node {
		for i, width := range s.Hidden {
			x = layers.Dense(ctx.Inf("hidden_%d", i), x, true, width)
			x = activations.Apply(activations.FromName(s.Activation), x)
			x = layers.DropoutStatic(ctx, x, s.Dropout)
		}
		return layers.Dense(ctx.In("output"), x, true, outputs(ctx))
	}
}

const outputsParam = "outputs"

func outputs(ctx *mlctx.Context) int {
	n, _ := ctx.GetParam(outputsParam)
	return n.(int)
}

func activationNames() []string { return activations.TypeStrings() }
