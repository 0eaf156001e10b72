package lang

import (
	"fmt"
	"go/ast"
	"go/types"
)

// as is the value x, lowered to text, where a value of type to is wanted. When
// that is a compiled interface the interpreter wraps variables, but neither what
// calls give nor literals that went through one.
func (e *emitter) as(x ast.Expr, text string, to types.Type) string {
	if to == nil || !compiledInterface(e.subst(to)) {
		return text
	}
	switch y := ast.Unparen(x).(type) {
	case *ast.CallExpr, *ast.CompositeLit, *ast.IndexExpr, *ast.StarExpr, *ast.TypeAssertExpr:
	case *ast.UnaryExpr:
		if _, lit := ast.Unparen(y.X).(*ast.CompositeLit); !lit {
			return text
		}
	default:
		return text
	}
	from := e.typeOf(x)
	if from == nil || types.IsInterface(from) || !e.ownType(from) {
		return text
	}
	return e.toInterface(from, e.subst(to)) + "(" + text + ")"
}

// ownType says whether t is a named type of a session, or a pointer to one.
func (e *emitter) ownType(t types.Type) bool {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "main"
}

// compiledInterface says whether t is a compiled package's interface with
// methods, or error.
func compiledInterface(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "main" {
		return false
	}
	i, ok := n.Underlying().(*types.Interface)
	return ok && i.NumMethods() > 0
}

// paramOf is the type of the i-th argument of a call; nil when it is not known.
func paramOf(sig *types.Signature, i int, spread bool) types.Type {
	if sig == nil || sig.Params().Len() == 0 {
		return nil
	}
	last := sig.Params().Len() - 1
	if i < last || !sig.Variadic() && i == last || spread && i == last {
		return sig.Params().At(i).Type()
	}
	if s, ok := types.Unalias(sig.Params().At(last).Type()).(*types.Slice); ok && sig.Variadic() {
		return s.Elem()
	}
	return nil
}

// elemOf is the type of an element of a composite literal.
func elemOf(under types.Type, key ast.Expr, i int) types.Type {
	switch t := under.(type) {
	case *types.Slice:
		return t.Elem()
	case *types.Array:
		return t.Elem()
	case *types.Map:
		return t.Elem()
	case *types.Struct:
		if id, ok := key.(*ast.Ident); ok {
			for f := range t.Fields() {
				if f.Name() == id.Name {
					return f.Type()
				}
			}
			return nil
		}
		if i < t.NumFields() {
			return t.Field(i).Type()
		}
	}
	return nil
}

// toInterface is a function that makes a value an interface's: among any number
// of arguments the interpreter does not.
func (e *emitter) toInterface(from, to types.Type) string {
	a, b := e.typ(from), e.typ(to)
	return e.helper("to "+e.unaliasImports(b)+" from "+e.unaliasImports(a), "to", func(h string) string {
		return fmt.Sprintf("func %s(v %s) %s { return v }", h, a, b)
	})
}
