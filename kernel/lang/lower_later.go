package lang

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// goStmt starts a goroutine whose panic is reported and ends nothing else.
func (e *emitter) goStmt(s *ast.GoStmt) string {
	setup, call := e.bound(s.Call)
	again := e.inLoop()
	f := e.enter("goroutine", e.cellAt(s.Pos()), types.NewTuple(), false)
	defer e.leave(f)
	text := fmt.Sprintf("ownerǃ := rtǃ.Owner()\ngo func() {\n%srtǃ.Guard(ownerǃ, func() {\n%s\n})\n}()", e.entry(), call)
	if again {
		return setup + "func() { " + text + " }()" // see funcLit
	}
	return setup + "{\n" + text + "\n}"
}

// bound lowers a call that is made later: setup keeps the function value and the
// arguments as they are now, in variables of their own. (The interpreter's own
// defer and go keep the variables that were passed, not their values.)
func (e *emitter) bound(call *ast.CallExpr) (setup, text string) {
	fun := ast.Unparen(call.Fun)
	if _, ok := fun.(*ast.FuncLit); ok && len(call.Args) == 0 {
		if sig := e.typeOf(fun).(*types.Signature); sig.Variadic() {
			return "", e.calleeText(fun) + "(" + e.nothing(sig) + ")"
		}
		return "", e.calleeText(fun) + "()"
	}
	var b strings.Builder
	head := e.boundFun(fun, &b)
	if name := e.builtinName(fun); name == "recover" {
		return "", e.recoverCall()
	}
	var passed []string
	sig, _ := e.typeOf(fun).(*types.Signature)
	for i, a := range call.Args {
		if e.isType(a) {
			passed = append(passed, e.typ(e.typeOf(a)))
			continue
		}
		if name := e.builtinName(fun); name == "print" || name == "println" {
			passed = append(passed, e.keep(&b, e.toAny(e.printed([]ast.Expr{a})), anyType))
			continue
		}
		to := e.argType(a, sig, i, call.Ellipsis.IsValid())
		if e.builtinName(fun) == "panic" {
			to = anyType
		}
		n := e.keep(&b, e.as(a, e.expr(a), to), to)
		if call.Ellipsis.IsValid() && i == len(call.Args)-1 {
			n += "..."
		}
		passed = append(passed, n)
	}
	if sig != nil && sig.Variadic() && len(passed) == sig.Params().Len()-1 {
		passed = append(passed, e.nothing(sig))
	}
	args := strings.Join(passed, ", ")
	return b.String(), joinCall(head, args)
}

// joinCall closes a call whose head may already hold a first argument.
func joinCall(head, args string) string {
	if strings.Count(head, "(") > strings.Count(head, ")") {
		if args == "" {
			return head + ")"
		}
		return head + ", " + args + ")"
	}
	return head + "(" + args + ")"
}

// keep puts a value into a variable of its own.
func (e *emitter) keep(b *strings.Builder, v string, t types.Type) string {
	n := e.local("b")
	fmt.Fprintf(b, "var %s %s = %s\n", n, e.typ(t), v)
	return n
}

// boundFun is the function of a bound call; it ends within its argument list
// when the receiver is the first argument.
func (e *emitter) boundFun(fun ast.Expr, b *strings.Builder) string {
	if name := e.builtinName(fun); name != "" {
		special := map[string]string{"panic": "rtǃ.Panic", "print": "rtǃ.Print", "println": "rtǃ.Println", "clear": "rtǃ.Clear"}
		if s, ok := special[name]; ok {
			return s
		}
		return name
	}
	switch f := fun.(type) {
	case *ast.SelectorExpr:
		s, isSel := e.info.Selections[f]
		if !isSel {
			return e.expr(fun)
		}
		if s.Kind() == types.MethodVal {
			return e.boundMethod(f, b)
		}
	case *ast.Ident:
		if _, isFunc := e.info.Uses[f].(*types.Func); isFunc {
			return e.expr(fun)
		}
	case *ast.IndexExpr, *ast.IndexListExpr:
		if id := genericIdent(f); id != nil {
			if _, ok := e.info.Instances[id]; ok {
				return e.expr(fun)
			}
		}
	}
	return e.keep(b, e.expr(fun), e.typeOf(fun))
}

func genericIdent(x ast.Expr) *ast.Ident {
	switch x := x.(type) {
	case *ast.IndexExpr:
		return genericIdent(x.X)
	case *ast.IndexListExpr:
		return genericIdent(x.X)
	case *ast.SelectorExpr:
		return x.Sel
	case *ast.Ident:
		return x
	}
	return nil
}

// boundMethod keeps the receiver of a method call that is made later.
func (e *emitter) boundMethod(x *ast.SelectorExpr, b *strings.Builder) string {
	base, t, m := e.receiver(x)
	_, wantPtr := types.Unalias(m.Signature().Recv().Type()).(*types.Pointer)
	if _, havePtr := types.Unalias(t).Underlying().(*types.Pointer); wantPtr && !havePtr {
		base, t = "&"+base, types.NewPointer(t)
	}
	n := e.keep(b, base, t)
	if shim, ok := methodShims[m.Origin().FullName()]; ok {
		return "rtǃ." + shim + "(" + n
	}
	if call, ok := e.staticCall(n, t, m); ok {
		return call
	}
	if call, ok := e.dynamicCall(n, t, m); ok {
		return call
	}
	return n + "." + m.Name()
}

// argType is the type that the i-th argument is passed as.
func (e *emitter) argType(a ast.Expr, sig *types.Signature, i int, spread bool) types.Type {
	if sig != nil && sig.Params().Len() > 0 {
		last := sig.Params().Len() - 1
		if sig.Variadic() && i >= last && !spread {
			if s, ok := types.Unalias(sig.Params().At(last).Type()).(*types.Slice); ok {
				return s.Elem()
			}
		}
		if i <= last {
			return sig.Params().At(i).Type()
		}
	}
	return types.Default(e.typeOf(a))
}
