package engine

import (
	"fmt"
	"math/bits"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/gomlx/gomlx/pkg/core/dtypes"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	mlctx "github.com/gomlx/gomlx/pkg/ml/context"

	"github.com/cellar-ml/cellar/engine/xla"
)

// A network is a graph function, its variables and its compiled forward pass.
type network struct {
	backend *xla.Backend
	ctx     *mlctx.Context
	graph   GraphFunc
	name    string // for messages
	width   int    // inputs
	target  Target

	mu   sync.Mutex
	exec *mlctx.Exec
}

func newNetwork(b *xla.Backend, s Spec, width int, target Target) (*network, error) {
	n := &network{backend: b, ctx: mlctx.New(), graph: s.Graph, name: s.what(), width: width, target: target}
	if s.Graph == nil {
		family, err := lookupFamily(s.Family)
		if err != nil {
			return nil, err
		}
		n.graph = family.graph(s)
	}
	n.ctx = n.ctx.WithInitializer(heNormal(s.Seed))
	n.ctx.SetParam(outputsParam, target.outputs()[0])
	if err := n.ctx.SetRNGStateFromSeed(s.Seed); err != nil {
		return nil, fmt.Errorf("seed the weights: %w", err)
	}
	return n, nil
}

// apply builds the graph function into the graph of x. What the function panics
// with becomes an error that names it.
func (n *network) apply(ctx *mlctx.Context, x *graph.Node) *graph.Node {
	out := n.call(ctx, x)
	rows, want := x.Shape().Dimensions[0], n.target.outputs()
	if out == nil {
		panic(&GraphError{Name: n.name, Message: "it returned nil"})
	}
	if out.Rank() == 1 && want[0] == 1 && out.Shape().Dimensions[0] == rows {
		out = graph.InsertAxes(out, -1)
	}
	dims := out.Shape().Dimensions
	for _, outputs := range want {
		if len(dims) == 2 && dims[0] == rows && dims[1] == outputs {
			if out.DType() != dtypes.Float32 {
				out = graph.ConvertDType(out, dtypes.Float32)
			}
			return out
		}
	}
	panic(&GraphError{Name: n.name, Message: fmt.Sprintf("it returned shape %v for a batch of %d rows, want [%d, %d]: %s",
		dims, rows, rows, want[0], n.target.explainOutputs())})
}

func (t Target) explainOutputs() string {
	switch t.Task {
	case Multiclass:
		return "one logit for each class of " + t.Name + " (" + strings.Join(t.Classes, ", ") + ")"
	case Binary:
		return "the logit of " + t.Name + " = " + t.Classes[1] + " (or two, one for each class)"
	}
	return "the value of " + t.Name
}

func (n *network) call(ctx *mlctx.Context, x *graph.Node) (out *graph.Node) {
	defer func() {
		if cause := recover(); cause != nil {
			panic(newGraphError(n.name, cause))
		}
	}()
	return n.graph(ctx, x)
}

// A GraphError is a graph function that panicked or returned the wrong shape.
type GraphError struct {
	Name    string // "graph function tiny"
	Message string
	Stack   string // where it panicked
	cause   error
}

// Error names the function and says what went wrong in one line.
func (e *GraphError) Error() string { return "build " + e.Name + ": " + e.Message }

// Hint says what a graph function looks like.
func (e *GraphError) Hint() string {
	return "a graph function is func(ctx *context.Context, x *graph.Node) *graph.Node; give each layer its own scope with ctx.In(\"name\")"
}

// Unwrap is the error that the function panicked with, if it was one.
func (e *GraphError) Unwrap() error { return e.cause }

func newGraphError(name string, cause any) *GraphError {
	e := &GraphError{Name: name, Message: firstLine(fmt.Sprint(cause)), Stack: string(debug.Stack())}
	e.cause, _ = cause.(error)
	return e
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// maxChunk is how many rows go through the forward pass at once.
const maxChunk = 4096

// place puts rows on the device in chunks. The last is padded with zeros to a
// power of two, so that few shapes are ever compiled.
func (n *network) place(data []float32) ([]*tensors.Tensor, error) {
	var chunks []*tensors.Tensor
	for rows := len(data) / n.width; rows > 0; {
		here := min(rows, maxChunk)
		padded := max(16, 1<<bits.Len(uint(here-1)))
		flat := make([]float32, padded*n.width)
		copy(flat, data[:here*n.width])
		t, err := onDevice(n.backend, tensors.FromFlatDataAndDimensions(flat, padded, n.width))
		if err != nil {
			return nil, err
		}
		chunks = append(chunks, t)
		data, rows = data[here*n.width:], rows-here
	}
	return chunks, nil
}

// onDevice moves t to the device and frees the host's copy.
func onDevice(b *xla.Backend, t *tensors.Tensor) (*tensors.Tensor, error) {
	if err := t.MaterializeOnDevice(b.Backend, false, 0); err != nil {
		return nil, fmt.Errorf("move %s to the device: %w", t.Shape(), err)
	}
	t.FinalizeLocal()
	return t, nil
}

// logits runs the forward pass on placed chunks that hold rows rows, and
// returns [rows, outputs] row by row.
func (n *network) logits(chunks []*tensors.Tensor, rows int) (flat []float32, outputs int, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	defer catch(&err, "run "+n.name)
	if err := n.compile(); err != nil {
		return nil, 0, err
	}
	for _, chunk := range chunks {
		out, err := n.exec.Exec1(chunk)
		if err != nil {
			return nil, 0, clean("run "+n.name, err)
		}
		outputs = out.Shape().Dimensions[1]
		here := min(rows-len(flat)/outputs, out.Shape().Dimensions[0])
		err = tensors.ConstFlatData(out, func(values []float32) {
			flat = append(flat, values[:here*outputs]...)
		})
		if err == nil {
			err = out.FinalizeAll()
		}
		if err != nil {
			return nil, 0, clean("read the result of "+n.name, err)
		}
	}
	return flat, outputs, nil
}

func (n *network) compile() error {
	if n.exec != nil {
		return nil
	}
	exec, err := mlctx.NewExec(n.backend.Backend, n.ctx, func(ctx *mlctx.Context, x *graph.Node) *graph.Node {
		return n.apply(ctx, x)
	})
	if err != nil {
		return fmt.Errorf("compile %s: %w", n.name, err)
	}
	n.exec = exec.SetMaxCache(-1)
	return nil
}

// initialize builds the forward pass once, for the rows of chunk, which makes
// the variables and gives them their first values.
func (n *network) initialize(chunk *tensors.Tensor) (err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	defer catch(&err, "build "+n.name)
	if err := n.compile(); err != nil {
		return err
	}
	if err := n.exec.PreCompile(chunk); err != nil {
		return clean("build "+n.name, err)
	}
	return nil
}
