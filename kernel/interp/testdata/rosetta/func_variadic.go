package main

import (
	"fmt"
	"strings"
)

type Attr struct {
	Key string
	Val any
}

func attrs(kv ...any) (out []Attr) {
	for i := 0; i+1 < len(kv); i += 2 {
		out = append(out, Attr{kv[i].(string), kv[i+1]})
	}
	return
}
func logf(level string, format string, args ...any) string {
	return level + ": " + fmt.Sprintf(format, args...)
}
func sum(init float64, xs ...float64) float64 {
	for _, x := range xs {
		init += x
	}
	return init
}
func apply(f func(...string) string, ss ...string) string { return f(ss...) }
func mutate(xs ...int)                                    { xs[0] = 99 }
func multi() (string, int, error)                         { return "m", 1, nil }
func show(vs ...any) int                                  { fmt.Println(vs...); return len(vs) }
func main() {
	fmt.Println(attrs("a", 1, "b", []int{2}), len(attrs()))
	fmt.Println(logf("info", "%d of %s", 3, "x"), logf("warn", "plain"))
	fmt.Println(sum(1), sum(1, 2, 3), sum(0, []float64{4, 5}...))
	fmt.Println(apply(func(s ...string) string { return strings.Join(s, "+") }, "a", "b"), apply(func(s ...string) string { return fmt.Sprint(s == nil) }))
	xs := []int{1, 2}
	mutate(xs...)
	mutate(5, 6)
	fmt.Println(xs, show(multi()), show(), show(nil), show([]any{1, 2}...), show([]any{1, 2}))
}

// Output:
// [{a 1} {b [2]}] 0
// info: 3 of x warn: plain
// 1 6 9
// a+b true
// m 1 <nil>
//
// <nil>
// 1 2
// [1 2]
// [99 2] 3 0 1 2 1
