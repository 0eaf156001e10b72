package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
)

type Kind int

const (
	Num Kind = iota
	Op
	LParen
	RParen
	End
)

type Token struct {
	Kind
	Val float64
	Op  byte
	Pos int
}
type SyntaxError struct {
	Pos int
	Msg string
}

func (e SyntaxError) Error() string { return fmt.Sprintf("col %d: %s", e.Pos+1, e.Msg) }

type parser struct {
	src string
	pos int
	tok Token
}

func (p *parser) next() {
	for p.pos < len(p.src) && p.src[p.pos] == ' ' {
		p.pos++
	}
	start := p.pos
	if p.pos == len(p.src) {
		p.tok = Token{Kind: End, Pos: start}
		return
	}
	switch c := p.src[p.pos]; {
	case c >= '0' && c <= '9' || c == '.':
		for p.pos < len(p.src) && (unicode.IsDigit(rune(p.src[p.pos])) || p.src[p.pos] == '.') {
			p.pos++
		}
		v, err := strconv.ParseFloat(p.src[start:p.pos], 64)
		if err != nil {
			panic(SyntaxError{start, "bad number"})
		}
		p.tok = Token{Kind: Num, Val: v, Pos: start}
	case c == '(':
		p.pos++
		p.tok = Token{Kind: LParen, Pos: start}
	case c == ')':
		p.pos++
		p.tok = Token{Kind: RParen, Pos: start}
	case strings.IndexByte("+-*/^", c) >= 0:
		p.pos++
		p.tok = Token{Kind: Op, Op: c, Pos: start}
	default:
		panic(SyntaxError{start, fmt.Sprintf("unexpected %q", c)})
	}
}

var prec = map[byte]int{'+': 1, '-': 1, '*': 2, '/': 2, '^': 3}

func (p *parser) expr(minPrec int) float64 {
	lhs := p.unary()
	for p.tok.Kind == Op && prec[p.tok.Op] >= minPrec {
		op := p.tok.Op
		p.next()
		n := prec[op] + 1
		if op == '^' {
			n--
		}
		rhs := p.expr(n)
		lhs = map[byte]func(a, b float64) float64{
			'+': func(a, b float64) float64 { return a + b },
			'-': func(a, b float64) float64 { return a - b },
			'*': func(a, b float64) float64 { return a * b },
			'/': func(a, b float64) float64 { return a / b },
			'^': math.Pow,
		}[op](lhs, rhs)
	}
	return lhs
}
func (p *parser) unary() float64 {
	t := p.tok
	p.next()
	switch {
	case t.Kind == Num:
		return t.Val
	case t.Kind == Op && t.Op == '-':
		return -p.unary()
	case t.Kind == LParen:
		v := p.expr(1)
		if p.tok.Kind != RParen {
			panic(SyntaxError{p.tok.Pos, "want )"})
		}
		p.next()
		return v
	}
	panic(SyntaxError{t.Pos, "want an operand"})
}
func Eval(src string) (v float64, err error) {
	defer func() {
		if e, ok := recover().(SyntaxError); ok {
			err = e
		}
	}()
	p := &parser{src: src}
	p.next()
	v = p.expr(1)
	if p.tok.Kind != End {
		return 0, SyntaxError{p.tok.Pos, "trailing input"}
	}
	return v, nil
}
func main() {
	for _, s := range []string{"1 + 2*3", "2^3^2", "-(4-6)*.5", "10/4-1", "2*(3", "3 $ 4", "1 2", ""} {
		fmt.Print(s, " => ")
		fmt.Println(Eval(s))
	}
}

// Output:
// 1 + 2*3 => 7 <nil>
// 2^3^2 => 512 <nil>
// -(4-6)*.5 => 1 <nil>
// 10/4-1 => 1.5 <nil>
// 2*(3 => 0 col 5: want )
// 3 $ 4 => 0 col 3: unexpected '$'
// 1 2 => 0 col 3: trailing input
//  => 0 col 1: want an operand
