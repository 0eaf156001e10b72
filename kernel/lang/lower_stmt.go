package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// note marks where the next line of the lowered program comes from, and, when
// the node may panic, tells the line variable.
func (e *emitter) note(n ast.Node) string {
	if n == nil || !n.Pos().IsValid() {
		return ""
	}
	m := mark(n.Pos())
	if e.std || !risky(n) {
		return m
	}
	_, line, _ := e.s.Position(n.Pos())
	return fmt.Sprintf("%s%s = %d\n%s", m, e.fn.lineVar, line, m)
}

// risky says whether evaluating n, inner function bodies and blocks aside, may
// panic or call something that does.
func risky(n ast.Node) bool {
	found := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch x := n.(type) {
		case *ast.FuncLit, *ast.BlockStmt, *ast.CaseClause, *ast.CommClause:
			return false
		case *ast.CallExpr, *ast.IndexExpr, *ast.StarExpr, *ast.SelectorExpr, *ast.TypeAssertExpr, *ast.SliceExpr, *ast.SendStmt, *ast.GoStmt, *ast.RangeStmt:
			found = true
		case *ast.BinaryExpr:
			if x.Op == token.QUO || x.Op == token.REM || x.Op == token.SHL || x.Op == token.SHR || x.Op == token.EQL {
				found = true
			}
		case *ast.AssignStmt:
			if x.Tok == token.QUO_ASSIGN || x.Tok == token.REM_ASSIGN {
				found = true
			}
		case *ast.UnaryExpr:
			if x.Op == token.ARROW {
				found = true
			}
		}
		return !found
	})
	return found
}

// stmt lowers a statement; label is the label that stands before it.
func (e *emitter) stmt(s ast.Stmt, label string) string {
	prefix := ""
	if label != "" {
		prefix = label + ":\n"
	}
	switch s := s.(type) {
	case *ast.LabeledStmt:
		return e.labeled(s)
	case *ast.ForStmt:
		return e.forStmt(s, label)
	case *ast.RangeStmt:
		return e.rangeStmt(s, label)
	case *ast.SwitchStmt:
		return e.switchStmt(s, label)
	case *ast.TypeSwitchStmt:
		return e.typeSwitch(s, label)
	case *ast.SelectStmt:
		return e.selectStmt(s, label)
	case *ast.BlockStmt:
		return prefix + "{\n" + e.stmts(s.List) + "}\n"
	case *ast.IfStmt:
		return prefix + e.ifStmt(s)
	}
	text := e.simple(s)
	if strings.Contains(text, "rtǃ.Magic(") {
		text += "\n" + strings.TrimSuffix(stopCheck, "\n")
	}
	return prefix + e.note(s) + text + "\n" + e.seenOnce(declaredBy(s)...)
}

func (e *emitter) labeled(s *ast.LabeledStmt) string {
	if _, ok := s.Stmt.(*ast.EmptyStmt); ok {
		return s.Label.Name + ":\n"
	}
	return e.stmt(s.Stmt, s.Label.Name)
}

// simple lowers a statement without a body.
func (e *emitter) simple(s ast.Stmt) string {
	switch s := s.(type) {
	case *ast.ExprStmt:
		return e.exprStmt(s.X)
	case *ast.AssignStmt:
		return e.assign(s)
	case *ast.IncDecStmt:
		return e.incDec(s)
	case *ast.SendStmt:
		return e.sendHelper(e.typeOf(s.Chan)) + "(" + e.expr(s.Chan) + ", " + e.as(s.Value, e.expr(s.Value), core(e.typeOf(s.Chan)).(*types.Chan).Elem()) + ")"
	case *ast.GoStmt:
		return e.goStmt(s)
	case *ast.DeferStmt:
		return e.deferStmt(s)
	case *ast.ReturnStmt:
		return e.returnStmt(s)
	case *ast.BranchStmt:
		return e.branch(s)
	case *ast.DeclStmt:
		return e.declStmt(s.Decl.(*ast.GenDecl))
	case *ast.EmptyStmt:
		return ""
	}
	e.refuse(s.Pos(), "this statement (%T)", s)
	return ""
}

func (e *emitter) exprStmt(x ast.Expr) string {
	if _, ok := ast.Unparen(x).(*ast.CallExpr); ok || e.info.Types[x].IsVoid() {
		return e.expr(ast.Unparen(x))
	}
	return "rtǃ.Ignore(" + e.discarded(x) + ")"
}

// value lowers what is assigned to a variable that exists. The interpreter would
// give the variable the storage of a struct literal, and leave pointers and
// closures with the old one: a call in between makes it copy.
func (e *emitter) value(x ast.Expr) string {
	v := e.expr(x)
	if lit, ok := ast.Unparen(x).(*ast.CompositeLit); ok {
		t := e.typeOf(lit)
		if _, isStruct := core(t).(*types.Struct); isStruct {
			return e.copied(v, t)
		}
	}
	return v
}

// copied is the value v of the type t, handed through a function.
func (e *emitter) copied(v string, t types.Type) string {
	if e.fn.index == e.runIndex && e.prog.Runs && !e.inLoop() { // the interpreter would keep the whole cell for a helper
		return fmt.Sprintf("func(v %s) %s { return v }(%s)", e.typ(t), e.typ(t), v)
	}
	return e.helper("copy "+e.unaliasImports(e.typ(t)), "copy", func(h string) string {
		return fmt.Sprintf("func %s(v %s) %s { return v }", h, e.typ(t), e.typ(t))
	}) + "(" + v + ")"
}

// isSession says whether x is a variable of the session, or one that stands
// already where := assigns to it.
func (e *emitter) isSession(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	if !ok || e.info.Defs[id] == nil {
		return true
	}
	return e.u.entryOf(e.info.Defs[id]) != nil
}

// many lowers an expression that gives several values.
func (e *emitter) many(x ast.Expr) string {
	if u, ok := ast.Unparen(x).(*ast.UnaryExpr); ok && u.Op == token.ARROW {
		return e.recvHelper(e.typeOf(u.X), true) + "(" + e.expr(u.X) + ")"
	}
	if a, ok := ast.Unparen(x).(*ast.TypeAssertExpr); ok {
		return e.assertion(a, true)
	}
	return e.expr(x)
}

func (e *emitter) declStmt(d *ast.GenDecl) string {
	if d.Tok != token.VAR {
		return "" // types are hoisted where they are used, constants are written out
	}
	var out []string
	for _, sp := range d.Specs {
		out = append(out, e.varSpec(sp.(*ast.ValueSpec)))
	}
	return strings.Join(out, "\n")
}

// varSpec lowers var x T = e, locally or, at the top of a cell, as assignments.
func (e *emitter) varSpec(v *ast.ValueSpec) string {
	if len(v.Values) == 1 && len(v.Names) > 1 {
		return e.varMany(v)
	}
	var out []string
	for i, id := range v.Names {
		obj := e.info.Defs[id]
		if id.Name == "_" || obj == nil {
			if i < len(v.Values) {
				out = append(out, "rtǃ.Ignore("+e.discarded(v.Values[i])+")")
			}
			continue
		}
		typ := e.typ(obj.Type())
		init := ""
		if i < len(v.Values) {
			init = e.as(v.Values[i], e.expr(v.Values[i]), obj.Type())
			if e.u.entryOf(obj) != nil {
				init = e.as(v.Values[i], e.value(v.Values[i]), obj.Type())
			}
		}
		if en := e.u.entryOf(obj); en != nil {
			if init == "" {
				z := e.local("zero")
				out = append(out, fmt.Sprintf("var %s %s\n%s = %s", z, typ, en.Emit, z))
			} else {
				out = append(out, en.Emit+" = "+init)
			}
			continue
		}
		line := "var " + e.localVar(obj) + " " + typ
		if init != "" {
			line += " = " + init
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// varMany is var a, b = f().
func (e *emitter) varMany(v *ast.ValueSpec) string {
	as := &ast.AssignStmt{Tok: token.DEFINE, Rhs: v.Values}
	for _, id := range v.Names {
		as.Lhs = append(as.Lhs, id)
	}
	text, vals, from := e.severalValues(as)
	for i, id := range v.Names {
		obj := e.info.Defs[id]
		if id.Name == "_" || obj == nil {
			continue
		}
		value := e.asType(vals[i], from[i], obj.Type())
		if en := e.u.entryOf(obj); en != nil {
			text += en.Emit + " = " + value + "\n"
		} else {
			text += fmt.Sprintf("var %s %s = %s\n", e.localVar(obj), e.typ(obj.Type()), value)
		}
	}
	return strings.TrimSuffix(text, "\n")
}

func (e *emitter) incDec(s *ast.IncDecStmt) string {
	if _, ok := ast.Unparen(s.X).(*ast.Ident); ok {
		return e.expr(s.X) + s.Tok.String()
	}
	var text string
	p := e.place(ast.Unparen(s.X), &text)
	return text + p + " = " + p + " " + s.Tok.String()[:1] + " 1"
}
