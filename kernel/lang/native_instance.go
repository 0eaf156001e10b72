package lang

import (
	"crypto/sha256"
	"encoding/hex"
	"go/ast"
	"go/token"
	"go/types"
	"sort"
)

// An Instance is a generic function or type of a native cell with the type
// arguments that the cell, or a later native one, gives it.
type Instance struct {
	Symbol string // under which its compiled form is found
	Obj    types.Object
	Args   []types.Type
}

// InstanceSymbol names the compiled form of an instance by its name and its arguments.
func InstanceSymbol(name string, args []types.Type) string {
	h := sha256.New()
	for _, a := range args {
		h.Write([]byte(types.TypeString(a, nil) + "\n"))
	}
	return name + "ǃ" + hex.EncodeToString(h.Sum(nil))[:12]
}

// instances lists the instances of pkg's own generics that its code mentions.
func instances(pkg *types.Package, found map[*ast.Ident]types.Instance, uses map[*ast.Ident]types.Object) []Instance {
	var list []Instance
	seen := map[string]bool{}
	for id, inst := range found {
		obj := uses[id]
		if obj == nil || obj.Pkg() != pkg || obj.Parent() != pkg.Scope() {
			continue
		}
		var args []types.Type
		open := false
		for a := range inst.TypeArgs.Types() {
			args = append(args, a)
			open = open || mentionsParam(a)
		}
		sym := InstanceSymbol(obj.Name(), args)
		if open || seen[sym] {
			continue
		}
		seen[sym] = true
		list = append(list, Instance{sym, obj, args})
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Symbol < list[j].Symbol })
	return list
}

// mentionsParam says whether a type is made from a type parameter, or from a
// type that a function declares: no other code can name it.
func mentionsParam(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Named:
		for a := range t.TypeArgs().Types() {
			if mentionsParam(a) {
				return true
			}
		}
		return t.Obj().Pkg() != nil && t.Obj().Parent() != t.Obj().Pkg().Scope()
	case *types.Pointer:
		return mentionsParam(t.Elem())
	case *types.Slice:
		return mentionsParam(t.Elem())
	case *types.Array:
		return mentionsParam(t.Elem())
	case *types.Chan:
		return mentionsParam(t.Elem())
	case *types.Map:
		return mentionsParam(t.Key()) || mentionsParam(t.Elem())
	case *types.Tuple:
		for v := range t.Variables() {
			if mentionsParam(v.Type()) {
				return true
			}
		}
	case *types.Signature:
		return mentionsParam(t.Params()) || mentionsParam(t.Results())
	case *types.Struct:
		for v := range t.Fields() {
			if mentionsParam(v.Type()) {
				return true
			}
		}
	case *types.Interface:
		for m := range t.Methods() {
			if mentionsParam(m.Type()) {
				return true
			}
		}
	}
	return false
}

// compiledName names a package-level object of a compiled package. The
// interpreter takes a variable of a basic type for a constant, so variables are
// reached through their addresses.
func (e *emitter) compiledName(path string, obj types.Object) string {
	name := e.alias(path) + "." + obj.Name()
	switch {
	case !isVar(obj):
		return name
	case e.symbols(path)[NativeMark+obj.Name()].IsValid():
		return "(*" + e.alias(path) + "." + NativeMark + obj.Name() + ")"
	}
	return "(*" + name + AddressOf + ")"
}

// nativeInstance names the compiled form of an instance.
func (e *emitter) nativeInstance(obj types.Object, args []types.Type, pos token.Pos) string {
	path := obj.Pkg().Path()
	sym := InstanceSymbol(obj.Name(), args)
	if _, ok := e.symbols(path)[sym]; ok {
		return e.alias(path) + "." + sym
	}
	inst := obj.Name() + "["
	for i, a := range args {
		if i > 0 {
			inst += ", "
		}
		inst += TypeText(a)
	}
	inst += "]"
	add := "var _ = " + inst
	if _, ok := obj.(*types.TypeName); ok {
		add = "type MyName = " + inst
	}
	e.refuse(pos, "%s: %s is native and was not compiled with these types; add \"%s\" to its cell", inst, obj.Name(), add)
	return ""
}
