package interp

import (
	"cmp"
	"reflect"
	"slices"
	"unsafe"
)

// sortSlice sorts a slice of numbers or strings, whatever its types are called.
func sortSlice(x any) {
	v := reflect.ValueOf(x)
	if v.Len() < 2 {
		return
	}
	p, n := v.UnsafePointer(), v.Len()
	switch v.Type().Elem().Kind() {
	case reflect.Int:
		sortOf[int](p, n)
	case reflect.Int8:
		sortOf[int8](p, n)
	case reflect.Int16:
		sortOf[int16](p, n)
	case reflect.Int32:
		sortOf[int32](p, n)
	case reflect.Int64:
		sortOf[int64](p, n)
	case reflect.Uint:
		sortOf[uint](p, n)
	case reflect.Uint8:
		sortOf[uint8](p, n)
	case reflect.Uint16:
		sortOf[uint16](p, n)
	case reflect.Uint32:
		sortOf[uint32](p, n)
	case reflect.Uint64:
		sortOf[uint64](p, n)
	case reflect.Uintptr:
		sortOf[uintptr](p, n)
	case reflect.Float32:
		sortOf[float32](p, n)
	case reflect.Float64:
		sortOf[float64](p, n)
	case reflect.String:
		sortOf[string](p, n)
	}
}

func sortOf[T cmp.Ordered](p unsafe.Pointer, n int) { slices.Sort(unsafe.Slice((*T)(p), n)) }
