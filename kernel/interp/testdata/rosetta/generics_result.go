package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

type Result[T any] struct {
	Val T
	Err error
}

func Try[T any](f func() (T, error)) (r Result[T]) {
	defer func() {
		if e := recover(); e != nil {
			r.Err = fmt.Errorf("recovered: %v", e)
		}
	}()
	v, err := f()
	return Result[T]{v, err}
}
func (r Result[T]) Unwrap() T {
	if r.Err != nil {
		panic(r.Err)
	}
	return r.Val
}

// In [2]
func Map[T, U any](r Result[T], f func(T) U) Result[U] {
	if r.Err != nil {
		return Result[U]{Err: r.Err}
	}
	return Result[U]{Val: f(r.Val)}
}
func main() {
	// In [1]
	a := Try(func() (int, error) { return strconv.Atoi("42") })
	b := Try(func() (int, error) { return strconv.Atoi("4x2") })
	fmt.Println(a, b.Err)
	// In [2]
	fmt.Println(Map(a, func(n int) string { return fmt.Sprint(n, "!") }).Unwrap())
	fmt.Println(Map(b, func(n int) string { return "never" }).Err)
	// In [3]
	c := Try(func() (string, error) { return b.Err.Error()[:3] + strings.Repeat("x", -1), nil })
	fmt.Println(c.Err)
	d := Try(func() (int, error) { return Result[int]{Err: io.EOF}.Unwrap(), nil })
	fmt.Println(d.Err, d.Val)
}

// Output:
// {42 <nil>} strconv.Atoi: parsing "4x2": invalid syntax
// 42!
// strconv.Atoi: parsing "4x2": invalid syntax
// recovered: strings: negative Repeat count
// recovered: EOF 0
