package symbols

import (
	"reflect"
	"unsafe"

	"github.com/cellar-ml/cellar/kernel/symbols/table"
)

// unsafeTable is written by hand: package unsafe has no compiled functions. The
// interpreter knows Sizeof, Alignof and Offsetof itself; it asks only that the
// names exist.
var unsafeTable = table.Package{
	Path: "unsafe",
	Symbols: func() map[string]reflect.Value {
		return map[string]reflect.Value{
			"Pointer":  reflect.ValueOf((*unsafe.Pointer)(nil)),
			"Add":      reflect.ValueOf(func(p unsafe.Pointer, n int) unsafe.Pointer { return unsafe.Add(p, n) }),
			"Sizeof":   reflect.ValueOf(func(any) uintptr { return 0 }),
			"Alignof":  reflect.ValueOf(func(any) uintptr { return 0 }),
			"Offsetof": reflect.ValueOf(func(any) uintptr { return 0 }),
		}
	},
}
