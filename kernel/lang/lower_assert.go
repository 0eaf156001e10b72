package lang

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// assertion lowers x.(T): the host looks at the real type.
func (e *emitter) assertion(x *ast.TypeAssertExpr, withOK bool) string {
	return e.assertHelper(e.typeOf(x.X), e.typeOf(x.Type), withOK) + "(" + e.expr(x.X) + ")"
}

func (e *emitter) assertHelper(from, to types.Type, withOK bool) string {
	a, b := e.typ(from), e.typ(to)
	key := fmt.Sprintf(" %s to %d", e.unaliasImports(a), e.s.typeID(to))
	if withOK {
		return e.helper("assert2"+key, "as", func(h string) string {
			return fmt.Sprintf("func %s(x %s) (v %s, ok bool) {\nok = rtǃ.As(&x, &v, %d)\nreturn v, ok\n}", h, a, b, e.s.typeID(to))
		})
	}
	return e.helper("assert"+key, "as", func(h string) string {
		return fmt.Sprintf("func %s(x %s) %s {\nvar v %s\nif !rtǃ.As(&x, &v, %d) { rtǃ.NotA(&x, %d) }\nreturn v\n}", h, a, b, b, e.s.typeID(to), e.s.typeID(to))
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
		name = a.Lhs[0].(*ast.Ident).Name
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
		if obj := e.info.Implicits[cc]; obj != nil && name != "" && name != "_" {
			n := e.localVar(obj)
			fmt.Fprintf(&bodies, "%s := %s\n", n, bind)
		}
		bodies.WriteString(e.clause(cc.Body))
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
		test := e.assertHelper(from, to, true) + "(" + v + ")"
		fmt.Fprintf(chain, "if %s == -1 { %s, %s = %s; if %s { %s = %d } }\n", which, got, ok, test, ok, which, i)
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
