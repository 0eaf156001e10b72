package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// selectStmt lowers select to a switch over what the host chose: the host also
// waits for the interrupt, and shares nothing between goroutines.
func (e *emitter) selectStmt(s *ast.SelectStmt, label string) string {
	var head, body strings.Builder
	head.WriteString(e.note(&ast.CallExpr{Fun: &ast.Ident{NamePos: s.Pos(), Name: "select"}}) + "{\n")
	var cases []string
	hasDefault := "false"
	e.push(context{label: label})
	for _, c := range s.Body.List {
		cc := c.(*ast.CommClause)
		body.WriteString(mark(cc.Pos()))
		if cc.Comm == nil {
			hasDefault = "true"
			body.WriteString("case -1:\n" + e.clause(cc.Body))
			continue
		}
		setup, args, bind := e.comm(cc.Comm)
		head.WriteString(setup)
		fmt.Fprintf(&body, "case %d:\n%s%s", len(cases), bind, e.clause(cc.Body))
		cases = append(cases, args)
	}
	e.pop()
	chosen := strings.Join(append([]string{hasDefault}, cases...), ", ")
	which := e.local("case")
	return fmt.Sprintf("%s%s := rtǃ.Select(%s)\n%sswitch %s {\n%s}\n}\n", head.String(), which, chosen, labelLine(label), which, body.String())
}

// comm is one communication: what is evaluated before the choice, the arguments
// that tell the host of it, and what its case begins with.
func (e *emitter) comm(s ast.Stmt) (setup, args, bind string) {
	ch, v := e.local("ch"), e.local("v")
	declare := func(x ast.Expr) types.Type {
		t := e.typeOf(x)
		setup = fmt.Sprintf("var %s %s = %s\n", ch, e.typ(t), e.expr(x))
		return core(t).(*types.Chan).Elem()
	}
	if snd, ok := s.(*ast.SendStmt); ok {
		elem := declare(snd.Chan)
		setup += fmt.Sprintf("var %s %s = %s\n", v, e.typ(elem), e.as(snd.Value, e.expr(snd.Value), elem))
		return setup, fmt.Sprintf("true, %s, &%s, nil", ch, v), ""
	}
	var lhs []ast.Expr
	var x ast.Expr
	tok := token.ASSIGN
	switch s := s.(type) {
	case *ast.ExprStmt:
		x = s.X
	case *ast.AssignStmt:
		lhs, x, tok = s.Lhs, s.Rhs[0], s.Tok
	}
	elem := declare(ast.Unparen(x).(*ast.UnaryExpr).X)
	okVar := e.local("ok")
	setup += fmt.Sprintf("var %s %s\nvar %s bool\n", v, e.typ(elem), okVar)
	from := []types.Type{elem, types.Typ[types.Bool]}
	for i, l := range lhs {
		if !wanted(l) {
			continue
		}
		value := []string{v, okVar}[i]
		if tok == token.DEFINE {
			bind += e.expr(l) + " := " + value + "\n"
		} else {
			bind += e.assignTo([]ast.Expr{l}, []string{value}, from[i:i+1])
		}
	}
	return setup, fmt.Sprintf("false, %s, &%s, &%s", ch, v, okVar), bind
}
