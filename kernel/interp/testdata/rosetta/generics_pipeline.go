package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

type Stage[In, Out any] func(In) (Out, error)

func Join[A, B, C any](f Stage[A, B], g Stage[B, C]) Stage[A, C] {
	return func(a A) (c C, err error) {
		b, err := f(a)
		if err != nil {
			return c, fmt.Errorf("stage %T: %w", a, err)
		}
		return g(b)
	}
}
func Lift[A, B any](f func(A) B) Stage[A, B] {
	return func(a A) (B, error) { return f(a), nil }
}
func main() {
	p := Join(Join(Stage[string, int](strconv.Atoi), Lift(func(n int) float64 { return float64(n) / 4 })), Lift(func(f float64) string { return fmt.Sprintf("<%.2f>", f) }))
	fmt.Println(p("10"))
	// In [2]
	out, err := p("ten")
	fmt.Printf("%q %v\n", out, err)
	var ne *strconv.NumError
	fmt.Println(errors.As(err, &ne), ne.Func, ne.Num, errors.Is(err, strconv.ErrSyntax))
	// In [3]
	upper := Lift(strings.ToUpper)
	count := Join(upper, Lift(func(s string) map[rune]int {
		m := map[rune]int{}
		for _, r := range s {
			m[r]++
		}
		return m
	}))
	m, _ := count("banana")
	fmt.Println(m['A'], m['N'], len(m))
}

// Output:
// <2.50> <nil>
// "" stage string: stage string: strconv.Atoi: parsing "ten": invalid syntax
// true Atoi ten true
// 3 2 3
