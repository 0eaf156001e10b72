package lang

import (
	"fmt"
	"go/ast"
	"strings"
)

// defers says whether a function body defers something itself, function
// literals in it aside.
func defers(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			found = true
		}
		return !found
	})
	return found
}

// frame makes the function at hand one whose body the host runs, so that what
// it defers runs as the language has it: arguments are evaluated at once, all of
// it runs, whatever panics, and the results can still be changed. The
// interpreter's own defer keeps its arguments by reference and a lock meanwhile.
// It is called before the head of the function is written.
func (e *emitter) frame(body *ast.BlockStmt) {
	if body == nil || !defers(body) {
		return
	}
	f := e.fn
	f.deferVar, f.runVar, f.frameVar = e.local("defer"), e.local("run"), e.local("recover")
	f.calls = defersCalls(body)
}

// defersCalls says whether a body defers anything but function literals without
// arguments: only a function that is called from elsewhere too must look for
// the panic that it recovers.
func defersCalls(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.DeferStmt:
			_, isLit := ast.Unparen(n.Call.Fun).(*ast.FuncLit)
			found = found || !isLit || len(n.Call.Args) > 0
		}
		return !found
	})
	return found
}

// framed wraps the lowered body of a function that defers.
func (e *emitter) framed(body string) string {
	f := e.fn
	if f.deferVar == "" {
		return body
	}
	return fmt.Sprintf("%s, %s, %s := rtǃ.Frame(%t)\n_ = %s\n%s(func() {\n%s})\n%s\n", f.deferVar, f.runVar, f.frameVar, f.calls, f.frameVar, f.runVar, body,
		strings.TrimSpace("return "+strings.Join(f.names, ", ")))
}

// deferStmt hands what is deferred to the host, with its arguments bound. The
// literal stands in a variable first: handed over directly, the interpreter
// would give every round of a loop the last one.
func (e *emitter) deferStmt(s *ast.DeferStmt) string {
	f := e.fn
	for f.deferVar == "" && f.rangeFor != nil {
		f = f.rangeFor.outer
	}
	if lit, ok := ast.Unparen(s.Call.Fun).(*ast.FuncLit); ok && len(s.Call.Args) == 0 {
		e.deferLit, e.deferFrame = lit, f.frameVar
	}
	setup, call := e.bound(s.Call)
	d := e.local("d")
	return fmt.Sprintf("%s%s := func() { %s }\n%s(%s)", setup, d, call, f.deferVar, d)
}

// recoverCall is recover: of the panic that the function around a deferred
// literal met, or, in a declared function, of the one whose deferred calls run.
func (e *emitter) recoverCall() string {
	if v := e.fn.recoverVar; v != "" {
		return e.helper("recover from", "recover", func(h string) string {
			return fmt.Sprintf("func %s(f func(*interface{})) (r interface{}) { f(&r); return r }", h)
		}) + "(" + v + ")"
	}
	return e.helper("recover", "recover", func(h string) string {
		return fmt.Sprintf("func %s() (r interface{}) { rtǃ.Recover(&r); return r }", h)
	}) + "()"
}
