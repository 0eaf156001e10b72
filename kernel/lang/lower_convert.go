package lang

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

func (e *emitter) conversion(x *ast.CallExpr) string {
	v := e.expr(x.Args[0])
	if h, ok := e.punned(e.typeOf(x.Args[0]), e.typeOf(x.Fun)); ok {
		return h + "(" + v + ")"
	}
	if c := e.as(x.Args[0], v, e.typeOf(x.Fun)); c != v {
		return c
	}
	if e.isNil(ast.Unparen(x.Args[0])) && types.IsInterface(e.typeOf(x.Fun)) {
		return e.zeroOf(e.typeOf(x.Fun)) + "()"
	}
	if t := e.typ(e.typeOf(x.Fun)); t == "interface{}" {
		return "rtǃ.Any(" + v + ")" // a conversion would be lost on the left of && and ||
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

// punned is a function that converts between a pointer and unsafe.Pointer, or between
// a compiled struct and one of the same fields that cells declare: the interpreter
// keeps the latter with fields under other names.
func (e *emitter) punned(from, to types.Type) (string, bool) {
	from = types.Default(from)
	if byUnsafe := (isUnsafe(from) || isUnsafe(to)) && isPointer(from) && isPointer(to); !byUnsafe && !e.relaid(from, to) {
		return "", false
	}
	a, b := e.typ(from), e.typ(to)
	return e.helper("pun "+e.unaliasImports(a)+" to "+e.unaliasImports(b), "pun", func(h string) string {
		return fmt.Sprintf("func %s(v %s) %s { var r %s; rtǃ.Pun(&r, &v); return r }", h, a, b, b)
	}), true
}

// relaid says whether one of two types is a compiled struct, or a pointer to it, and
// the other its like from source.
func (e *emitter) relaid(from, to types.Type) bool {
	f, ok := e.namedStruct(from)
	t, also := e.namedStruct(to)
	return ok && also && e.compiledType(f) != e.compiledType(t)
}

// namedStruct is the named struct that t is, or points to.
func (e *emitter) namedStruct(t types.Type) (*types.Named, bool) {
	if p, ok := core(e.subst(t)).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(e.subst(t)).(*types.Named)
	if !ok {
		return nil, false
	}
	_, ok = n.Underlying().(*types.Struct)
	return n, ok
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
