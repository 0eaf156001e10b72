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

// A stepper is the compiled training step over rows that are on the device: a
// step reads which of them it takes, gathers them there, and updates the
// variables in place. The epoch's loss is summed on the device too and read
// once at the epoch's end, since each reading would cost a step some 20 µs.
type stepper struct {
	exec     *mlctx.Exec
	rows     int
	sum, bad *mlctx.Variable
}

func newStepper(n *network, s Spec, rows int) (*stepper, error) {
	grad.Register()
	st := &stepper{rows: rows}
	var err error
	ctx := n.ctx.Checked(false)
	own := ctx.InAbsPath("/cellar")
	st.sum = own.VariableWithValue("loss_sum", float32(0)).SetTrainable(false)
	st.bad = own.VariableWithValue("steps_to_bad_loss", int32(0)).SetTrainable(false)
	st.exec, err = mlctx.NewExecAny(n.backend.Backend, ctx, func(ctx *mlctx.Context, x, y, rows *graph.Node) []*graph.Node {
		st.sumUp(stepGraph(ctx, n, s, x, y, rows))
		return nil
	})
	if err != nil {
		return nil, clean("compile the training step", err)
	}
	return st, nil
}

// sumUp adds the loss of a step to the epoch's. bad counts steps down while
// the losses are finite and stays where the first was not.
func (st *stepper) sumUp(loss, rows *graph.Node) {
	g := loss.Graph()
	sum, bad := st.sum.ValueGraph(g), st.bad.ValueGraph(g)
	zero := graph.ScalarZero(g, dtypes.Int32)
	good := graph.LogicalAnd(graph.IsFinite(loss), graph.LessOrEqual(bad, zero))
	next := graph.Where(good, graph.AddScalar(bad, -1), graph.Where(graph.LessOrEqual(bad, zero), graph.AddScalar(graph.Neg(bad), 1), bad))
	st.sum.SetValueGraph(graph.Add(sum, graph.Mul(loss, rows)))
	st.bad.SetValueGraph(next)
}

// run takes one step.
func (st *stepper) run(b batch) (err error) {
	defer catch(&err, "take a training step")
	if _, err := st.exec.Exec(b.x, b.y, b.rows); err != nil {
		return clean("take a training step", err)
	}
	return nil
}

// loss is the mean loss, without penalties, of the rows since it was last
// called, and the step, from 1, whose loss was the first that is not finite; 0
// when all were.
func (st *stepper) loss() (mean float64, bad int, err error) {
	defer catch(&err, "read the loss")
	mean = float64(tensors.ToScalar[float32](st.sum.MustValue())) / float64(st.rows)
	bad = max(0, int(tensors.ToScalar[int32](st.bad.MustValue())))
	if err := st.sum.SetValue(tensors.FromScalar(float32(0))); err != nil {
		return 0, 0, err
	}
	return mean, bad, st.bad.SetValue(tensors.FromScalar(int32(0)))
}

func (st *stepper) close() {
	if st.exec != nil {
		st.exec.Finalize()
	}
}

// stepGraph builds one step and returns its mean loss and the number of its rows.
func stepGraph(ctx *mlctx.Context, n *network, s Spec, x, y, rows *graph.Node) (loss, count *graph.Node) {
	g := x.Graph()
	ctx.SetTraining(g, true)
	padding := graph.LessThan(rows, graph.ScalarZero(g, dtypes.Int32))
	rows = graph.InsertAxes(graph.Where(padding, graph.AddScalar(graph.Neg(rows), -1), rows), -1)
	counts := graph.ConvertDType(graph.LogicalNot(padding), dtypes.Float32)
	logits := n.apply(ctx, graph.Gather(x, rows))
	losses := rowLosses(n.target.Task, logits, graph.Gather(y, rows))
	count = graph.ReduceAllSum(counts)
	loss = graph.Div(graph.ReduceAllSum(graph.Mul(losses, counts)), count)
	train.AddLoss(ctx, loss)
	addPenalties(ctx, g, s)
	s.optimizer().UpdateGraph(ctx, g, train.GetLosses(ctx, g))
	train.ExecPerStepUpdateGraphFn(ctx, g)
	return loss, count
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
		message: fmt.Sprintf("train %s: %s is %v in epoch %d, step %d of the epoch", s.what(), what, loss, epoch, step),
		hint: fmt.Sprintf("lower the learning rate (it is %g), or look for extreme values in the data; "+
			"what was logged before is kept", s.LearningRate),
	}
}

type divergedError struct{ message, hint string }

func (e *divergedError) Error() string { return e.message }
func (e *divergedError) Hint() string  { return e.hint }
func (e *divergedError) Unwrap() error { return ErrDiverged }
