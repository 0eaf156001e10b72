package main

import "fmt"

type Param struct{ W, Grad float64 }
type Optimizer interface{ Step(ps []*Param) }
type SGD struct{ lr float64 }

func (o SGD) Step(ps []*Param) {
	for _, p := range ps {
		p.W -= o.lr * p.Grad
	}
}

// In [4]
type Momentum struct {
	lr, beta float64
	v        map[*Param]float64
}

func (o *Momentum) Step(ps []*Param) {
	for _, p := range ps {
		o.v[p] = o.beta*o.v[p] + p.Grad
		p.W -= o.lr * o.v[p]
	}
}
func main() {
	// In [2]
	xs := []float64{0, 1, 2, 3}
	ys := []float64{1, 3, 5, 7}
	w, b := &Param{}, &Param{}
	params := []*Param{w, b}
	loss := func() (l float64) {
		w.Grad, b.Grad = 0, 0
		for i, x := range xs {
			e := w.W*x + b.W - ys[i]
			l += e * e / float64(len(xs))
			w.Grad += 2 * e * x / float64(len(xs))
			b.Grad += 2 * e / float64(len(xs))
		}
		return
	}
	var opt Optimizer = SGD{0.1}
	// In [3]
	for epoch := range 200 {
		l := loss()
		opt.Step(params)
		if epoch%100 == 0 {
			fmt.Printf("epoch %d loss %.4f\n", epoch, l)
		}
	}
	fmt.Printf("w=%.2f b=%.2f\n", w.W, b.W)
	// In [4]
	*w, *b = Param{}, Param{}
	opt = &Momentum{0.02, 0.9, map[*Param]float64{}}
	for range 300 {
		loss()
		opt.Step(params)
	}
	fmt.Printf("w=%.2f b=%.2f %T %d\n", w.W, b.W, opt, len(opt.(*Momentum).v))
}

// Output:
// epoch 0 loss 21.0000
// epoch 100 loss 0.0000
// w=2.00 b=1.00
// w=2.00 b=1.00 *main.Momentum 2
