package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// rangeStmt lowers a range loop by the kind of what it ranges over.
func (e *emitter) rangeStmt(s *ast.RangeStmt, label string) string {
	note := e.note(&ast.CallExpr{Fun: s.X, Lparen: s.Pos()})
	switch t := core(e.typeOf(s.X)).(type) {
	case *types.Basic:
		if t.Info()&types.IsInteger != 0 {
			return note + e.rangeInt(s, label)
		}
	case *types.Signature:
		return note + e.rangeOver(s, t, label)
	case *types.Chan:
		return note + e.rangeChan(s, label)
	case *types.Pointer:
		return note + e.rangePlain(s, label, "*"+e.operand(s.X))
	}
	return note + e.rangePlain(s, label, e.expr(s.X))
}

// assigned says what a range loop does with one of its variables: the name of a
// variable to declare in each round, or the text that assigns to another.
func (e *emitter) assigned(s *ast.RangeStmt, x ast.Expr, value string) string {
	if x == nil {
		return ""
	}
	if id, ok := x.(*ast.Ident); ok && id.Name == "_" {
		return ""
	}
	if s.Tok == token.DEFINE {
		return e.expr(x) + " := " + value + "\n"
	}
	return e.expr(x) + " = " + value + "\n"
}

func (e *emitter) rangeInt(s *ast.RangeStmt, label string) string {
	t := e.typeOf(s.X)
	if s.Key != nil {
		if kt := e.typeOf(s.Key); kt != nil && core(kt) != types.Typ[types.Invalid] {
			if id, ok := s.Key.(*ast.Ident); !ok || id.Name != "_" {
				t = kt
			}
		}
	}
	typ := e.typ(types.Default(t))
	n, i := e.local("n"), e.local("i")
	set := ""
	if s.Key != nil {
		set = e.assigned(s, s.Key, i)
	}
	return fmt.Sprintf("{\nvar %s %s = %s\n%sfor %s := %s(0); %s < %s; %s++ {\n%s%s}\n}\n",
		n, typ, e.expr(s.X), labelLine(label), i, typ, i, n, i, set, e.loopBody(s.Body, label))
}

func (e *emitter) rangeChan(s *ast.RangeStmt, label string) string {
	c, v, ok := e.local("c"), e.local("v"), e.local("ok")
	set := ""
	if s.Key != nil {
		set = e.assigned(s, s.Key, v)
	}
	recv := e.recvHelper(e.typeOf(s.X), true)
	return fmt.Sprintf("{\nvar %s %s = %s\n%sfor {\n%s, %s := %s(%s)\nif !%s { break }\n_ = %s\n%s%s}\n}\n",
		c, e.typ(e.typeOf(s.X)), e.expr(s.X), labelLine(label), v, ok, recv, c, ok, v, set, e.loopBody(s.Body, label))
}

// rangePlain ranges over an array, a slice, a string or a map, which the
// interpreter does itself; the loop's variables are made anew in each round.
func (e *emitter) rangePlain(s *ast.RangeStmt, label, x string) string {
	names := []string{"_", "_"}
	set := ""
	for i, v := range []ast.Expr{s.Key, s.Value} {
		if v == nil {
			continue
		}
		if id, ok := v.(*ast.Ident); ok && id.Name == "_" {
			continue
		}
		if id, ok := v.(*ast.Ident); ok && s.Tok == token.DEFINE && !e.escapes(e.info.Defs[id], s.Body) {
			names[i] = e.expr(v)
			continue
		}
		names[i] = e.local("k")
		set += e.assigned(s, v, names[i])
	}
	head := "for " + names[0] + ", " + names[1] + " := range "
	switch {
	case names[0] == "_" && names[1] == "_":
		names[0] = e.local("k")
		head = "for " + names[0] + " := range "
	case names[1] == "_":
		head = "for " + names[0] + " := range "
	}
	return labelLine(label) + head + x + " {\n" + set + e.loopBody(s.Body, label) + "}\n"
}

// rangeOver ranges over a function: the body becomes the function it calls.
func (e *emitter) rangeOver(s *ast.RangeStmt, sig *types.Signature, label string) string {
	yield, ok := core(e.subst(sig.Params().At(0).Type())).(*types.Signature)
	if !ok {
		e.refuse(s.Pos(), "range over %s", e.typeOf(s.X))
	}
	outer := e.fn
	e.push(context{label: label, loop: true})
	r := &rangeFunc{code: e.local("code"), outer: outer}
	f := e.enter(e.prog.Funcs[outer.index].Name, e.cellAt(s.Pos()), outer.results, outer.named)
	f.rangeFor, f.recoverVar = r, outer.recoverVar
	head, set := e.yieldParams(s, yield)
	body := e.entry() + set + e.stmts(s.Body.List)
	e.leave(f)
	e.pop()
	return e.rangeAfter(s, r, head, body)
}

func (e *emitter) yieldParams(s *ast.RangeStmt, yield *types.Signature) (head, set string) {
	var ps []string
	vars := []ast.Expr{s.Key, s.Value}
	for i := range yield.Params().Len() {
		n := e.local("y")
		ps = append(ps, n+" "+e.typ(yield.Params().At(i).Type()))
		if i < len(vars) {
			set += e.assigned(s, vars[i], n)
		}
	}
	return "(" + strings.Join(ps, ", ") + ") bool", set
}

// rangeAfter calls the function, and goes on where the body wanted to.
func (e *emitter) rangeAfter(s *ast.RangeStmt, r *rangeFunc, head, body string) string {
	var b strings.Builder
	b.WriteString("{\n")
	if len(r.exits) > 0 {
		fmt.Fprintf(&b, "%s := 0\n", r.code)
	}
	target := e.fn
	for target.rangeFor != nil {
		target = target.rangeFor.outer
	}
	for i, v := range r.results {
		fmt.Fprintf(&b, "var %s %s\n", v, e.typ(target.results.At(i).Type()))
	}
	fmt.Fprintf(&b, "%s(func%s {\n%sreturn true\n})\n", e.operand(s.X), head, body)
	for i, exit := range r.exits {
		fmt.Fprintf(&b, "if %s == %d { %s }\n", r.code, i+1, exit)
	}
	return b.String() + "}\n"
}
