package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

type temporary interface{ Temporary() bool }
type opError struct {
	op   string
	temp bool
	err  error
}

func (e *opError) Error() string   { return e.op + ": " + e.err.Error() }
func (e *opError) Unwrap() error   { return e.err }
func (e *opError) Temporary() bool { return e.temp }
func (e *opError) Timeout() bool   { return errors.Is(e.err, context.DeadlineExceeded) }
func isTemp(err error) bool {
	var t temporary
	return errors.As(err, &t) && t.Temporary()
}
func main() {
	errs := []error{
		&opError{"dial", true, io.EOF},
		fmt.Errorf("wrap: %w", &opError{"read", false, context.DeadlineExceeded}),
		errors.Join(io.ErrClosedPipe, &opError{"write", true, os.ErrPermission}),
		io.EOF,
		nil,
	}
	for _, err := range errs {
		var to interface{ Timeout() bool }
		fmt.Println(isTemp(err), errors.As(err, &to) && to.Timeout(), errors.Is(err, io.EOF), errors.Is(err, fs.ErrPermission))
	}
	oe, ok := errs[0].(*opError)
	fmt.Println(oe.op, ok, errors.Unwrap(errors.Unwrap(errs[1])) == context.DeadlineExceeded)
	te, ok := errs[0].(temporary)
	fmt.Println(te.Temporary(), ok)
	_, ok = errs[3].(temporary)
	fmt.Println(ok)
}

// Output:
// true false true false
// false true false false
// true false false true
// false false true false
// false false false false
// dial true true
// true true
// false
