package interp

import (
	"reflect"
	"strings"
)

const (
	sizeBudget = 100_000 // values that are looked at
	sizeSample = 200     // elements of a slice or map, of which the others are thought to be alike
)

// size is about how many bytes a value holds, with all that it points to and
// nothing else does. Long slices and maps are sampled; whole is false when
// there was more than could be looked at.
func size(v reflect.Value) (bytes int64, whole bool) {
	s := sizer{seen: map[uintptr]bool{}, left: sizeBudget}
	bytes = int64(v.Type().Size()) + s.beyond(v)
	return bytes, s.left > 0
}

type sizer struct {
	seen map[uintptr]bool
	left int
}

// beyond is the bytes that v points to.
func (s *sizer) beyond(v reflect.Value) int64 {
	if s.left--; s.left <= 0 || flatType(v.Type()) {
		return 0
	}
	switch v.Kind() {
	case reflect.String:
		return int64(v.Len())
	case reflect.Pointer:
		if v.IsNil() || s.known(v.Pointer()) {
			return 0
		}
		return int64(v.Type().Elem().Size()) + s.beyond(v.Elem())
	case reflect.Interface:
		return s.boxed(v)
	case reflect.Struct:
		var n int64
		for i := range v.NumField() {
			n += s.beyond(v.Field(i))
		}
		return n
	case reflect.Array:
		return s.elements(v)
	case reflect.Slice:
		if v.Cap() == 0 || s.known(v.Pointer()) {
			return 0
		}
		return int64(v.Cap())*int64(v.Type().Elem().Size()) + s.elements(v)
	case reflect.Map:
		return s.table(v)
	case reflect.Chan:
		return int64(v.Cap()) * int64(v.Type().Elem().Size())
	}
	return 0
}

// known reports whether what lies at p was counted before.
func (s *sizer) known(p uintptr) bool {
	was := s.seen[p]
	s.seen[p] = true
	return was
}

// boxed is what an interface holds.
func (s *sizer) boxed(v reflect.Value) int64 {
	if v.IsNil() {
		return 0
	}
	v = v.Elem()
	if strings.HasPrefix(v.Type().PkgPath(), "github.com/traefik/yaegi") {
		return 0 // the interpreter's own
	}
	return int64(v.Type().Size()) + s.beyond(v)
}

// elements is what the elements of a slice or array point to.
func (s *sizer) elements(v reflect.Value) int64 {
	n := v.Len()
	if n == 0 || flatType(v.Type().Elem()) {
		return 0
	}
	step := max(1, n/sizeSample)
	var sum, looked int64
	for i := 0; i < n && s.left > 0; i += step {
		sum += s.beyond(v.Index(i))
		looked++
	}
	return alike(sum, looked, int64(n))
}

// table is the entries of a map, by a hash table's usual load.
func (s *sizer) table(v reflect.Value) int64 {
	t := v.Type()
	if v.IsNil() || s.known(v.Pointer()) {
		return 0
	}
	own := int64(v.Len()) * int64(t.Key().Size()+t.Elem().Size()+1) * 8 / 7
	if flatType(t.Key()) && flatType(t.Elem()) {
		return own
	}
	var sum, looked int64
	for it := v.MapRange(); looked < sizeSample && s.left > 0 && it.Next(); looked++ {
		sum += s.beyond(it.Key()) + s.beyond(it.Value())
	}
	return own + alike(sum, looked, int64(v.Len()))
}

// alike is the sum of n when looked of them have sum.
func alike(sum, looked, n int64) int64 {
	if looked == 0 {
		return 0
	}
	return sum * n / looked
}

// flatType reports whether values of t point to nothing.
func flatType(t reflect.Type) bool {
	switch k := t.Kind(); k {
	case reflect.Array:
		return flatType(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !flatType(t.Field(i).Type) {
				return false
			}
		}
		return true
	case reflect.Func, reflect.UnsafePointer, reflect.Uintptr:
		return true
	default:
		return k <= reflect.Complex128
	}
}
