package interp

import (
	"unique"
	"unsafe"
	"weak"
)

// canonical is where the one copy of a value lies. It lives as long as something
// holds this pointer, which is all that a handle is.
func canonical(v any) *any {
	h := unique.Make(v)
	return *(**any)(unsafe.Pointer(&h))
}

// weakPointer is how package weak has a pointer of any type.
type weakPointer struct {
	_ [0]*byte
	u unsafe.Pointer
}

// weakMake is weak.Make, on what the pointer of a cell points to.
func weakMake(p unsafe.Pointer) unsafe.Pointer {
	w := weak.Make((*byte)(p))
	return (*weakPointer)(unsafe.Pointer(&w)).u
}

// weakValue is the method Value of what weakMake has made.
func weakValue(u unsafe.Pointer) unsafe.Pointer {
	w := weakPointer{u: u}
	return unsafe.Pointer((*weak.Pointer[byte])(unsafe.Pointer(&w)).Value())
}
