//go:build amd64 || arm64

package interp

import "unsafe"

// self is the address of the calling goroutine's descriptor.
func self() uintptr

// descriptor is the same as a pointer.
func descriptor() unsafe.Pointer

// goroutine tells goroutines that live at the same time apart. Lowered code asks
// at every wait on a channel; reading the number out of a stack trace, the only
// way without assembly, took 10 microseconds and more.
func goroutine() uint64 { return uint64(self()) }

// stackUsed is how much of its stack the calling goroutine uses, in bytes. The
// descriptor begins with the bounds of the stack.
func stackUsed() uintptr { return (*[2]uintptr)(descriptor())[1] - here() }
