package main

import (
	"fmt"
	"io"
)

type MyErr struct{ msg string }

func (e *MyErr) Error() string {
	if e == nil {
		return "nil MyErr"
	}
	return e.msg
}
func find(ok bool) *MyErr {
	if ok {
		return nil
	}
	return &MyErr{"bad"}
}
func wrap(ok bool) error { return find(ok) }
func main() {
	e := find(true)
	fmt.Println(e == nil, e.Error())
	err := wrap(true)
	fmt.Println(err == nil, err, err != nil && err.(*MyErr) == nil)
	var i any = e
	fmt.Println(i == nil, i == (*MyErr)(nil))
	// In [2]
	err = wrap(false)
	me, ok := err.(*MyErr)
	fmt.Println(me.msg, ok)
	_, ok = err.(interface{ Timeout() bool })
	fmt.Println(ok)
	a, b := &MyErr{"x"}, &MyErr{"x"}
	fmt.Println(error(a) == error(b), error(a) == error(a), *a == *b)
	m := map[error]int{a: 1, io.EOF: 2}
	m[b] = 3
	fmt.Println(len(m), m[a], m[io.EOF])
}

// Output:
// true nil MyErr
// false nil MyErr true
// false true
// bad true
// false
// false true true
// 3 1 2
