//go:build !amd64 && !arm64

package rtype

import (
	"errors"
	"reflect"
)

// ErrFull says that methods cannot be made on this processor.
var ErrFull = errors.New("methods of types made at run time need amd64 or arm64")

type stub struct{}

func newStub() (stub, error)       { return stub{}, ErrFull }
func (s stub) set(f reflect.Value) {}
func (s stub) text() textOff       { return 0 }
