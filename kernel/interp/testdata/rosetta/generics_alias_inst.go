package main

import (
	"fmt"
	"strings"
)

type Pair[A, B any] struct {
	First  A
	Second B
}
type Vec[T any] = []T
type StrPair[B any] = Pair[string, B]

func MakePair[A, B any](a A, b B) Pair[A, B] { return Pair[A, B]{a, b} }
func (p Pair[A, B]) Swap() Pair[B, A]        { return MakePair(p.Second, p.First) }
func double[T int | string](x T) T           { return x + x }
func main() {
	var v Vec[int] = []int{1, 2}
	v = append(v, 3)
	fmt.Println(v, len(v))
	// In [2]
	p := StrPair[int]{"a", 1}
	fmt.Printf("%v %+v\n", p, p.Swap())
	f := double[int]
	g := double[string]
	fmt.Println(f(4), g("ab"))
	// In [3]
	fs := []func(string) string{double[string], strings.ToUpper, func(s string) string { return double(s) }}
	for _, f := range fs {
		fmt.Print(f("xy"), " ")
	}
	fmt.Println(MakePair(1, MakePair("x", []int{2})))
	m := map[Pair[int, string]]bool{{1, "a"}: true}
	fmt.Println(m[MakePair(1, "a")], m[MakePair(2, "a")])
}

// Output:
// [1 2 3] 3
// {a 1} {First:1 Second:a}
// 8 abab
// xyxy XY xyxy {1 {x [2]}}
// true false
