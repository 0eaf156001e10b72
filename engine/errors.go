package engine

import (
	"errors"
	"fmt"
)

// catch turns what GoMLX panics with into an error of op. A GraphError stays
// itself.
func catch(err *error, op string) {
	cause := recover()
	if cause == nil {
		return
	}
	if e, ok := cause.(error); ok {
		*err = clean(op, e)
		return
	}
	*err = fmt.Errorf("%s: %s", op, firstLine(fmt.Sprint(cause)))
}

// clean gives an error of GoMLX one line and an operation; a GraphError inside
// says enough by itself.
func clean(op string, err error) error {
	var ge *GraphError
	if errors.As(err, &ge) {
		return ge
	}
	return &opError{op, err}
}

type opError struct {
	op    string
	cause error
}

func (e *opError) Error() string { return e.op + ": " + firstLine(e.cause.Error()) }
func (e *opError) Unwrap() error { return e.cause }
