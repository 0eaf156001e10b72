package lang

import (
	"fmt"
	"go/types"
	"reflect"
)

var basicKinds = map[reflect.Kind]types.BasicKind{
	reflect.Bool: types.Bool, reflect.Int: types.Int, reflect.Int8: types.Int8, reflect.Int16: types.Int16,
	reflect.Int32: types.Int32, reflect.Int64: types.Int64, reflect.Uint: types.Uint, reflect.Uint8: types.Uint8,
	reflect.Uint16: types.Uint16, reflect.Uint32: types.Uint32, reflect.Uint64: types.Uint64, reflect.Uintptr: types.Uintptr,
	reflect.Float32: types.Float32, reflect.Float64: types.Float64, reflect.Complex64: types.Complex64,
	reflect.Complex128: types.Complex128, reflect.String: types.String, reflect.UnsafePointer: types.UnsafePointer,
}

// TypeOf is the type checker's type for a compiled type. Named types are found
// through Packages; the error names the one that cells cannot import.
func (s *Session) TypeOf(rt reflect.Type) (types.Type, error) {
	if rt == nil {
		return types.Typ[types.UntypedNil], nil
	}
	if rt.Name() != "" && rt.PkgPath() != "" {
		return s.namedType(rt)
	}
	if k, ok := basicKinds[rt.Kind()]; ok {
		return types.Typ[k], nil
	}
	if rt == reflect.TypeFor[error]() {
		return types.Universe.Lookup("error").Type(), nil
	}
	switch rt.Kind() {
	case reflect.Map:
		key, err := s.TypeOf(rt.Key())
		if err != nil {
			return nil, err
		}
		elem, err := s.TypeOf(rt.Elem())
		return types.NewMap(key, elem), err
	case reflect.Func:
		return s.funcType(rt)
	case reflect.Struct:
		return s.structType(rt)
	case reflect.Interface:
		if rt.NumMethod() == 0 {
			return types.Universe.Lookup("any").Type(), nil
		}
		return nil, fmt.Errorf("type %s: an unnamed interface with methods", rt)
	}
	return s.elemType(rt)
}

func (s *Session) elemType(rt reflect.Type) (types.Type, error) {
	elem, err := s.TypeOf(rt.Elem())
	if err != nil {
		return nil, err
	}
	switch rt.Kind() {
	case reflect.Pointer:
		return types.NewPointer(elem), nil
	case reflect.Slice:
		return types.NewSlice(elem), nil
	case reflect.Array:
		return types.NewArray(elem, int64(rt.Len())), nil
	}
	dir := map[reflect.ChanDir]types.ChanDir{reflect.BothDir: types.SendRecv, reflect.SendDir: types.SendOnly, reflect.RecvDir: types.RecvOnly}
	return types.NewChan(dir[rt.ChanDir()], elem), nil
}

func (s *Session) namedType(rt reflect.Type) (types.Type, error) {
	pkg, err := s.opt.Packages.Import(rt.PkgPath())
	if err != nil {
		return nil, fmt.Errorf("type %s: %w", rt, err)
	}
	obj, ok := pkg.Scope().Lookup(rt.Name()).(*types.TypeName)
	if !ok {
		return nil, fmt.Errorf("type %s: package %s does not export it", rt, rt.PkgPath())
	}
	return obj.Type(), nil
}

func (s *Session) funcType(rt reflect.Type) (types.Type, error) {
	tuple := func(n int, at func(int) reflect.Type) (*types.Tuple, error) {
		vars := make([]*types.Var, n)
		for i := range vars {
			t, err := s.TypeOf(at(i))
			if err != nil {
				return nil, err
			}
			vars[i] = types.NewParam(0, nil, "", t)
		}
		return types.NewTuple(vars...), nil
	}
	in, err := tuple(rt.NumIn(), rt.In)
	if err != nil {
		return nil, err
	}
	out, err := tuple(rt.NumOut(), rt.Out)
	if err != nil {
		return nil, err
	}
	return types.NewSignatureType(nil, nil, nil, in, out, rt.IsVariadic()), nil
}

func (s *Session) structType(rt reflect.Type) (types.Type, error) {
	var fields []*types.Var
	var tags []string
	for i := range rt.NumField() {
		f := rt.Field(i)
		t, err := s.TypeOf(f.Type)
		if err != nil {
			return nil, err
		}
		fields = append(fields, types.NewField(0, nil, f.Name, t, f.Anonymous))
		tags = append(tags, string(f.Tag))
	}
	return types.NewStruct(fields, tags), nil
}
