package interp

import (
	"encoding"
	"encoding/json"
	"go/types"
	"reflect"
	"strconv"
	"strings"
)

// fromJSON is json.Unmarshal into what p points to, a pointer of the type with
// the number id or an interface that holds one.
func (s *Session) fromJSON(data []byte, id int, p any) error {
	v, t, _ := s.concrete(reflect.ValueOf(p).Elem(), s.lang.TypeByID(id))
	if !v.IsValid() {
		return &json.InvalidUnmarshalError{}
	}
	ptr, ok := types.Unalias(orNil(t)).(*types.Pointer)
	if !ok || v.Kind() != reflect.Pointer || v.IsNil() || !json.Valid(data) {
		return json.Unmarshal(data, v.Interface())
	}
	return s.readJSON(data, v.Elem(), ptr.Elem())
}

func orNil(t types.Type) types.Type {
	if t == nil {
		return types.Typ[types.UntypedNil]
	}
	return t
}

// decodeJSON is (*json.Decoder).Decode.
func (s *Session) decodeJSON(d *json.Decoder, id int, p any) error {
	var raw json.RawMessage
	if err := d.Decode(&raw); err != nil {
		return err
	}
	return s.fromJSON(raw, id, p)
}

func (s *Session) readJSON(data []byte, v reflect.Value, t types.Type) error {
	if done, err := s.unmarshal(data, v, t); done {
		return err
	}
	null := string(data) == "null"
	switch u := t.Underlying().(type) {
	case *types.Pointer:
		if null {
			v.SetZero()
			return nil
		}
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		return s.readJSON(data, v.Elem(), u.Elem())
	case *types.Struct:
		if ownStruct(t) && !null {
			return s.readStruct(data, v, u)
		}
	case *types.Map:
		if !null {
			return s.readMap(data, v, u)
		}
	case *types.Slice:
		if b, ok := u.Elem().Underlying().(*types.Basic); !null && (!ok || b.Kind() != types.Uint8) {
			return s.readSlice(data, v, u.Elem())
		}
	case *types.Interface:
		if isBox(v.Type()) {
			return &json.UnmarshalTypeError{Value: "value", Type: anyReflect}
		}
	}
	return json.Unmarshal(data, v.Addr().Interface())
}

// unmarshal uses the type's own methods.
func (s *Session) unmarshal(data []byte, v reflect.Value, t types.Type) (done bool, err error) {
	if !v.CanAddr() || types.IsInterface(t) {
		return false, nil
	}
	if f, ok := s.bound(v.Addr(), types.NewPointer(t), "UnmarshalJSON"); ok {
		return true, errorOf(f(reflect.ValueOf(data)))
	}
	f, ok := s.bound(v.Addr(), types.NewPointer(t), "UnmarshalText")
	if !ok {
		return false, nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return true, err
	}
	return true, errorOf(f(reflect.ValueOf([]byte(text))))
}

func errorOf(out []reflect.Value) error {
	if len(out) != 1 {
		return nil
	}
	err, _ := out[0].Interface().(error)
	return err
}

func (s *Session) readStruct(data []byte, v reflect.Value, st *types.Struct) error {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return json.Unmarshal(data, v.Addr().Interface())
	}
	for _, f := range jsonFields(st) {
		part, ok := parts[f.name]
		for k, p := range parts {
			if !ok && strings.EqualFold(k, f.name) {
				part, ok = p, true
			}
		}
		if !ok {
			continue
		}
		fv, _ := fieldAt(v, f.index, true)
		if has(strings.Split(f.options, ","), "string") {
			var text string
			if json.Unmarshal(part, &text) == nil {
				part = json.RawMessage(text)
			}
		}
		if err := s.readJSON(part, fv, f.t); err != nil {
			return inField(err, f.name)
		}
	}
	return nil
}

// inField says in which field of a struct an error is.
func inField(err error, name string) error {
	if e, ok := err.(*json.UnmarshalTypeError); ok {
		if e.Field != "" {
			name += "." + e.Field
		}
		e.Field = name
	}
	return err
}

func (s *Session) readSlice(data []byte, v reflect.Value, elem types.Type) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return json.Unmarshal(data, v.Addr().Interface())
	}
	list := reflect.MakeSlice(v.Type(), len(parts), len(parts))
	for i, p := range parts {
		if err := s.readJSON(p, list.Index(i), elem); err != nil {
			return err
		}
	}
	v.Set(list)
	return nil
}

func (s *Session) readMap(data []byte, v reflect.Value, m *types.Map) error {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(data, &parts); err != nil {
		return json.Unmarshal(data, v.Addr().Interface())
	}
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	for name, p := range parts {
		k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		if err := s.readKey(name, k, m.Key()); err != nil {
			return err
		}
		if err := s.readJSON(p, e, m.Elem()); err != nil {
			return err
		}
		v.SetMapIndex(k, e)
	}
	return nil
}

func (s *Session) readKey(name string, k reflect.Value, t types.Type) error {
	if f, ok := s.bound(k.Addr(), types.NewPointer(t), "UnmarshalText"); ok {
		return errorOf(f(reflect.ValueOf([]byte(name))))
	}
	if u, ok := k.Addr().Interface().(encoding.TextUnmarshaler); ok {
		return u.UnmarshalText([]byte(name))
	}
	if k.Kind() == reflect.String {
		k.SetString(name)
		return nil
	}
	if _, err := strconv.ParseFloat(name, 64); err != nil {
		return &json.UnmarshalTypeError{Value: "object key " + strconv.Quote(name), Type: k.Type()}
	}
	return json.Unmarshal([]byte(name), k.Addr().Interface())
}
