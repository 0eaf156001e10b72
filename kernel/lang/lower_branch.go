package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// A context is a statement that break or continue may mean.
type context struct {
	label string
	loop  bool // continue may mean it
}

// rangeFunc is a range over a function being lowered.
type rangeFunc struct {
	code    string   // the variable that says how the body ended
	exits   []string // by code-1: the statement that goes on outside
	results []string // variables that hold what a return inside returns
	body    *ast.BlockStmt
	outer   *function
}

func (e *emitter) push(c context) { e.fn.ctx = append(e.fn.ctx, c) }
func (e *emitter) pop()           { e.fn.ctx = e.fn.ctx[:len(e.fn.ctx)-1] }

func (e *emitter) branch(s *ast.BranchStmt) string {
	label := ""
	if s.Label != nil {
		label = s.Label.Name
	}
	switch s.Tok {
	case token.FALLTHROUGH:
		return "fallthrough"
	case token.GOTO:
		return e.gotoLabel(label, e.info.Uses[s.Label])
	}
	return e.jump(s.Tok, label, s.Pos())
}

// gotoLabel goes to a label in the body of the innermost range over a function,
// or to one outside of it.
func (e *emitter) gotoLabel(label string, obj types.Object) string {
	r := e.fn.rangeFor
	if r == nil || r.body.Pos() <= obj.Pos() && obj.Pos() < r.body.End() {
		return "goto " + label
	}
	return e.exit(func() string { return e.gotoLabel(label, obj) })
}

// jump is break or continue, seen from the function at hand.
func (e *emitter) jump(tok token.Token, label string, pos token.Pos) string {
	for i := len(e.fn.ctx) - 1; i >= 0; i-- {
		c := e.fn.ctx[i]
		if tok == token.CONTINUE && !c.loop || label != "" && c.label != label {
			continue
		}
		if label != "" {
			return tok.String() + " " + label
		}
		return tok.String()
	}
	r := e.fn.rangeFor
	if r == nil {
		e.refuse(pos, "%s outside of a loop", tok)
	}
	// The target is the loop over a function itself, or stands outside of it.
	over := r.outer.ctx[len(r.outer.ctx)-1]
	if label == "" || label == over.label {
		if tok == token.CONTINUE {
			return "return true"
		}
		return "return false"
	}
	return e.exit(func() string { return e.jump(tok, label, pos) })
}

// exit leaves the body of a range over a function for a statement outside.
func (e *emitter) exit(outside func() string) string {
	r, inner := e.fn.rangeFor, e.fn
	e.fn = r.outer
	saved := e.fn.ctx
	e.fn.ctx = saved[:len(saved)-1]
	text := outside()
	e.fn.ctx = saved
	e.fn = inner
	r.exits = append(r.exits, text)
	return fmt.Sprintf("%s = %d; return false", r.code, len(r.exits))
}

func (e *emitter) returnStmt(s *ast.ReturnStmt) string {
	if e.fn.rangeFor != nil {
		return e.returnFromRange(s)
	}
	if e.fn.deferVar != "" && len(s.Results) > 0 {
		return e.setResults(e.fn.names, e.fn, s) + "return"
	}
	if len(s.Results) == 0 {
		return e.fn.bareReturn()
	}
	if len(s.Results) == 1 && e.fn.results.Len() > 1 && (e.converts(s.Results[0], e.fn.results) || callsLiteral(s.Results[0])) {
		names := make([]string, e.fn.results.Len())
		decls := ""
		for i := range names {
			names[i] = e.local("ret")
			decls += fmt.Sprintf("var %s %s\n", names[i], e.typ(e.fn.results.At(i).Type()))
		}
		return decls + e.setResults(names, e.fn, s) + "\nreturn " + strings.Join(names, ", ")
	}
	var rs []string
	literal := false
	for i, x := range s.Results {
		v := e.expr(x)
		literal = literal || isLiteralCall(v) && isSignature(core(e.typeOf(x)))
		if len(s.Results) == e.fn.results.Len() {
			v = e.as(x, v, e.fn.results.At(i).Type())
		}
		if call, ok := ast.Unparen(x).(*ast.CallExpr); ok && i > 0 && e.builtinName(ast.Unparen(call.Fun)) != "" {
			v = "(" + v + ")" // the interpreter would store it in the first result
		}
		rs = append(rs, v)
	}
	if literal {
		return e.returnStored(rs)
	}
	return strings.TrimSpace("return " + strings.Join(rs, ", "))
}

// returnStored returns the values through variables. The interpreter notes of the
// type of a function that a returned expression gives that the expression is where
// it is declared, and a call of a function literal looks like type parameters there.
func (e *emitter) returnStored(values []string) string {
	var decls strings.Builder
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = e.local("ret")
		fmt.Fprintf(&decls, "var %s %s = %s; ", names[i], e.typ(e.fn.results.At(i).Type()), v)
	}
	return decls.String() + "return " + strings.Join(names, ", ")
}

func callsLiteral(x ast.Expr) bool {
	call, ok := ast.Unparen(x).(*ast.CallExpr)
	if !ok {
		return false
	}
	_, ok = ast.Unparen(call.Fun).(*ast.FuncLit)
	return ok
}

// isLiteralCall says whether text, which is lowered, calls a function literal.
func isLiteralCall(text string) bool {
	return strings.HasPrefix(strings.TrimLeft(text, "("), "func(") && strings.HasSuffix(text, ")")
}

// converts says whether some of the values that x gives become interfaces of
// another type.
func (e *emitter) converts(x ast.Expr, to *types.Tuple) bool {
	for i, t := range e.valueTypes(ast.Unparen(x), to.Len()) {
		if !types.Identical(t, e.subst(to.At(i).Type())) {
			return true
		}
	}
	return false
}

// bareReturn is return without values; the results of a function that defers are
// returned when its deferred calls have run.
func (f *function) bareReturn() string {
	if f.deferVar != "" {
		return "return"
	}
	return strings.TrimSpace("return " + strings.Join(f.names, ", "))
}

// setResults stores what is returned in the variables of the results of f.
func (e *emitter) setResults(names []string, f *function, s *ast.ReturnStmt) string {
	var b strings.Builder
	if len(s.Results) == 1 && len(names) == 1 {
		return names[0] + " = " + e.as(s.Results[0], e.value(s.Results[0]), f.results.At(0).Type()) + "; "
	}
	var temps []string
	if len(s.Results) == 1 {
		for range names {
			temps = append(temps, e.local("t"))
		}
		fmt.Fprintf(&b, "%s := %s; ", strings.Join(temps, ", "), e.many(s.Results[0]))
		for i, t := range e.valueTypes(ast.Unparen(s.Results[0]), len(names)) {
			temps[i] = e.asType(temps[i], t, f.results.At(i).Type())
		}
	}
	for i := 0; len(s.Results) > 1 && i < len(names); i++ {
		t := e.local("t")
		temps = append(temps, t)
		fmt.Fprintf(&b, "var %s %s = %s; ", t, e.typ(f.results.At(i).Type()), e.as(s.Results[i], e.expr(s.Results[i]), f.results.At(i).Type()))
	}
	for i, t := range temps {
		fmt.Fprintf(&b, "%s = %s; ", names[i], t)
	}
	return b.String()
}

// returnFromRange stores what is returned and ends the loops over functions
// one after the other.
func (e *emitter) returnFromRange(s *ast.ReturnStmt) string {
	target := e.fn
	for target.rangeFor != nil {
		target = target.rangeFor.outer
	}
	if target.named && len(s.Results) == 0 || target.results.Len() == 0 {
		return e.leaveRange(target.bareReturn())
	}
	if len(target.names) > 0 {
		return e.setResults(target.names, target, s) + e.leaveRange(target.bareReturn())
	}
	vars := e.resultVars(target)
	return e.setResults(vars, target, s) + e.leaveRange("return "+strings.Join(vars, ", "))
}

func (e *emitter) leaveRange(text string) string {
	return e.exit(func() string {
		if e.fn.rangeFor != nil {
			return e.leaveRange(text)
		}
		return text
	})
}

// resultVars are the variables, declared by the outermost loop over a function,
// that hold the results of the function around it.
func (e *emitter) resultVars(target *function) []string {
	f := e.fn
	for f.rangeFor.outer != target {
		f = f.rangeFor.outer
	}
	r := f.rangeFor
	if r.results == nil {
		for range target.results.Len() {
			r.results = append(r.results, e.local("ret"))
		}
	}
	return r.results
}
