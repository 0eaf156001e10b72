package main

import (
	"fmt"
	"strconv"
)

type Option[T any] struct {
	v  T
	ok bool
}

func Some[T any](v T) Option[T]    { return Option[T]{v, true} }
func None[T any]() Option[T]       { return Option[T]{} }
func (o Option[T]) Get() (T, bool) { return o.v, o.ok }
func (o Option[T]) Or(d T) T {
	if o.ok {
		return o.v
	}
	return d
}
func (o Option[T]) String() string {
	if !o.ok {
		return "None"
	}
	return fmt.Sprintf("Some(%v)", o.v)
}
func Bind[T, U any](o Option[T], f func(T) Option[U]) Option[U] {
	if v, ok := o.Get(); ok {
		return f(v)
	}
	return None[U]()
}
func parse(s string) Option[int] {
	if n, err := strconv.Atoi(s); err == nil {
		return Some(n)
	}
	return None[int]()
}
func main() {
	half := func(n int) Option[float64] {
		if n%2 != 0 {
			return None[float64]()
		}
		return Some(float64(n) / 2)
	}
	for _, s := range []string{"10", "7", "x"} {
		o := Bind(parse(s), half)
		fmt.Println(o, o.Or(-1), parse(s))
	}
	fmt.Printf("%v %s %+v\n", Some("a"), Some([]int{1}), None[error]())
}

// Output:
// Some(5) 5 Some(10)
// None -1 Some(7)
// None -1 None
// Some(a) Some([1]) None
