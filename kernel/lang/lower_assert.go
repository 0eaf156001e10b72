package lang

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// assertion lowers x.(T). From an empty interface or a compiled one, such as
// error, to a concrete type the host compares: the interpreter compares texts
// there, or wrappers.
func (e *emitter) assertion(x *ast.TypeAssertExpr, withOK bool) string {
	from, to := e.typeOf(x.X), e.typeOf(x.Type)
	if types.IsInterface(to) || !throughHost(from) {
		return e.operand(x.X) + ".(" + e.typ(to) + ")"
	}
	e.tellApart(x, to)
	return e.assertHelper(to, withOK) + "(" + e.expr(x.X) + ")"
}

func isEmpty(t types.Type) bool {
	i, ok := core(t).(*types.Interface)
	return ok && i.NumMethods() == 0
}

// throughHost says whether the host has to look into an interface of type t.
func throughHost(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return isEmpty(t) || ok && (named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != "main")
}

// tellApart refuses an assertion that cannot be decided: a named type of a cell
// that is no struct is its underlying type to the host.
func (e *emitter) tellApart(n ast.Node, t types.Type) {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || !e.fromSource(named) {
		return
	}
	if _, ok := named.Underlying().(*types.Struct); ok || named.NumMethods() > 0 {
		return
	}
	e.refuse(n.Pos(), "a type assertion from any to %s, which has no methods and is not told from %s there: give it one", TypeText(t), TypeText(named.Underlying()))
}

func (e *emitter) assertHelper(t types.Type, withOK bool) string {
	typ := e.typ(t)
	if withOK {
		return e.helper("assert2 "+e.unaliasImports(typ), "as", func(h string) string {
			return fmt.Sprintf("func %s(x interface{}) (v %s, ok bool) {\nok = rtǃ.As(&x, &v, %d)\nreturn v, ok\n}", h, typ, e.s.typeID(t))
		})
	}
	return e.helper("assert "+e.unaliasImports(typ), "as", func(h string) string {
		return fmt.Sprintf("func %s(x interface{}) (v %s) {\nif !rtǃ.As(&x, &v, %d) { rtǃ.NotA(&x, %q) }\nreturn v\n}", h, typ, e.s.typeID(t), goTypeText(t))
	})
}

// typeSwitch lowers a type switch to a switch over the first case that fits.
func (e *emitter) typeSwitch(s *ast.TypeSwitchStmt, label string) string {
	var b strings.Builder
	b.WriteString("{\n")
	if s.Init != nil {
		b.WriteString(e.note(s.Init) + e.simple(s.Init) + "\n")
	}
	name, x := "", ast.Expr(nil)
	switch a := s.Assign.(type) {
	case *ast.AssignStmt:
		name = e.localName(a.Lhs[0].(*ast.Ident).Name)
		x = a.Rhs[0].(*ast.TypeAssertExpr).X
	case *ast.ExprStmt:
		x = a.X.(*ast.TypeAssertExpr).X
	}
	from := e.typeOf(x)
	v, which := e.local("x"), e.local("which")
	fmt.Fprintf(&b, "%svar %s %s = %s\n%s := -1\n", e.note(s.Assign), v, e.typ(from), e.expr(x), which)
	var bodies, chain strings.Builder
	e.push(context{label: label})
	for i, c := range s.Body.List {
		cc := c.(*ast.CaseClause)
		bind := e.caseTests(&b, &chain, cc, from, v, which, i)
		bodies.WriteString(mark(cc.Pos()) + caseLabel(cc, i))
		if name != "" && name != "_" {
			fmt.Fprintf(&bodies, "%s := %s\n_ = %s\n", name, bind, name)
		}
		bodies.WriteString(e.stmts(cc.Body))
	}
	e.pop()
	fmt.Fprintf(&b, "%s%sswitch %s {\n%s}\n}\n", chain.String(), labelLine(label), which, bodies.String())
	return b.String()
}

func caseLabel(cc *ast.CaseClause, i int) string {
	if cc.List == nil {
		return "default:\n"
	}
	return fmt.Sprintf("case %d:\n", i)
}

// caseTests writes the tests of one clause, which set which; it returns what the
// clause's variable is.
func (e *emitter) caseTests(vars, chain *strings.Builder, cc *ast.CaseClause, from types.Type, v, which string, i int) string {
	bind := v
	for _, x := range cc.List {
		if e.isNil(x) {
			fmt.Fprintf(chain, "if %s == -1 && %s == nil { %s = %d }\n", which, v, which, i)
			continue
		}
		to := e.typeOf(x)
		got, ok := e.local("as"), e.local("ok")
		fmt.Fprintf(vars, "var %s %s\nvar %s bool\n", got, e.typ(to), ok)
		test := v + ".(" + e.typ(to) + ")"
		if !types.IsInterface(to) && throughHost(from) {
			e.tellApart(x, to)
			test = e.assertHelper(to, true) + "(" + v + ")"
		}
		guard := ""
		if types.IsInterface(to) {
			guard = " && " + v + " != nil"
		}
		fmt.Fprintf(chain, "if %s == -1%s { %s, %s = %s; if %s { %s = %d } }\n", which, guard, got, ok, test, ok, which, i)
		if len(cc.List) == 1 {
			bind = got
		}
	}
	return bind
}

func (e *emitter) isNil(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	if !ok {
		return false
	}
	_, isNil := e.info.Uses[id].(*types.Nil)
	return isNil
}

// goTypeText is a type as the compiled program would name it.
func goTypeText(t types.Type) string {
	return plain(types.TypeString(t, func(p *types.Package) string { return p.Name() }))
}
