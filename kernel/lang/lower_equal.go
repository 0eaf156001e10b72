package lang

import (
	"fmt"
	"go/ast"
	"go/types"
)

// equality compares when an interface is among the operands: the host compares
// the real values.
func (e *emitter) equality(x, y ast.Expr) (string, bool) {
	if e.isNil(ast.Unparen(x)) || e.isNil(ast.Unparen(y)) {
		return "", false
	}
	if !types.IsInterface(e.typeOf(x)) && !types.IsInterface(e.typeOf(y)) {
		return "", false
	}
	return e.equalHelper() + "(" + e.boxed(x) + ", " + e.boxed(y) + ")", true
}

func (e *emitter) equalHelper() string {
	return e.helper("equal", "equal", func(h string) string {
		return fmt.Sprintf("func %s(x, y interface{}) bool { return rtǃ.Equal(&x, &y) }", h)
	})
}

// boxed is a value as an any.
func (e *emitter) boxed(x ast.Expr) string { return e.as(x, e.expr(x), anyType) }

var anyType = types.Universe.Lookup("any").Type()
