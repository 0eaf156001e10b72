package grad_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/gomlx/gomlx/backends"
	"github.com/gomlx/gomlx/backends/simplego"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/engine/grad"
)

type product struct {
	name     string
	lhs, rhs []int
	of       func(lhs, rhs *graph.Node) *graph.Node
}

func general(lc, lb, rc, rb []int) func(lhs, rhs *graph.Node) *graph.Node {
	return func(lhs, rhs *graph.Node) *graph.Node {
		return graph.DotGeneral(lhs, lc, lb, rhs, rc, rb)
	}
}

var products = []product{
	{"vector vector", []int{4}, []int{4}, graph.Dot},
	{"matrix vector", []int{3, 4}, []int{4}, graph.Dot},
	{"matrix matrix", []int{3, 4}, []int{4, 2}, graph.Dot},
	{"contract first axes", []int{4, 3}, []int{4, 2}, general([]int{0}, nil, []int{0}, nil)},
	{"contract two axes crosswise", []int{2, 5, 3}, []int{3, 2, 4}, general([]int{0, 2}, nil, []int{1, 0}, nil)},
	{"contract two axes in reverse order", []int{2, 5, 3}, []int{2, 3, 4}, general([]int{2, 0}, nil, []int{1, 0}, nil)},
	{"one batch axis", []int{2, 3, 4}, []int{2, 4, 5}, general([]int{2}, []int{0}, []int{1}, []int{0})},
	{"batch axis in the middle", []int{3, 2, 4}, []int{4, 5, 2}, general([]int{2}, []int{1}, []int{0}, []int{2})},
	{"two batch axes, swapped", []int{2, 3, 4, 5}, []int{3, 2, 5}, general([]int{3}, []int{0, 1}, []int{2}, []int{1, 0})},
	{"batch alone", []int{2, 3}, []int{2, 3}, general([]int{1}, []int{0}, []int{1}, []int{0})},
	{"outer product", []int{3}, []int{2, 2}, general(nil, nil, nil, nil)},
	{"outer product in a batch", []int{2, 3}, []int{2, 4}, general(nil, []int{0}, nil, []int{0})},
}

// gradients of the sum of sin(product), which makes every element's adjoint differ.
func gradients(t *testing.T, b backends.Backend, p product, lhs, rhs *tensors.Tensor) (loss float64, grads [2][]float64) {
	t.Helper()
	exec, err := graph.NewExec(b, func(l, r *graph.Node) []*graph.Node {
		loss := graph.ReduceAllSum(graph.Sin(p.of(l, r)))
		return append(graph.Gradient(loss, l, r), loss)
	})
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Exec(lhs, rhs)
	if err != nil {
		t.Fatalf("%s: %v", p.name, err)
	}
	for i := range grads {
		grads[i] = tensors.MustCopyFlatData[float64](out[i])
	}
	return tensors.ToScalar[float64](out[2]), grads
}

func random(r *rand.Rand, dims []int) *tensors.Tensor {
	n := 1
	for _, d := range dims {
		n *= d
	}
	data := make([]float64, n)
	for i := range data {
		data[i] = r.NormFloat64()
	}
	return tensors.FromFlatDataAndDimensions(data, dims...)
}

// TestGradients holds both gradients of every kind of product against GoMLX's
// own (before Register) and against central differences.
func TestGradients(t *testing.T) {
	b, err := simplego.New("ops_sequential")
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	inputs := make([][2]*tensors.Tensor, len(products))
	theirs := make([][2][]float64, len(products))
	for i, p := range products {
		inputs[i] = [2]*tensors.Tensor{random(r, p.lhs), random(r, p.rhs)}
		_, theirs[i] = gradients(t, b, p, inputs[i][0], inputs[i][1])
	}
	grad.Register()
	for i, p := range products {
		t.Run(p.name, func(t *testing.T) {
			_, ours := gradients(t, b, p, inputs[i][0], inputs[i][1])
			if diff := cmp.Diff(theirs[i], ours, cmpopts.EquateApprox(0, 1e-12)); diff != "" {
				t.Errorf("gradients differ from GoMLX's (-GoMLX +ours):\n%s", diff)
			}
			for side := range ours {
				for k, got := range ours[side] {
					if want := central(t, b, p, inputs[i], side, k); math.Abs(want-got) > 1e-6 {
						t.Errorf("gradient of side %d at %d = %g, central difference %g", side, k, got, want)
					}
				}
			}
		})
	}
}

func central(t *testing.T, b backends.Backend, p product, in [2]*tensors.Tensor, side, k int) float64 {
	t.Helper()
	const h = 1e-5
	var at [2]float64
	for i, step := range []float64{-h, h} {
		moved := in
		data := tensors.MustCopyFlatData[float64](in[side])
		data[k] += step
		moved[side] = tensors.FromFlatDataAndDimensions(data, in[side].Shape().Dimensions...)
		at[i], _ = gradients(t, b, p, moved[0], moved[1])
	}
	return (at[1] - at[0]) / (2 * h)
}

// TestNoBroadcast holds that a dense layer's gradient multiplies and reduces
// nothing larger than its operands: that is what made it slow.
func TestNoBroadcast(t *testing.T) {
	b, err := simplego.New("ops_sequential")
	if err != nil {
		t.Fatal(err)
	}
	grad.Register()
	const batch, in, out = 16, 12, 8
	largest := 0
	exec, err := graph.NewExec(b, func(x, w *graph.Node) []*graph.Node {
		grads := graph.Gradient(graph.ReduceAllSum(graph.Tanh(graph.Dot(x, w))), x, w)
		for _, node := range x.Graph().Nodes() {
			if node.NumOutputs() == 1 {
				largest = max(largest, node.Shape().Size())
			}
		}
		return grads
	})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	_, err = exec.Exec(random(r, []int{batch, in}), random(r, []int{in, out}))
	if err != nil {
		t.Fatal(err)
	}
	if want := max(batch*in, in*out, batch*out); largest > want {
		t.Errorf("largest value in the gradient of a %s layer has %d elements, want at most %d",
			fmt.Sprintf("%dx%d", in, out), largest, want)
	}
}
