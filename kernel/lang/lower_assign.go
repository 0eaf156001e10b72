package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// assign lowers = and :=, and the forms with an operator. The variables that a
// cell's own statements declare are global, so := is = for them.
func (e *emitter) assign(s *ast.AssignStmt) string {
	if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
		return e.assignOp(s)
	}
	if len(s.Lhs) == 1 {
		return e.assignOne(s)
	}
	var text string
	var vals []string
	places := e.places(s.Lhs, &text)
	if len(s.Rhs) == 1 {
		values, vals, from := e.severalValues(s)
		return text + values + e.assignOrDeclare(s, places, vals, from)
	}
	for i, x := range s.Rhs {
		t := types.Default(e.typeOf(x))
		if wanted(s.Lhs[i]) {
			t = e.typeOf(s.Lhs[i])
		}
		v := e.local("t")
		init := e.as(x, e.value(x), t)
		if b, ok := t.(*types.Basic); ok && b.Kind() == types.UntypedNil {
			continue // _ = nil
		}
		text += fmt.Sprintf("var %s %s = %s\n", v, e.typ(t), init)
		vals = append(vals, v)
	}
	return text + e.finishPlaces(s, places, vals)
}

// assignOne assigns one value.
func (e *emitter) assignOne(s *ast.AssignStmt) string {
	l, x := s.Lhs[0], s.Rhs[0]
	if !wanted(l) {
		return "rtǃ.Ignore(" + e.discarded(x) + ")"
	}
	if s.Tok == token.DEFINE && !e.isSession(l) {
		return e.expr(l) + " := " + e.typed(x, e.expr(x))
	}
	return e.expr(l) + " = " + e.as(x, e.value(x), e.typeOf(l))
}

// discarded is a value that nothing keeps.
func (e *emitter) discarded(x ast.Expr) string {
	if e.isNil(ast.Unparen(x)) {
		return "0"
	}
	return e.expr(x)
}

// typed makes sure that := gives a variable the type that the compiler gives it.
func (e *emitter) typed(x ast.Expr, text string) string {
	t := e.typeOf(x)
	b, ok := t.(*types.Basic)
	if ok && b.Info()&types.IsUntyped != 0 && b.Kind() != types.UntypedNil && e.info.Types[x].Value == nil {
		return types.Default(b).(*types.Basic).Name() + "(" + text + ")" // a comparison or a shift
	}
	return text
}

// assignOp is x op= y: the operands of x are evaluated once.
func (e *emitter) assignOp(s *ast.AssignStmt) string {
	op := strings.TrimSuffix(s.Tok.String(), "=")
	bin := &ast.BinaryExpr{X: s.Lhs[0], OpPos: s.TokPos, Op: assignOps[s.Tok], Y: s.Rhs[0]}
	if _, ok := ast.Unparen(s.Lhs[0]).(*ast.Ident); ok {
		return e.expr(s.Lhs[0]) + " " + op + "= " + e.operandOf(bin)
	}
	var text string
	p := e.places(s.Lhs, &text)[0]
	return text + p + " = " + p + " " + op + " (" + e.operandOf(bin) + ")"
}

var assignOps = map[token.Token]token.Token{
	token.ADD_ASSIGN: token.ADD, token.SUB_ASSIGN: token.SUB, token.MUL_ASSIGN: token.MUL, token.QUO_ASSIGN: token.QUO, token.REM_ASSIGN: token.REM,
	token.AND_ASSIGN: token.AND, token.OR_ASSIGN: token.OR, token.XOR_ASSIGN: token.XOR, token.SHL_ASSIGN: token.SHL, token.SHR_ASSIGN: token.SHR,
	token.AND_NOT_ASSIGN: token.AND_NOT,
}

// places lowers the left sides of an assignment; what their operands are is
// evaluated before, and written to text.
func (e *emitter) places(lhs []ast.Expr, text *string) []string {
	var ps []string
	for _, l := range lhs {
		ps = append(ps, e.place(ast.Unparen(l), text))
	}
	return ps
}

// place is one left side.
func (e *emitter) place(l ast.Expr, text *string) string {
	keep := func(x ast.Expr, v string) string {
		if e.info.Types[x].Value != nil {
			return v
		}
		n := e.local("o")
		*text += fmt.Sprintf("var %s %s = %s\n", n, e.typ(types.Default(e.typeOf(x))), v)
		return n
	}
	switch x := l.(type) {
	case *ast.IndexExpr:
		base := ast.Unparen(x.X)
		switch t := core(e.typeOf(base)).(type) {
		case *types.Map:
			m := keep(base, e.expr(base))
			if types.IsInterface(t.Key()) {
				k := e.local("o")
				*text += fmt.Sprintf("var %s %s = %s\n", k, e.typ(t.Key()), e.as(x.Index, e.expr(x.Index), t.Key()))
				return m + "[" + k + "]"
			}
			return m + "[" + keep(x.Index, e.expr(x.Index)) + "]"
		case *types.Slice:
			return keep(base, e.expr(base)) + "[" + keep(x.Index, e.expr(x.Index)) + "]"
		case *types.Pointer:
			return "(*" + keep(base, e.expr(base)) + ")[" + keep(x.Index, e.expr(x.Index)) + "]"
		}
		return inParens(e.place(base, text)) + "[" + keep(x.Index, e.expr(x.Index)) + "]"
	case *ast.StarExpr:
		return "*" + keep(x.X, e.expr(x.X))
	case *ast.SelectorExpr:
		sel, ok := e.info.Selections[x]
		if !ok || sel.Kind() != types.FieldVal {
			return e.expr(l)
		}
		base := ast.Unparen(x.X)
		if _, isPtr := core(e.typeOf(base)).(*types.Pointer); isPtr {
			p, _ := e.path(keep(base, e.expr(base)), e.typeOf(base), sel.Index())
			return p
		}
		p, _ := e.path(inParens(e.place(base, text)), e.typeOf(base), sel.Index())
		return p
	}
	return e.expr(l)
}

// inParens is a place as the base of another: what it points to is meant.
func inParens(place string) string {
	if strings.HasPrefix(place, "*") {
		return "(" + place + ")"
	}
	return place
}

// assignTo assigns values, which are evaluated, to left sides, which are not.
func (e *emitter) assignTo(lhs []ast.Expr, vals []string, from []types.Type) string {
	var text string
	ps := e.places(lhs, &text)
	for i, p := range ps {
		if p != "_" {
			text += p + " = " + e.asType(vals[i], from[i], e.typeOf(lhs[i])) + "\n"
		}
	}
	return text
}

// finishPlaces sets the left sides of s, new variables among them.
func (e *emitter) finishPlaces(s *ast.AssignStmt, places, vals []string) string {
	text := ""
	k := 0
	for i, l := range s.Lhs {
		if !wanted(l) {
			if e.isNil(ast.Unparen(s.Rhs[i])) {
				continue
			}
			k++
			continue
		}
		tok := " = "
		if id, ok := l.(*ast.Ident); ok && s.Tok == token.DEFINE && e.info.Defs[id] != nil && !e.isSession(l) {
			tok = " := "
		}
		text += places[i] + tok + vals[k] + "\n"
		k++
	}
	return strings.TrimSuffix(text, "\n")
}

// severalValues evaluates an expression that gives several values, each into a
// variable. What the left sides' operands are comes first.
func (e *emitter) severalValues(s *ast.AssignStmt) (text string, vals []string, from []types.Type) {
	x := ast.Unparen(s.Rhs[0])
	var names []string
	for _, t := range e.valueTypes(x, len(s.Lhs)) {
		from = append(from, t)
		n := e.local("t")
		text += fmt.Sprintf("var %s %s\n", n, e.typ(t))
		names, vals = append(names, n), append(vals, n)
	}
	return text + strings.Join(names, ", ") + " = " + e.many(x) + "\n", vals, from
}

// valueTypes are the types of the values of an expression that gives several.
func (e *emitter) valueTypes(x ast.Expr, n int) []types.Type {
	if tu, ok := e.typeOf(x).(*types.Tuple); ok {
		var ts []types.Type
		for v := range tu.Variables() {
			ts = append(ts, types.Default(e.subst(v.Type())))
		}
		return ts
	}
	return []types.Type{types.Default(e.typeOf(x)), types.Typ[types.Bool]}[:n]
}

// assignOrDeclare gives the left sides of s the values, which are variables.
func (e *emitter) assignOrDeclare(s *ast.AssignStmt, places, vals []string, from []types.Type) string {
	text := ""
	for i, l := range s.Lhs {
		if !wanted(l) {
			continue
		}
		id, ok := l.(*ast.Ident)
		switch {
		case ok && s.Tok == token.DEFINE && e.info.Defs[id] != nil && !e.isSession(l):
			text += e.expr(l) + " := " + vals[i] + "\n"
		default:
			text += places[i] + " = " + e.asType(vals[i], from[i], e.typeOf(l)) + "\n"
		}
	}
	return strings.TrimSuffix(text, "\n")
}
