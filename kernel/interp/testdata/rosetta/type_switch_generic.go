package main

import (
	"fmt"
	"time"
)

type Num interface{ ~int | ~float64 }

func kind[T any](v T) string {
	switch any(v).(type) {
	case int:
		return "int"
	case []T:
		return "slice of T"
	case map[string]T:
		return "map"
	case func() T:
		return "func"
	}
	var z T
	switch any(&z).(type) {
	case *string:
		return "string"
	case *[]int:
		return "[]int"
	}
	return fmt.Sprintf("%T", z)
}
func as[T any](v any) (T, bool) { t, ok := v.(T); return t, ok }
func must[T any](v any) (t T, err error) {
	t, ok := v.(T)
	if !ok {
		return t, fmt.Errorf("want %T, got %T", t, v)
	}
	return t, nil
}
func main() {
	// In [2]
	fmt.Println(kind(1), kind("a"), kind([]int{}), kind(2.5), kind(struct{ A int }{}))
	fmt.Println(as[int](5))
	fmt.Println(as[string](5))
	fmt.Println(as[fmt.Stringer](time.Minute))
	fmt.Println(must[float64]("x"))
	fmt.Println(must[[]int]([]int{1}))
	_, ok := as[error](nil)
	fmt.Println(ok)
}

// Output:
// int string []int float64 struct { A int }
// 5 true
//  false
// 1m0s true
// 0 want float64, got string
// [1] <nil>
// false
