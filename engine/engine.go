// Package engine trains models on Arrow tables and predicts with them, behind a
// plain face over GoMLX: a Spec says what to train, Fit trains it, a Model
// predicts and is saved as one file, and Train does the same under a tracker's
// run. It knows nothing of Jupyter, of magics or of any database.
package engine

import (
	"errors"
	"time"

	"github.com/gomlx/gomlx/pkg/core/graph"
	mlctx "github.com/gomlx/gomlx/pkg/ml/context"

	"github.com/cellar-ml/cellar/dataset/feed"
	"github.com/cellar-ml/cellar/dataset/recipe"
)

// A GraphFunc is a model as a function over GoMLX's graph. x is a batch of
// float32 inputs, [rows, inputs]. The result is [rows, outputs]: for regression
// one output, for two classes one logit or two, for more classes one logit
// each. ctx.GetParam("outputs") is the number of outputs that is asked for, an
// int. It reports errors by panicking, as GoMLX does.
type GraphFunc = func(ctx *mlctx.Context, x *graph.Node) *graph.Node

// Task is what kind of value is predicted.
type Task string

// The tasks.
const (
	Regression Task = "regression"
	Binary     Task = "binary"
	Multiclass Task = "multiclass"
)

// A Spec says what to train. Only Target and one of Family and Graph must be
// set; a zero field takes the default of its family (see Families).
type Spec struct {
	Family      string    `json:"family,omitempty"` // linear, logistic, mlp; empty with Graph
	Graph       GraphFunc `json:"-"`
	GraphName   string    `json:"graph_name,omitempty"`   // what the function is called, for messages
	GraphSource string    `json:"graph_source,omitempty"` // its Go source, kept with the model
	Target      string    `json:"target"`
	Features    []string  `json:"features,omitempty"` // empty: every other column that can be read
	Task        Task      `json:"task,omitempty"`     // empty: from the target's values
	// Recipe prepares the table; it is fitted on the training rows. Features are
	// then columns of what it makes. Tools are what its steps need.
	Recipe recipe.Recipe `json:"recipe,omitempty"`
	Tools  recipe.Tools  `json:"-"`

	Hidden     []int   `json:"hidden,omitempty"`
	Activation string  `json:"activation,omitempty"`
	Dropout    float64 `json:"dropout,omitempty"`
	L1         float64 `json:"l1,omitempty"` // times the sum of |w|, added to the loss
	L2         float64 `json:"l2,omitempty"` // times the sum of w², added to the loss

	Epochs       int     `json:"epochs,omitempty"`
	Batch        int     `json:"batch,omitempty"`
	LearningRate float64 `json:"learning_rate,omitempty"`
	Optimizer    string  `json:"optimizer,omitempty"`
	Validation   float64 `json:"validation,omitempty"` // share of the rows; 0: a fifth, negative: none
	Patience     int     `json:"patience,omitempty"`   // epochs without a better validation loss; negative: never stop early
	Seed         int64   `json:"seed"`                 // of the split, the weights, the order of batches and dropout
	GPU          bool    `json:"gpu,omitempty"`
	Checkpoint   string  `json:"checkpoint,omitempty"` // a file: written after each epoch, continued from when it is there

	Now    func() time.Time  `json:"-"` // nil: the machine's clock
	Notify func(text string) `json:"-"` // told at once what a person should know, such as that XLA is missing; may be nil
}

// Progress is where training is after an epoch. Metrics holds "train/loss" and,
// with a validation split, "validation/loss" and the task's metrics on it.
type Progress struct {
	Epoch          int                `json:"epoch"` // from 1
	Epochs         int                `json:"epochs"`
	Step           int                `json:"step"` // batches so far
	Metrics        map[string]float64 `json:"metrics"`
	StepsPerSecond float64            `json:"-"`
	Remaining      time.Duration      `json:"-"`
}

// Why training ended.
const (
	StoppedEpochs      = "epochs"      // all of them
	StoppedEarly       = "early"       // the validation loss had not improved for Patience epochs
	StoppedInterrupted = "interrupted" // the context was cancelled
)

// A Result is a fitted model and how it came about. Metrics are those of the
// epoch whose weights the model has, which is BestEpoch: the one with the
// lowest validation loss, or the last one without a validation split.
type Result struct {
	Model     *Model
	Metrics   map[string]float64
	History   []Progress
	BestEpoch int
	Device    string
	Stopped   string
	Notices   []string
	TrainRows int
	ValidRows int
	Stages    []feed.Stage // of a stream, what each stage of ingestion did
}

// ErrDiverged is wrapped by Fit's error when the loss is not a number any more.
var ErrDiverged = errors.New("the loss is not finite")
