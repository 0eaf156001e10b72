package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"github.com/cellar-ml/cellar/internal/rtype"
)

// funcRef names a function: with its type arguments when it has any.
func (e *emitter) funcRef(id *ast.Ident, obj *types.Func) string {
	if obj.Signature().TypeParams().Len() > 0 {
		inst, ok := e.info.Instances[id]
		if !ok {
			e.refuse(id.Pos(), "generic function %s without its type arguments", obj.Name())
		}
		args := make([]types.Type, inst.TypeArgs.Len())
		for i := range args {
			args[i] = e.subst(inst.TypeArgs.At(i))
		}
		return e.funcValue(id, e.instance(obj, args, id.Pos()))
	}
	if en := e.u.entryOf(obj); en != nil && en.Emit != "" {
		return e.funcValue(id, en.Emit)
	}
	return e.foreign(obj, id.Pos())
}

// funcValue is a function that is not called where it stands: a literal, because
// the interpreter hands its own form of a name to compiled code.
func (e *emitter) funcValue(id *ast.Ident, name string) string {
	if e.called == id {
		return name
	}
	t := e.info.TypeOf(id)
	if inst, ok := e.info.Instances[id]; ok {
		t = inst.Type
	}
	sig := e.subst(t).(*types.Signature)
	params, args := e.paramList(sig, "a")
	ret := ""
	if sig.Results().Len() > 0 {
		ret = "return "
	}
	return fmt.Sprintf("func(%s)%s { %s%s(%s) }", params, e.results(sig.Results()), ret, name, args)
}

// AddressOf is what follows the name of a package's variable in the name of its
// address.
const AddressOf = "ǃaddr"

// foreign names a package-level object of a compiled package.
func (e *emitter) foreign(obj types.Object, pos token.Pos) string {
	if obj.Pkg() == nil {
		return obj.Name()
	}
	path := obj.Pkg().Path()
	if shim, ok := shims[path+"."+obj.Name()]; ok {
		return "rtǃ." + shim
	}
	if e.native(obj) && reachable(obj) {
		return e.compiledName(path, obj)
	}
	if f, ok := obj.(*types.Func); ok {
		return e.instance(f, nil, pos)
	}
	e.refuse(pos, "%s.%s: it has no compiled form", path, obj.Name())
	return ""
}

func (e *emitter) selector(x *ast.SelectorExpr) string {
	sel, ok := e.info.Selections[x]
	if !ok {
		return e.qualified(x)
	}
	switch sel.Kind() {
	case types.FieldVal:
		base, _ := e.path(e.operand(x.X), e.typeOf(x.X), sel.Index())
		return base
	case types.MethodVal:
		return e.methodValue(x)
	}
	return e.methodExpr(x, sel)
}

// qualified is pkg.Name.
func (e *emitter) qualified(x *ast.SelectorExpr) string {
	switch obj := e.info.Uses[x.Sel].(type) {
	case *types.TypeName:
		return e.typ(obj.Type())
	case *types.Func:
		return e.funcRef(x.Sel, obj)
	case *types.Var:
		return e.foreign(obj, x.Pos())
	}
	e.refuse(x.Pos(), "%s", x.Sel.Name)
	return ""
}

// path follows field indexes from a base, naming embedded fields on the way.
// It returns the text and the type it arrives at.
func (e *emitter) path(base string, t types.Type, index []int) (string, types.Type) {
	for _, i := range index {
		st, ok := structOf(t)
		if !ok {
			return base, t
		}
		f := st.Field(i)
		base += "." + fieldName(st, i)
		t = e.subst(f.Type())
	}
	return base, t
}

// fieldName is the name of a field in the form in which values are kept.
func fieldName(st *types.Struct, i int) string {
	if n := st.Field(i).Name(); n != "_" {
		return n
	}
	return rtype.BlankField(i)
}

func structOf(t types.Type) (*types.Struct, bool) {
	t = types.Unalias(t)
	if p, ok := t.Underlying().(*types.Pointer); ok {
		t = p.Elem()
	}
	st, ok := t.Underlying().(*types.Struct)
	return st, ok
}
