//go:build amd64 || arm64

package rtype

import (
	"errors"
	"reflect"
	"sync"
	"unsafe"
)

const (
	stubCount = 16384
	stubSize  = 16
)

// slots holds, for each stub of the assembly file, the function value that the
// stub jumps into with its arguments as they are.
var slots [stubCount]unsafe.Pointer

func stubAddr() unsafe.Pointer

var stubs struct {
	sync.Mutex
	used int
}

// ErrFull says that no more methods can be made in this process.
var ErrFull = errors.New("the process has no room for more methods of types made at run time; restart the kernel")

// A stub is code that calls a function value.
type stub struct{ index int }

func newStub() (stub, error) {
	stubs.Lock()
	defer stubs.Unlock()
	if stubs.used == stubCount {
		return stub{}, ErrFull
	}
	stubs.used++
	return stub{stubs.used - 1}, nil
}

// set makes the stub call f.
func (s stub) set(f reflect.Value) {
	p := reflect.New(f.Type())
	p.Elem().Set(f)
	slots[s.index] = *(*unsafe.Pointer)(p.UnsafePointer())
}

func (s stub) text() textOff {
	return textOff(addReflectOff(unsafe.Add(stubAddr(), s.index*stubSize)))
}
