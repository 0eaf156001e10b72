package engine

import (
	"math"

	"github.com/gomlx/gomlx/pkg/core/dtypes"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/shapes"
	"github.com/gomlx/gomlx/pkg/core/tensors"
	mlctx "github.com/gomlx/gomlx/pkg/ml/context"
)

// heNormal is the initializer of variables that ask for no other: zero for
// scalars and vectors, normal with variance 2/fan-in for matrices and kernels
// (He et al. 2015, section 2.2), as GoMLX's own. The numbers are drawn on the
// host: the same on every backend, and without compiling a generator, which
// takes XLA a third of a second. Large weights are drawn on the device.
func heNormal(seed int64) mlctx.VariableInitializer {
	var drawn uint64
	return func(g *graph.Graph, shape shapes.Shape) *graph.Node {
		if shape.Rank() <= 1 || !shape.DType.IsFloat() {
			return graph.Zeros(g, shape)
		}
		scale := math.Sqrt(2 / float64(max(1, fanIn(shape.Dimensions))))
		r := random(seed, streamWeights, drawn)
		drawn++
		if shape.Size() > maxHostDraw {
			_, values := graph.RandomNormal(graph.RNGStateFromSeedForGraph(g, int64(r.Uint64())), shape)
			return graph.MulScalar(values, scale)
		}
		values := make([]float32, shape.Size())
		for i := range values {
			values[i] = float32(r.NormFloat64() * scale)
		}
		node := graph.Const(g, tensors.FromFlatDataAndDimensions(values, shape.Dimensions...))
		if shape.DType != dtypes.Float32 {
			node = graph.ConvertDType(node, shape.DType)
		}
		return node
	}
}

// maxHostDraw bounds the constants that go into a program as text.
const maxHostDraw = 1 << 15

// fanIn is how many inputs one output of a dense layer or a convolution has.
func fanIn(dims []int) int {
	n := dims[len(dims)-2]
	for _, d := range dims[:len(dims)-2] {
		n *= d
	}
	return n
}
