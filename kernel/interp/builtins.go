package interp

import (
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// decodeRune is the rune of s at i, and how many bytes it has.
func decodeRune(s string, i int) (rune, int) { return utf8.DecodeRuneInString(s[i:]) }

// times is what a loop of n rounds ranges over.
func times(n int) []struct{} { return make([]struct{}, max(n, 0)) }

// iterate begins to go through a map.
func iterate(m any) *reflect.MapIter { return reflect.ValueOf(m).MapRange() }

// next sets *k, and *v unless it is nil, to the next entry; false: there is none.
func next(it *reflect.MapIter, k, v any) bool {
	if !it.Next() {
		return false
	}
	reflect.ValueOf(k).Elem().Set(it.Key())
	if v != nil {
		reflect.ValueOf(v).Elem().Set(it.Value())
	}
	return true
}

// maxAlloc is more than the run-time system gives to one object.
const maxAlloc = 1 << 47

// makeSize is the i-th size in a make, checked as the compiled program checks it.
func makeSize(what string, i int, elem int64, n any) int {
	v := reflect.ValueOf(n)
	fits := true
	size := 0
	switch {
	case v.CanInt():
		size = int(v.Int())
		fits = v.Int() >= 0
	case v.CanUint():
		size = int(v.Uint())
		fits = v.Uint() < maxAlloc
	}
	if fits && (elem == 0 || int64(size) <= maxAlloc/elem) {
		checkMemory(what, int64(size)*elem)
		return size
	}
	if what == "chan" {
		panic(runtimeError("makechan: size out of range"))
	}
	panic(runtimeError("runtime error: makeslice: " + []string{"len", "cap"}[i] + " out of range"))
}

func within(n, limit int) int {
	if n > limit {
		panic(runtimeError("runtime error: makeslice: cap out of range"))
	}
	return n
}

func atLeast0(n any) int {
	v := reflect.ValueOf(n)
	if v.CanInt() && v.Int() > 0 && v.Int() < 1<<20 {
		return int(v.Int())
	}
	return 0 // a hint only
}

func unsafeString(p *byte, n int) string {
	if n < 0 || uintptr(n) > -uintptr(unsafe.Pointer(p)) && p != nil {
		panic(runtimeError("runtime error: unsafe.String: len out of range"))
	}
	if p == nil && n > 0 {
		panic(runtimeError("runtime error: unsafe.String: ptr is nil and len is not zero"))
	}
	return unsafe.String(p, n)
}

// unsafeSlice sets *to to the n elements from **p on.
func unsafeSlice(to, p any, n int) {
	ptr := *(*unsafe.Pointer)(reflect.ValueOf(p).UnsafePointer())
	dst := reflect.ValueOf(to).Elem()
	elem := dst.Type().Elem()
	if n < 0 || elem.Size() > 0 && (uintptr(n) > maxAlloc/elem.Size() || ptr != nil && uintptr(n)*elem.Size() > -uintptr(ptr)) {
		panic(runtimeError("runtime error: unsafe.Slice: len out of range"))
	}
	if ptr == nil {
		if n > 0 {
			panic(runtimeError("runtime error: unsafe.Slice: ptr is nil and len is not zero"))
		}
		dst.SetZero()
		return
	}
	*(*[3]uintptr)(dst.Addr().UnsafePointer()) = [3]uintptr{0, uintptr(n), uintptr(n)}
	*(*unsafe.Pointer)(dst.Addr().UnsafePointer()) = ptr
}

// words are the two words of an interface, as print shows them.
func words(p any) string {
	x := *(*[2]uintptr)(reflect.ValueOf(p).UnsafePointer())
	return fmt.Sprintf("(0x%x,0x%x)", x[0], x[1])
}

// printWords prints as the built-in functions do: println with spaces between.
func printWords(w io.Writer, end string, args []any) {
	var parts []string
	for _, a := range args {
		parts = append(parts, printWord(a))
	}
	sep := ""
	if end != "" {
		sep = " "
	}
	_, _ = io.WriteString(w, strings.Join(parts, sep)+end)
}

func printWord(a any) string {
	v := reflect.ValueOf(a)
	switch {
	case !v.IsValid():
		return "nil"
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'g', -1, v.Type().Bits())
	case v.CanComplex():
		return strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())
	}
	switch v.Kind() {
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.String:
		return v.String()
	case reflect.Slice:
		return fmt.Sprintf("[%d/%d]0x%x", v.Len(), v.Cap(), v.Pointer())
	}
	return fmt.Sprintf("0x%x", v.Pointer())
}
