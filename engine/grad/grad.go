// Package grad registers gradients of matrix products with GoMLX that are
// themselves matrix products. GoMLX v0.26.0 differentiates a product as
// broadcast, multiply and reduce, which XLA's CPU compiler leaves as it is: a
// dense layer then trains some fifteen times slower. It knows no models.
package grad

import (
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/core/shapes"
)

var once sync.Once

// Register replaces GoMLX's gradients of Dot and DotGeneral, once in a
// process. It must be called before the first gradient is built.
func Register() {
	once.Do(func() {
		graph.VJPRegistration[graph.NodeTypeDot] = Dot
		graph.VJPRegistration[graph.NodeTypeDotGeneral] = DotGeneral
	})
}

// Dot is the vector-Jacobian product of graph.Dot: vector with vector, matrix
// with vector, matrix with matrix. It is a graph.VJP.
func Dot(node *graph.Node, vjps []*graph.Node, _ shapes.Shape) []*graph.Node {
	lhs, rhs := node.Inputs()[0], node.Inputs()[1]
	return product{
		lhs: operand{node: lhs, contract: []int{lhs.Rank() - 1}},
		rhs: operand{node: rhs, contract: []int{0}},
	}.vjp(vjps[0])
}

// DotGeneral is the vector-Jacobian product of graph.DotGeneral with any batch
// and contracting axes, also none. It is a graph.VJP.
func DotGeneral(node *graph.Node, vjps []*graph.Node, _ shapes.Shape) []*graph.Node {
	lhs, rhs := node.Inputs()[0], node.Inputs()[1]
	return product{
		lhs: operand{lhs, axes(node, "lhsBatchAxes"), axes(node, "lhsContractingAxes")},
		rhs: operand{rhs, axes(node, "rhsBatchAxes"), axes(node, "rhsContractingAxes")},
	}.vjp(vjps[0])
}

// An operand is one side of a product, and which of its axes are batch axes and
// which are contracted; the rest are crossed.
type operand struct {
	node            *graph.Node
	batch, contract []int
}

func (o operand) cross() []int {
	var axes []int
	for axis := range o.node.Rank() {
		if !slices.Contains(o.batch, axis) && !slices.Contains(o.contract, axis) {
			axes = append(axes, axis)
		}
	}
	return axes
}

type product struct{ lhs, rhs operand }

// vjp gives the adjoints of both sides from v, the adjoint of the product,
// whose axes are [batch, cross of lhs, cross of rhs].
func (p product) vjp(v *graph.Node) []*graph.Node {
	batch, left, right := len(p.lhs.batch), len(p.lhs.cross()), len(p.rhs.cross())
	leftAxes, rightAxes := count(batch, left), count(batch+left, right)
	return []*graph.Node{
		adjoint(v, batch, rightAxes, p.lhs, p.rhs),
		adjoint(v, batch, leftAxes, p.rhs, p.lhs),
	}
}

// adjoint is v times other, contracted over other's crossed axes, which are
// the axes otherInV of v, with the axes put back in the order of this.
func adjoint(v *graph.Node, batch int, otherInV []int, this, other operand) *graph.Node {
	d := graph.DotGeneral(v, otherInV, count(0, batch), other.node, other.cross(), other.batch)
	// d has [batch, cross of this, what is left of other: its contracted axes, ascending].
	pairs := make([][2]int, len(this.contract)) // other's axis, this's axis
	for i := range pairs {
		pairs[i] = [2]int{other.contract[i], this.contract[i]}
	}
	slices.SortFunc(pairs, func(a, b [2]int) int { return a[0] - b[0] })
	order := slices.Concat(this.batch, this.cross())
	for _, pair := range pairs {
		order = append(order, pair[1])
	}
	permutation, sorted := make([]int, len(order)), true
	for from, to := range order {
		permutation[to] = from
		sorted = sorted && from == to
	}
	if sorted {
		return d
	}
	return graph.TransposeAllAxes(d, permutation...)
}

func count(from, n int) []int {
	axes := make([]int, n)
	for i := range axes {
		axes[i] = from + i
	}
	return axes
}

// axes reads one of the static inputs of a DotGeneral node. GoMLX keeps them in
// unexported fields; a test fails when they are not where they were.
func axes(node *graph.Node, field string) []int {
	v := reflect.ValueOf(node).Elem().FieldByName("inputs")
	if v.IsValid() {
		v = v.Elem().Elem().FieldByName(field)
	}
	if !v.IsValid() {
		panic(fmt.Errorf("differentiate a product: GoMLX's %s has no field %s", node.Type(), field))
	}
	list := make([]int, v.Len())
	for i := range list {
		list[i] = int(v.Index(i).Int())
	}
	return list
}
