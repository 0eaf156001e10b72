package interp

import (
	"encoding/json"
	"go/types"
	"reflect"
	"strings"
)

// Package json sees a cell's values without the methods of their types, and
// embedded structs as fields of their own. What is here hands it values that it
// writes as the compiled program would.

// asJSON takes a value, by its address, and the number of its type, and gives
// what to marshal in its place.
func (s *Session) asJSON(id int, p any) any {
	return s.jsonValue(reflect.ValueOf(p).Elem(), s.lang.TypeByID(id), false)
}

// marshaled is what a type's own MarshalJSON gave.
type marshaled struct {
	text []byte
	err  error
}

func (m marshaled) MarshalJSON() ([]byte, error) { return m.text, m.err }

func (s *Session) jsonValue(v reflect.Value, t types.Type, addressed bool) any {
	if t == nil || types.IsInterface(t) {
		var wrapper any
		v, t, wrapper = s.concrete(opened(v), t)
		if !v.IsValid() {
			return nil
		}
		if t == nil {
			if wrapper != nil {
				return wrapper
			}
			return v.Interface()
		}
	}
	if m, ok := s.marshal(v, t, addressed); ok {
		return m
	}
	v = opened(v)
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		if v.IsNil() {
			return nil
		}
		return s.jsonValue(v.Elem(), u.Elem(), true)
	case *types.Struct:
		if ownStruct(t) {
			return s.jsonStruct(v, u)
		}
	case *types.Map:
		return s.jsonMap(v, u)
	case *types.Slice:
		if b, ok := u.Elem().Underlying().(*types.Basic); ok && b.Kind() == types.Uint8 {
			return v.Interface()
		}
		if v.IsNil() {
			return nil
		}
		return s.jsonList(v, u.Elem(), true)
	case *types.Array:
		return s.jsonList(v, u.Elem(), addressed)
	}
	return v.Interface()
}

// marshal uses the type's own methods.
func (s *Session) marshal(v reflect.Value, t types.Type, addressed bool) (any, bool) {
	for _, name := range []string{"MarshalJSON", "MarshalText"} {
		f, ok := s.bound(v, t, name)
		if !ok && addressed && v.CanAddr() {
			f, ok = s.bound(v.Addr(), types.NewPointer(t), name)
		}
		if !ok || v.Kind() == reflect.Pointer && v.IsNil() {
			continue
		}
		out := f()
		if len(out) != 2 {
			continue
		}
		text, _ := out[0].Interface().([]byte)
		err, _ := out[1].Interface().(error)
		if name == "MarshalText" {
			text, _ = json.Marshal(string(text))
		}
		return marshaled{text, err}, true
	}
	return nil, false
}

// ownStruct says whether t is a struct type that cells declare or write.
func ownStruct(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return !ok || n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "main"
}

func (s *Session) jsonList(v reflect.Value, elem types.Type, addressed bool) any {
	out := make([]any, v.Len())
	for i := range out {
		out[i] = s.jsonValue(v.Index(i), elem, addressed)
	}
	return out
}

func (s *Session) jsonMap(v reflect.Value, m *types.Map) any {
	if v.IsNil() {
		return nil
	}
	keyType := v.Type().Key()
	_, text := s.bound(reflect.Zero(keyType), m.Key(), "MarshalText")
	if text {
		keyType = reflect.TypeFor[string]()
	}
	out := reflect.MakeMapWithSize(reflect.MapOf(keyType, anyReflect), v.Len())
	for it := v.MapRange(); it.Next(); {
		k := it.Key()
		if text {
			f, _ := s.bound(k, m.Key(), "MarshalText")
			b, _ := f()[0].Interface().([]byte)
			k = reflect.ValueOf(string(b))
		}
		e := reflect.New(anyReflect).Elem()
		if x := s.jsonValue(addressable(it.Value()), m.Elem(), false); x != nil {
			e.Set(reflect.ValueOf(x))
		}
		out.SetMapIndex(k, e)
	}
	return out.Interface()
}

// A jsonField is a field as package json sees it: those of embedded structs are
// fields of the struct around them.
type jsonField struct {
	name, options string
	index         []int
	t             types.Type
}

func jsonFields(st *types.Struct) []jsonField {
	var list []jsonField
	seen := map[string]int{}
	var walk func(st *types.Struct, index []int)
	walk = func(st *types.Struct, index []int) {
		for i := range st.NumFields() {
			f := st.Field(i)
			tag := reflect.StructTag(st.Tag(i)).Get("json")
			name, options, _ := strings.Cut(tag, ",")
			at := append(append([]int{}, index...), i)
			if tag == "-" || !f.Exported() && !f.Embedded() {
				continue
			}
			if inner, ok := embeddedStruct(f); ok && name == "" {
				walk(inner, at)
				continue
			}
			if !f.Exported() {
				continue
			}
			if name == "" {
				name = f.Name()
			}
			if k, dup := seen[name]; dup {
				if len(list[k].index) > len(at) {
					list[k] = jsonField{name, options, at, f.Type()}
				}
				continue
			}
			seen[name] = len(list)
			list = append(list, jsonField{name, options, at, f.Type()})
		}
	}
	walk(st, nil)
	return list
}

func embeddedStruct(f *types.Var) (*types.Struct, bool) {
	if !f.Embedded() {
		return nil, false
	}
	t := types.Unalias(f.Type())
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	return st, ok && ownStruct(t)
}

func (s *Session) jsonStruct(v reflect.Value, st *types.Struct) any {
	fields := jsonFields(st)
	out := make([]reflect.StructField, 0, len(fields))
	values := make([]any, 0, len(fields))
	for i, f := range fields {
		fv, ok := fieldAt(v, f.index, false)
		if !ok {
			continue
		}
		options := strings.Split(f.options, ",")
		empty := has(options, "omitempty") && emptyJSON(fv) || has(options, "omitzero") && fv.IsZero()
		if empty {
			continue
		}
		out = append(out, reflect.StructField{Name: "F" + string(rune('A'+i/26)) + string(rune('A'+i%26)), Type: anyReflect, Tag: reflect.StructTag(`json:"` + f.name + `"`)})
		val := s.jsonValue(fv, f.t, v.CanAddr())
		if text, err := json.Marshal(val); err == nil && has(options, "string") && !strings.HasPrefix(string(text), "{") {
			val = string(text)
		}
		values = append(values, val)
	}
	x := reflect.New(reflect.StructOf(out)).Elem()
	for i, val := range values {
		if val != nil {
			x.Field(i).Set(reflect.ValueOf(val))
		}
	}
	return x.Interface()
}

func has(list []string, x string) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

func emptyJSON(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

// fieldAt follows an index through embedded structs; with alloc it makes those
// that a nil pointer embeds.
func fieldAt(v reflect.Value, index []int, alloc bool) (reflect.Value, bool) {
	for _, i := range index {
		for v.Kind() == reflect.Pointer {
			if v.IsNil() {
				if !alloc {
					return v, false
				}
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v, true
}
