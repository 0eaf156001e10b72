package display

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// How far a value is written out.
const (
	plainRunes = 20_000
	plainDepth = 6
	plainItems = 100
)

// printer writes a value in Go's %+v notation, but stops at a budget: a slice
// of a million numbers, or a cycle of pointers, ends in an ellipsis.
type printer struct {
	b      strings.Builder
	budget int
	seen   []uintptr
}

// plain is v on its own, in at most about budget bytes.
func plain(v reflect.Value, budget int) string {
	p := &printer{budget: budget}
	p.value(v, 0)
	return p.b.String()
}

func (p *printer) full() bool { return p.b.Len() > p.budget }

func (p *printer) value(v reflect.Value, depth int) {
	if !v.IsValid() {
		p.b.WriteString("nil")
		return
	}
	if s, ok := text(v); ok {
		p.b.WriteString(s)
		return
	}
	if depth > plainDepth || p.full() {
		p.b.WriteString("…")
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		p.pointer(v, depth)
	case reflect.Interface:
		p.value(v.Elem(), depth)
	case reflect.Struct:
		p.structure(v, depth)
	case reflect.Slice, reflect.Array:
		p.list(v, depth)
	case reflect.Map:
		p.mapping(v, depth)
	default:
		p.b.WriteString(scalar(v))
	}
}

func (p *printer) pointer(v reflect.Value, depth int) {
	if v.IsNil() {
		p.b.WriteString("nil")
		return
	}
	if slices.Contains(p.seen, v.Pointer()) {
		p.b.WriteString("…")
		return
	}
	p.seen = append(p.seen, v.Pointer())
	p.b.WriteByte('&')
	p.value(v.Elem(), depth+1)
	p.seen = p.seen[:len(p.seen)-1]
}

func (p *printer) structure(v reflect.Value, depth int) {
	p.b.WriteByte('{')
	for i := range v.NumField() {
		if i > 0 {
			p.b.WriteByte(' ')
		}
		p.b.WriteString(fieldName(v.Type(), i) + ":")
		p.value(v.Field(i), depth+1)
	}
	p.b.WriteByte('}')
}

func (p *printer) list(v reflect.Value, depth int) {
	p.b.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			p.b.WriteByte(' ')
		}
		if i == plainItems || p.full() {
			fmt.Fprintf(&p.b, "… %s more", count(v.Len()-i))
			break
		}
		p.value(v.Index(i), depth+1)
	}
	p.b.WriteByte(']')
}

func (p *printer) mapping(v reflect.Value, depth int) {
	if v.IsNil() {
		p.b.WriteString("map[]")
		return
	}
	if slices.Contains(p.seen, v.Pointer()) {
		p.b.WriteString("…")
		return
	}
	p.seen = append(p.seen, v.Pointer())
	p.b.WriteString("map[")
	for i, k := range sortedKeys(v) {
		if i > 0 {
			p.b.WriteByte(' ')
		}
		if i == plainItems || p.full() {
			fmt.Fprintf(&p.b, "… %s more", count(v.Len()-i))
			break
		}
		p.value(k, depth+1)
		p.b.WriteByte(':')
		p.value(v.MapIndex(k), depth+1)
	}
	p.b.WriteByte(']')
	p.seen = p.seen[:len(p.seen)-1]
}

// scalar writes a value without parts.
func scalar(v reflect.Value) string {
	switch {
	case v.Kind() == reflect.String:
		return v.String()
	case v.Kind() == reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case v.CanInt():
		return strconv.FormatInt(v.Int(), 10)
	case v.CanUint():
		return strconv.FormatUint(v.Uint(), 10)
	case v.Kind() == reflect.Float32:
		return strconv.FormatFloat(v.Float(), 'g', -1, 32)
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'g', -1, 64)
	case v.CanComplex():
		return strconv.FormatComplex(v.Complex(), 'g', -1, v.Type().Bits())
	case v.Kind() == reflect.Func, v.Kind() == reflect.Chan:
		if v.IsNil() {
			return "nil"
		}
		return v.Type().String()
	}
	return v.Type().String()
}

// hasText holds when v says itself how it is written.
func hasText(v reflect.Value) bool {
	if !v.IsValid() || !v.CanInterface() {
		return false
	}
	switch v.Interface().(type) {
	case fmt.Stringer, error:
		return true
	}
	return false
}

// text is what v says of itself: its error, its String, or the house's form of
// a time. A nil pointer or a method that panics leaves it to the printer.
func text(v reflect.Value) (s string, ok bool) {
	if !v.CanInterface() || isNil(v) {
		return "", false
	}
	defer func() {
		if r := recover(); r != nil {
			s, ok = fmt.Sprintf("%s(its String method panicked: %v)", v.Type(), r), true
		}
	}()
	switch x := v.Interface().(type) {
	case time.Time:
		return x.Format("2006-01-02 15:04:05.999999999 -0700 MST"), true
	case time.Duration:
		return x.String(), true
	case reflect.Type:
		return x.String(), true
	case error:
		return x.Error(), true
	case fmt.Stringer:
		return x.String(), true
	}
	return "", false
}

func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Interface, reflect.Func, reflect.Chan:
		return v.IsNil()
	}
	return !v.IsValid()
}

// fieldName is the name that the author of the struct wrote. The interpreter
// makes structs without a name, whose unexported fields begin with an X.
func fieldName(t reflect.Type, i int) string {
	name := t.Field(i).Name
	if t.Name() != "" || len(name) < 2 || name[0] != 'X' {
		return name
	}
	if r, _ := utf8.DecodeRuneInString(name[1:]); unicode.IsLower(r) || r == '_' {
		return name[1:]
	}
	return name
}

// sortedKeys is the keys of a map in an order that is the same every time.
func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	sort.SliceStable(keys, func(i, j int) bool { return lessKey(bare(keys[i]), bare(keys[j])) })
	return keys
}

func lessKey(a, b reflect.Value) bool {
	switch {
	case !a.IsValid() || !b.IsValid():
		return !a.IsValid() && b.IsValid()
	case a.CanInt() && b.CanInt():
		return a.Int() < b.Int()
	case a.CanUint() && b.CanUint():
		return a.Uint() < b.Uint()
	case a.CanFloat() && b.CanFloat():
		return a.Float() < b.Float()
	}
	return plain(a, cellRunes) < plain(b, cellRunes)
}

// bare takes the interface off a value.
func bare(v reflect.Value) reflect.Value {
	for v.IsValid() && v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return v
}
