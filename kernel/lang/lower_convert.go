package lang

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

func (e *emitter) conversion(x *ast.CallExpr) string {
	v := e.expr(x.Args[0])
	if c := e.as(x.Args[0], v, e.typeOf(x.Fun)); c != v {
		return c
	}
	if e.isNil(ast.Unparen(x.Args[0])) && types.IsInterface(e.typeOf(x.Fun)) {
		return e.zeroOf(e.typeOf(x.Fun)) + "()"
	}
	if t := e.typ(e.typeOf(x.Fun)); t == "interface{}" {
		return "rtǃ.Any(" + v + ")" // a conversion would be lost on the left of && and ||
	}
	if h, ok := e.punned(e.typeOf(x.Args[0]), e.typeOf(x.Fun)); ok {
		return h + "(" + v + ")"
	}
	t := e.typ(e.typeOf(x.Fun))
	if b, ok := core(e.typeOf(x.Fun)).(*types.Basic); ok && b.Info()&types.IsBoolean != 0 {
		// The interpreter does not branch on a conversion, but on a call.
		return e.helper("bool "+e.unaliasImports(t), "bool", func(h string) string {
			return fmt.Sprintf("func %s(v bool) %s { r := %s(v); return r }", h, t, t)
		}) + "(bool(" + v + "))"
	}
	if strings.HasPrefix(t, "*") || strings.HasPrefix(t, "func") || strings.HasPrefix(t, "<-") || strings.HasPrefix(t, "chan") {
		t = "(" + t + ")"
	}
	return t + "(" + v + ")"
}

// punned is a function that converts between a pointer and unsafe.Pointer.
func (e *emitter) punned(from, to types.Type) (string, bool) {
	if from = types.Default(from); !isUnsafe(from) && !isUnsafe(to) || !isPointer(from) || !isPointer(to) {
		return "", false
	}
	a, b := e.typ(from), e.typ(to)
	return e.helper("pun "+e.unaliasImports(a)+" to "+e.unaliasImports(b), "pun", func(h string) string {
		return fmt.Sprintf("func %s(v %s) %s { var r %s; rtǃ.Pun(&r, &v); return r }", h, a, b, b)
	}), true
}

func isUnsafe(t types.Type) bool {
	b, ok := core(t).(*types.Basic)
	return ok && b.Kind() == types.UnsafePointer
}

func isPointer(t types.Type) bool {
	_, ok := core(t).(*types.Pointer)
	b, isBasic := core(t).(*types.Basic)
	return ok || isBasic && (b.Kind() == types.UnsafePointer || b.Kind() == types.Uintptr)
}

// recvHelper is a function that receives from a channel and can be interrupted.
// The host does the waiting: the interpreter's select keeps its state in the
// program, where two goroutines share it.
func (e *emitter) recvHelper(t types.Type, withOK bool) string {
	elem := e.typ(core(t).(*types.Chan).Elem())
	if withOK {
		return e.helper("recv2 "+e.unaliasImports(elem), "recv", func(h string) string {
			return fmt.Sprintf("func %s(c <-chan %s) (v %s, ok bool) {\nok = rtǃ.Recv(c, &v)\nreturn v, ok\n}", h, elem, elem)
		})
	}
	return e.helper("recv "+e.unaliasImports(elem), "recv", func(h string) string {
		return fmt.Sprintf("func %s(c <-chan %s) %s {\nvar v %s\nrtǃ.Recv(c, &v)\nreturn v\n}", h, elem, elem, elem)
	})
}

// sendHelper is a function that sends to a channel and can be interrupted.
func (e *emitter) sendHelper(t types.Type) string {
	elem := e.typ(core(t).(*types.Chan).Elem())
	return e.helper("send "+e.unaliasImports(elem), "send", func(h string) string {
		return fmt.Sprintf("func %s(c chan<- %s, v %s) { rtǃ.Send(c, &v) }", h, elem, elem)
	})
}
