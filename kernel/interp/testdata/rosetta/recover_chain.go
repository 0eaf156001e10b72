package main

import (
	"errors"
	"fmt"
	"runtime"
)

type Abort struct{ Step int }

func (a Abort) Error() string { return fmt.Sprint("abort at ", a.Step) }
func safely(f func()) (err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case error:
			err = fmt.Errorf("error: %w", r)
		case string:
			err = errors.New("string: " + r)
		default:
			err = fmt.Errorf("%T: %v", r, r)
		}
	}()
	f()
	return nil
}
func rethrow() {
	defer func() {
		if r := recover(); r != nil {
			panic(fmt.Sprint("again ", r))
		}
	}()
	panic("first")
}
func main() {
	var m map[string]int
	var p *Abort
	xs := []int{1}
	i := 5
	for _, f := range []func(){
		func() {},
		func() { panic("text") },
		func() { panic(Abort{3}) },
		func() { m["a"] = 1 },
		func() { _ = p.Step },
		func() { xs[0] = 1 / (i - 5) },
		func() { panic(struct{ A int }{1}) },
		func() { var a any = "s"; _ = a.(int) },
		rethrow,
	} {
		err := safely(f)
		var a Abort
		var re runtime.Error
		fmt.Println(err, errors.As(err, &a), errors.As(err, &re))
	}
}

// Output:
// <nil> false false
// string: text false false
// error: abort at 3 true false
// error: assignment to entry in nil map false true
// error: runtime error: invalid memory address or nil pointer dereference false true
// error: runtime error: integer divide by zero false true
// struct { A int }: {1} false false
// error: interface conversion: interface {} is string, not int false true
// string: again first false false
