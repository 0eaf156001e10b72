package lang

import (
	"fmt"
	"go/ast"
	"go/token"
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
	if body == nil {
		return
	}
	f := e.fn
	f.jumps = jumps(body)
	if !defers(body) {
		return
	}
	f.deferVar, f.runVar = e.local("defer"), e.local("run")
}

// jumps says whether a body has a goto, function literals in it aside.
func jumps(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.BranchStmt:
			found = found || n.Tok == token.GOTO
		}
		return !found
	})
	return found
}

// recovers says whether a function body calls recover itself, function literals
// in it aside, but for those that are bodies of a range over a function.
func (e *emitter) recovers(body *ast.BlockStmt) bool {
	found := false
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			found = found || e.builtinName(ast.Unparen(n.Fun)) == "recover"
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
	return fmt.Sprintf("%s, %s := rtǃ.Frame()\n%s(func() {\n%s})\n%s\n", f.deferVar, f.runVar, f.runVar, body,
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
	d := e.local("d")
	if e.builtinName(ast.Unparen(s.Call.Fun)) == "recover" {
		return fmt.Sprintf("%s := func() { rtǃ.RecoverLate(%s) }\n%s(%s)", d, e.deferredVar(), f.deferVar, d)
	}
	setup, call := e.bound(s.Call)
	return fmt.Sprintf("%s%s := func() { %s }\n%s(%s)", setup, d, call, f.deferVar, d)
}

// recoverCall is recover: it works in a function that is deferred, called by
// nothing else.
func (e *emitter) recoverCall() string {
	return e.helper("recover", "recover", func(h string) string {
		return fmt.Sprintf("func %s(d int) (r interface{}) { rtǃ.Recover(d, &r); return r }", h)
	}) + "(" + e.deferredVar() + ")"
}

// deferredVar is the variable that has the number of the call whose panic the
// function at hand may recover; 0 when it is never deferred.
func (e *emitter) deferredVar() string {
	f := e.fn
	for f != nil && f.rangeFor != nil {
		f = f.rangeFor.outer
	}
	if f == nil || f.deferredVar == "" {
		return "0"
	}
	return f.deferredVar
}
