package engine

import (
	"fmt"
	"math"

	"github.com/gomlx/gomlx/pkg/core/dtypes"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	mlctx "github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/gomlx/pkg/ml/train"

	"github.com/cellar-ml/cellar/engine/grad"
)

// A stepper is the compiled training step over data that stays on the device:
// a step reads which rows it takes, gathers them there, and updates the
// variables in place.
type stepper struct {
	exec *mlctx.Exec
	x, y *tensors.Tensor
	rows int
}

func newStepper(n *network, s Spec, x, y []float32) (*stepper, error) {
	grad.Register()
	st := &stepper{rows: len(y)}
	var err error
	if st.x, err = onDevice(n.backend, tensors.FromFlatDataAndDimensions(x, len(y), n.width)); err != nil {
		return nil, err
	}
	if st.y, err = onDevice(n.backend, tensors.FromFlatDataAndDimensions(y, len(y))); err != nil {
		return nil, err
	}
	st.exec, err = mlctx.NewExec(n.backend.Backend, n.ctx.Checked(false), func(ctx *mlctx.Context, x, y, rows *graph.Node) *graph.Node {
		return stepGraph(ctx, n, s, x, y, rows)
	})
	if err != nil {
		return nil, clean("compile the training step", err)
	}
	return st, nil
}

// run takes one step and returns the mean loss of its rows, without penalties.
func (st *stepper) run(batch []int32) (loss float64, err error) {
	defer catch(&err, "take a training step")
	out, err := st.exec.Exec1(st.x, st.y, batch)
	if err != nil {
		return 0, clean("take a training step", err)
	}
	value := tensors.ToScalar[float32](out)
	if err := out.FinalizeAll(); err != nil {
		return 0, clean("take a training step", err)
	}
	return float64(value), nil
}

func (st *stepper) close() {
	if st.exec != nil {
		st.exec.Finalize()
	}
	for _, t := range []*tensors.Tensor{st.x, st.y} {
		if t != nil {
			_ = t.FinalizeAll()
		}
	}
}

func stepGraph(ctx *mlctx.Context, n *network, s Spec, x, y, rows *graph.Node) *graph.Node {
	g := x.Graph()
	ctx.SetTraining(g, true)
	padding := graph.LessThan(rows, graph.ScalarZero(g, dtypes.Int32))
	rows = graph.InsertAxes(graph.Where(padding, graph.AddScalar(graph.Neg(rows), -1), rows), -1)
	counts := graph.ConvertDType(graph.LogicalNot(padding), dtypes.Float32)
	logits := n.apply(ctx, graph.Gather(x, rows))
	losses := rowLosses(n.target.Task, logits, graph.Gather(y, rows))
	loss := graph.Div(graph.ReduceAllSum(graph.Mul(losses, counts)), graph.ReduceAllSum(counts))
	train.AddLoss(ctx, loss)
	addPenalties(ctx, g, s)
	s.optimizer().UpdateGraph(ctx, g, train.GetLosses(ctx, g))
	train.ExecPerStepUpdateGraphFn(ctx, g)
	return loss
}

// rowLosses is the loss of each row: the squared error of the scaled target, or
// the negative log likelihood of the true class.
func rowLosses(task Task, logits, y *graph.Node) *graph.Node {
	outputs := logits.Shape().Dimensions[1]
	switch {
	case task == Regression:
		return graph.Square(graph.Sub(graph.Squeeze(logits, -1), y))
	case outputs == 1:
		z := graph.Squeeze(logits, -1)
		// -log sigmoid of z or of -z, in a form that does not overflow.
		return graph.Add(graph.Sub(graph.MaxScalar(z, 0), graph.Mul(z, y)), graph.Log1P(graph.Exp(graph.Neg(graph.Abs(z)))))
	}
	is := graph.OneHot(graph.ConvertDType(y, dtypes.Int32), outputs, dtypes.Float32)
	return graph.Neg(graph.ReduceSum(graph.Mul(is, graph.LogSoftmax(logits, -1)), -1))
}

// addPenalties adds L1 and L2 of the weights; vectors such as biases are spared.
func addPenalties(ctx *mlctx.Context, g *graph.Graph, s Spec) {
	for v := range ctx.IterVariables() {
		if !v.Trainable || !v.InUseByGraph(g) || v.Shape().Rank() < 2 {
			continue
		}
		if s.L1 > 0 {
			train.AddLoss(ctx, graph.MulScalar(graph.ReduceAllSum(graph.Abs(v.ValueGraph(g))), s.L1))
		}
		if s.L2 > 0 {
			train.AddLoss(ctx, graph.MulScalar(graph.ReduceAllSum(graph.Square(v.ValueGraph(g))), s.L2))
		}
	}
}

func diverged(loss float64) bool { return math.IsNaN(loss) || math.IsInf(loss, 0) }

func divergence(s Spec, epoch, step int, what string, loss float64) error {
	return &divergedError{
		message: fmt.Sprintf("train %s: %s is %v in epoch %d, step %d", s.what(), what, loss, epoch, step),
		hint: fmt.Sprintf("lower the learning rate (it is %g), or look for extreme values in the data; "+
			"what was logged before is kept", s.LearningRate),
	}
}

type divergedError struct{ message, hint string }

func (e *divergedError) Error() string { return e.message }
func (e *divergedError) Hint() string  { return e.hint }
func (e *divergedError) Unwrap() error { return ErrDiverged }
