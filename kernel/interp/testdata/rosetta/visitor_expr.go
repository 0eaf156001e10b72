package main

import (
	"fmt"
	"math"
)

type Expr interface{ Accept(v Visitor) any }
type Visitor interface {
	Num(Num) any
	Bin(*Bin) any
	Var(Var) any
}
type Num float64
type Var string
type Bin struct {
	Op   rune
	L, R Expr
}

func (n Num) Accept(v Visitor) any  { return v.Num(n) }
func (x Var) Accept(v Visitor) any  { return v.Var(x) }
func (b *Bin) Accept(v Visitor) any { return v.Bin(b) }

type eval map[Var]float64

func (e eval) Num(n Num) any { return float64(n) }
func (e eval) Var(x Var) any { return e[x] }
func (e eval) Bin(b *Bin) any {
	l, r := b.L.Accept(e).(float64), b.R.Accept(e).(float64)
	switch b.Op {
	case '+':
		return l + r
	case '*':
		return l * r
	}
	return math.NaN()
}

// In [2]
type printer struct{ depth int }

func (p *printer) Num(n Num) any { return fmt.Sprint(float64(n)) }
func (p *printer) Var(x Var) any { return string(x) }
func (p *printer) Bin(b *Bin) any {
	p.depth++
	return "(" + b.L.Accept(p).(string) + string(b.Op) + b.R.Accept(p).(string) + ")"
}
func derive(e Expr, x Var) Expr {
	switch e := e.(type) {
	case Num:
		return Num(0)
	case Var:
		if e == x {
			return Num(1)
		}
		return Num(0)
	case *Bin:
		if e.Op == '+' {
			return &Bin{'+', derive(e.L, x), derive(e.R, x)}
		}
		return &Bin{'+', &Bin{'*', derive(e.L, x), e.R}, &Bin{'*', e.L, derive(e.R, x)}}
	}
	panic("unknown")
}
func main() {
	// In [1]
	e := &Bin{'+', &Bin{'*', Num(3), Var("x")}, Var("y")}
	fmt.Println(e.Accept(eval{"x": 2, "y": 1}))
	// In [2]
	p := &printer{}
	fmt.Println(e.Accept(p), p.depth, derive(e, "x").Accept(p))
	fmt.Println(derive(e, "x").Accept(eval{"x": 5}))
}

// Output:
// 7
// ((3*x)+y) 6 (((0*x)+(3*1))+0)
// 3
