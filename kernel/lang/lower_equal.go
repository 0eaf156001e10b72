package lang

import (
	"fmt"
	"go/ast"
	"go/types"
)

// equality compares when an interface is among the operands: the host does it,
// because the interpreter compares the boxes that it keeps values in.
func (e *emitter) equality(x, y ast.Expr) (string, bool) {
	if e.isNil(ast.Unparen(x)) || e.isNil(ast.Unparen(y)) {
		return "", false
	}
	if !types.IsInterface(e.typeOf(x)) && !types.IsInterface(e.typeOf(y)) {
		return "", false
	}
	h := e.helper("equal", "equal", func(h string) string {
		return fmt.Sprintf("func %s(x, y interface{}) bool { return rtǃ.Equal(&x, &y) }", h)
	})
	return h + "(" + e.boxed(x) + ", " + e.boxed(y) + ")", true
}

// boxed is a value on its way into an interface: with its type, when it is one
// of the session.
func (e *emitter) boxed(x ast.Expr) string {
	t := types.Default(e.typeOf(x))
	if n, ok := types.Unalias(t).(*types.Named); ok && !types.IsInterface(t) && e.fromSource(n) {
		return e.typedHelper(t) + "(" + e.expr(x) + ")"
	}
	return e.expr(x)
}

// checkKey refuses what the interpreter would not find again in a map.
func (e *emitter) checkKey(t types.Type, key ast.Expr) {
	m, ok := core(t).(*types.Map)
	if !ok || !types.IsInterface(e.subst(m.Key())) || key == nil {
		return
	}
	if n, ok := types.Unalias(e.typeOf(key)).(*types.Named); ok && !types.IsInterface(n) && e.fromSource(n) {
		e.refuse(key.Pos(), "a map with interface keys and a key of type %s: give the map keys of that type", TypeText(n))
	}
}
