// The call of a function literal that gives a function, returned, spoiled the
// interpreter's type of that function.
package main

import "fmt"

type op func(int) int

func direct(p func(int) int) func(int) int {
	return (func() func(int) int { return p })()
}

func deferred(p op) (r op) {
	return func() (r op) { defer func() { r = r }(); return p }()
}

func second(p op) (int, op) {
	return 1, func() op { return p }()
}

func both(p op) (op, int) {
	return func() (op, int) { return p, 2 }()
}

func slice(p op) []op {
	return func() []op { return []op{p} }()
}

func field(p op) struct{ f op } {
	return func() struct{ f op } { return struct{ f op }{p} }()
}

func mapped(p op) map[string]op {
	return func(s string) map[string]op { return map[string]op{s: p} }("a")
}

func ranged(p op) op {
	for range func(yield func() bool) { yield() } {
		return func() op { return p }()
	}
	return nil
}

func main() {
	minus := op(func(x int) int { return -x })
	fmt.Println(direct(minus)(1), deferred(minus)(2))
	n, f := second(minus)
	g, m := both(minus)
	fmt.Println(n, f(3), g(4), m)
	fmt.Println(slice(minus)[0](5), field(minus).f(6), mapped(minus)["a"](7), ranged(minus)(8))
}

// Output:
// -1 -2
// 1 -3 -4 2
// -5 -6 -7 -8
