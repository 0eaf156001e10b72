package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

type FieldError struct {
	Field string
	Err   error
}

func (f FieldError) Error() string { return f.Field + ": " + f.Err.Error() }
func (f FieldError) Unwrap() error { return f.Err }

type Errors []error

func (e Errors) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d errors", len(e))
	for _, err := range e {
		b.WriteString("; " + err.Error())
	}
	return b.String()
}
func (e Errors) Unwrap() []error { return e }

var (
	ErrEmpty = errors.New("empty")
	ErrRange = errors.New("out of range")
)

func validate(name string, age int) error {
	var errs Errors
	if name == "" {
		errs = append(errs, FieldError{"name", ErrEmpty})
	}
	if age < 0 {
		errs = append(errs, &FieldError{"age", fmt.Errorf("%d: %w", age, ErrRange)})
	}
	if len(errs) == 0 {
		return nil
	}
	return errs
}
func main() {
	fmt.Println(validate("a", 1) == nil)
	err := validate("", -3)
	fmt.Println(err)
	fmt.Println(errors.Is(err, ErrEmpty), errors.Is(err, ErrRange), errors.Is(err, io.EOF))
	var fe FieldError
	var pfe *FieldError
	fmt.Println(errors.As(err, &fe), fe.Field, errors.As(err, &pfe), pfe.Field)
	var es Errors
	fmt.Println(errors.As(fmt.Errorf("ctx: %w", err), &es), len(es))
	switch e := es[0].(type) {
	case *FieldError:
		fmt.Println("pointer", e.Field)
	case FieldError:
		fmt.Println("value", e.Field, e.Unwrap())
	}
}

// Output:
// true
// 2 errors; name: empty; age: -3: out of range
// true true false
// true name true age
// true 2
// value name empty
