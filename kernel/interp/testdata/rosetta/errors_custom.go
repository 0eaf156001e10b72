package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"
)

type NotFound struct {
	Kind, Name string
}

func (e *NotFound) Error() string { return e.Kind + " " + strconv.Quote(e.Name) + " not found" }
func (e *NotFound) Is(target error) bool {
	t, ok := target.(*NotFound)
	return ok && (t.Kind == "" || t.Kind == e.Kind)
}

type Code int

func (c Code) Error() string { return fmt.Sprintf("code %d", int(c)) }

var ErrBusy = errors.New("busy")

func op(n int) error {
	switch n {
	case 0:
		return &NotFound{"run", "r1"}
	case 1:
		return fmt.Errorf("op %d: %w", n, ErrBusy)
	case 2:
		return fmt.Errorf("wrapped twice: %w", fmt.Errorf("inner: %w", Code(7)))
	case 3:
		return errors.Join(ErrBusy, &NotFound{"cell", "c"}, nil)
	case 4:
		return fmt.Errorf("two: %w and %w", Code(1), io.EOF)
	}
	return nil
}
func main() {
	// In [2]
	for n := range 6 {
		err := op(n)
		var nf *NotFound
		var c Code
		fmt.Printf("%d %q as=%t code=%t,%d busy=%t eof=%t run=%t\n", n, fmt.Sprint(err), errors.As(err, &nf), errors.As(err, &c), c,
			errors.Is(err, ErrBusy), errors.Is(err, io.EOF), errors.Is(err, &NotFound{Kind: "run"}))
	}
	// In [3]
	if c, ok := errors.AsType[Code](op(2)); ok {
		fmt.Println("astype", c, c == 7, errors.Is(op(2), Code(7)))
	}
	fmt.Println(errors.Unwrap(op(1)) == ErrBusy, errors.Unwrap(ErrBusy), errors.Unwrap(op(3)))
	fmt.Printf("%v %+v %T %s\n", op(0), Code(3), op(0), op(3))
}

// Output:
// 0 "run \"r1\" not found" as=true code=false,0 busy=false eof=false run=true
// 1 "op 1: busy" as=false code=false,0 busy=true eof=false run=false
// 2 "wrapped twice: inner: code 7" as=false code=true,7 busy=false eof=false run=false
// 3 "busy\ncell \"c\" not found" as=true code=false,0 busy=true eof=false run=false
// 4 "two: code 1 and EOF" as=false code=true,1 busy=false eof=true run=false
// 5 "<nil>" as=false code=false,0 busy=false eof=false run=false
// astype code 7 true true
// true <nil> <nil>
// run "r1" not found code 3 *main.NotFound busy
// cell "c" not found
