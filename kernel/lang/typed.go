package lang

import (
	"go/types"
	"reflect"
	"sync"
	"unsafe"

	"golang.org/x/tools/go/types/typeutil"
)

// knownTypes are types that lowered programs mention to the host, by number.
type knownTypes struct {
	mu   sync.Mutex
	list []types.Type
	ids  typeutil.Map // types.Type -> int
}

// typeID registers a type and gives its number.
func (s *Session) typeID(t types.Type) int {
	if n, ok := types.Unalias(t).(*types.Named); ok {
		t = s.Canonical(n)
	}
	s.known.mu.Lock()
	defer s.known.mu.Unlock()
	if id, ok := s.known.ids.At(t).(int); ok {
		return id
	}
	s.known.list = append(s.known.list, t)
	s.known.ids.Set(t, len(s.known.list)-1)
	return len(s.known.list) - 1
}

// TypeByID is a type that a lowered program mentions by number.
func (s *Session) TypeByID(id int) types.Type {
	s.known.mu.Lock()
	defer s.known.mu.Unlock()
	if id < 0 || id >= len(s.known.list) {
		return nil
	}
	return s.known.list[id]
}

// around is the part of m that belongs to the functions around a local type.
func around(obj types.Object, m env) env {
	part := env{}
	for p, a := range m {
		for s := obj.Parent(); s != nil; s = s.Parent() {
			if s == p.Obj().Parent() {
				part[p] = a
			}
		}
	}
	return part
}

// Main is the package that cells are.
func (s *Session) Main() *types.Package { return s.main }

// OfSession says whether t is built from a type that cells declare.
func OfSession(t types.Type) bool {
	found := false
	walkNamed(t, func(n *types.TypeName) {
		found = found || n.Pkg() != nil && n.Pkg().Path() == "main"
	})
	return found
}

// Unmarked is a text without the marks of lowered names.
func Unmarked(text string) string { return plain(text) }

// BasicType is the compiled type of a basic kind.
func BasicType(k types.BasicKind) (reflect.Type, bool) {
	rt, ok := basicTypes[k]
	return rt, ok
}

var basicTypes = map[types.BasicKind]reflect.Type{
	types.Bool: reflect.TypeFor[bool](), types.Int: reflect.TypeFor[int](), types.Int8: reflect.TypeFor[int8](), types.Int16: reflect.TypeFor[int16](),
	types.Int32: reflect.TypeFor[int32](), types.Int64: reflect.TypeFor[int64](), types.Uint: reflect.TypeFor[uint](), types.Uint8: reflect.TypeFor[uint8](),
	types.Uint16: reflect.TypeFor[uint16](), types.Uint32: reflect.TypeFor[uint32](), types.Uint64: reflect.TypeFor[uint64](), types.Uintptr: reflect.TypeFor[uintptr](),
	types.Float32: reflect.TypeFor[float32](), types.Float64: reflect.TypeFor[float64](), types.Complex64: reflect.TypeFor[complex64](),
	types.Complex128: reflect.TypeFor[complex128](), types.String: reflect.TypeFor[string](), types.UnsafePointer: reflect.TypeFor[unsafe.Pointer](),
}
