package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

type BinOp func(a, b float64) (float64, error)
type Calculator struct {
	ops   map[string]BinOp
	stack []float64
}

func (op BinOp) Checked(name string) BinOp {
	return func(a, b float64) (float64, error) {
		v, err := op(a, b)
		if err != nil {
			return 0, fmt.Errorf("%s(%g, %g): %w", name, a, b, err)
		}
		return v, nil
	}
}

var ErrDivide = errors.New("division by zero")

func NewCalculator() *Calculator {
	simple := func(f func(a, b float64) float64) BinOp {
		return func(a, b float64) (float64, error) { return f(a, b), nil }
	}
	return &Calculator{ops: map[string]BinOp{
		"+": simple(func(a, b float64) float64 { return a + b }),
		"*": simple(func(a, b float64) float64 { return a * b }),
		"^": simple(math.Pow),
		"/": BinOp(func(a, b float64) (float64, error) {
			if b == 0 {
				return 0, ErrDivide
			}
			return a / b, nil
		}).Checked("div"),
	}}
}
func (c *Calculator) pop() (x float64) {
	if n := len(c.stack); n > 0 {
		x, c.stack = c.stack[n-1], c.stack[:n-1]
		return
	}
	panic("stack underflow")
}
func (c *Calculator) RPN(src string) (res float64, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("rpn %q: %v", src, r)
		}
	}()
	c.stack = c.stack[:0]
	for _, tok := range strings.Fields(src) {
		if op, ok := c.ops[tok]; ok {
			b, a := c.pop(), c.pop()
			v, err := op(a, b)
			if err != nil {
				return 0, err
			}
			c.stack = append(c.stack, v)
			continue
		}
		v, err := strconv.ParseFloat(tok, 64)
		if err != nil {
			return 0, err
		}
		c.stack = append(c.stack, v)
	}
	return c.pop(), nil
}
func main() {
	// In [2]
	c := NewCalculator()
	for _, s := range []string{"3 4 + 2 *", "2 10 ^", "1 0 /", "1 +", "x"} {
		fmt.Println(c.RPN(s))
	}
	_, err := c.RPN("1 0 /")
	fmt.Println(errors.Is(err, ErrDivide))
}

// Output:
// 14 <nil>
// 1024 <nil>
// 0 div(1, 0): division by zero
// 0 rpn "1 +": stack underflow
// 0 strconv.ParseFloat: parsing "x": invalid syntax
// true
