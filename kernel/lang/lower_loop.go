package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

const stopCheck = "if stopǃ { rtǃ.Intr() }\n"

// loopBody lowers the body of a loop, with the check that makes it stoppable.
func (e *emitter) loopBody(b *ast.BlockStmt, label string) string {
	return e.loopBodySeen(b, label, "")
}

// loopBodySeen is loopBody where the check runs more statements, once armed.
func (e *emitter) loopBodySeen(b *ast.BlockStmt, label, seen string) string {
	e.push(context{label: label, loop: true})
	defer e.pop()
	return strings.Replace(stopCheck, "rtǃ", seen+"rtǃ", 1) + e.stmts(b.List)
}

func labelLine(label string) string {
	if label == "" {
		return ""
	}
	return label + ":\n"
}

func (e *emitter) ifStmt(s *ast.IfStmt) string {
	head := e.note(&ast.ParenExpr{Lparen: s.Pos(), X: s.Cond})
	if s.Init != nil {
		head = e.note(&ast.ParenExpr{Lparen: s.Pos(), X: s.Cond}) + "{\n" + e.note(s.Init) + e.simple(s.Init) + "\n" + e.seenOnce(declaredBy(s.Init)...) + e.note(s.Cond)
	}
	text := head + "if " + e.expr(s.Cond) + " {\n" + e.stmts(s.Body.List) + "}"
	switch el := s.Else.(type) {
	case *ast.BlockStmt:
		text += " else {\n" + e.stmts(el.List) + "}"
	case *ast.IfStmt:
		text += " else {\n" + e.ifStmt(el) + "}"
	}
	if s.Init != nil {
		text += "\n}"
	}
	return text + "\n"
}

// forStmt lowers the three-clause loop. Variables that the body captures are
// made anew for each round, as the language has it since Go 1.22.
func (e *emitter) forStmt(s *ast.ForStmt, label string) string {
	if text := e.countUp(s, label); text != "" {
		return text
	}
	vars := e.captured(s)
	if _, many := s.Post.(*ast.AssignStmt); len(vars) > 0 || many && len(s.Post.(*ast.AssignStmt).Lhs) > 1 {
		return e.freshFor(s, label, vars)
	}
	init, cond, post := "", "", ""
	if s.Init != nil {
		init = e.simple(s.Init)
	}
	if s.Cond != nil {
		cond = e.expr(s.Cond)
	}
	if s.Post != nil {
		post = e.simple(s.Post)
		if strings.ContainsAny(post, ";\n") {
			return e.freshFor(s, label, nil)
		}
	}
	head := "for {\n"
	switch {
	case init != "" || post != "":
		head = "for " + init + "; " + cond + "; " + post + " {\n"
	case cond != "":
		head = "for " + cond + " {\n"
	}
	if seen := e.seen(declaredBy(s.Init)...); seen != "" {
		init += "\n" + seen
	}
	note := mark(s.Pos())
	if s.Cond != nil {
		note = e.note(&ast.ParenExpr{Lparen: s.Pos(), X: s.Cond})
	}
	if strings.ContainsAny(init, ";\n") {
		return note + "{\n" + init + "\n" + labelLine(label) + "for ; " + cond + "; " + post + " {\n" + e.loopBody(s.Body, label) + "}\n}\n"
	}
	return note + labelLine(label) + head + e.loopBody(s.Body, label) + "}\n"
}

// captured lists the loop's own variables that a function literal in it uses or
// whose address is taken.
func (e *emitter) captured(s *ast.ForStmt) []*ast.Ident {
	init, ok := s.Init.(*ast.AssignStmt)
	if !ok || init.Tok != token.DEFINE {
		return nil
	}
	var vars []*ast.Ident
	found := false
	for _, l := range init.Lhs {
		id := l.(*ast.Ident)
		if id.Name == "_" {
			continue
		}
		vars = append(vars, id)
		found = found || e.escapes(e.info.Defs[id], s.Body, s.Cond, s.Post)
	}
	if !found {
		return nil
	}
	return vars
}

// escapes says whether a variable is used by a function literal, or its address
// taken, in one of the nodes.
func (e *emitter) escapes(obj types.Object, nodes ...ast.Node) bool {
	found := false
	uses := func(n ast.Node) bool {
		hit := false
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok && e.info.Uses[id] == obj {
				hit = true
			}
			return !hit
		})
		return hit
	}
	for _, n := range nodes {
		if n == nil || isNilNode(n) {
			continue
		}
		ast.Inspect(n, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.FuncLit:
				found = found || uses(x)
				return false
			case *ast.UnaryExpr:
				if x.Op == token.AND && uses(x.X) {
					found = true
				}
			case *ast.SelectorExpr: // a method on the variable's address
				if id, ok := x.X.(*ast.Ident); ok && e.info.Uses[id] == obj && e.info.Selections[x] != nil && e.info.Selections[x].Kind() == types.MethodVal {
					found = true
				}
			case *ast.DeferStmt, *ast.GoStmt, *ast.SliceExpr, *ast.RangeStmt:
				if rs, ok := n.(*ast.RangeStmt); ok && !e.isFuncRange(rs) {
					break
				}
				found = found || uses(n)
			}
			return !found
		})
	}
	return found
}

func isNilNode(n ast.Node) bool {
	switch x := n.(type) {
	case ast.Expr:
		return x == nil
	case *ast.BlockStmt:
		return x == nil
	}
	return false
}

func (e *emitter) isFuncRange(s *ast.RangeStmt) bool {
	_, ok := core(e.typeOf(s.X)).(*types.Signature)
	return ok
}

// freshFor copies the loop's variables at the head of each round; the post
// statement runs there too, so that continue needs nothing special.
func (e *emitter) freshFor(s *ast.ForStmt, label string, vars []*ast.Ident) string {
	first := e.local("first")
	var b strings.Builder
	fmt.Fprintf(&b, "%s{\n", mark(s.Pos()))
	var ptrs []string
	b.WriteString("{\n")
	if s.Init != nil {
		b.WriteString(e.simple(s.Init) + "\n")
	}
	outer := strings.Builder{}
	for _, v := range vars {
		p := e.local("at")
		ptrs = append(ptrs, p)
		name, typ := e.identifier(v), e.typ(e.info.Defs[v].Type())
		fmt.Fprintf(&outer, "var %s *%s\n", p, typ)
		fmt.Fprintf(&b, "%s = &%s\n", p, name)
	}
	text := b.String()
	if len(vars) > 0 {
		text = strings.Replace(text+"}\n", "{\n", "{\n"+outer.String(), 1)
	} else {
		text = strings.TrimPrefix(text, mark(s.Pos())+"{\n")
		text = mark(s.Pos()) + text
	}
	text += first + " := true\n" + labelLine(label) + "for {\n"
	for i, v := range vars {
		name := e.identifier(v)
		text += fmt.Sprintf("%s := *%s\n%s = &%s\n", name, ptrs[i], ptrs[i], name)
	}
	post := ""
	if s.Post != nil {
		post = e.simple(s.Post)
	}
	text += fmt.Sprintf("if %s { %s = false } else {\n%s\n}\n", first, first, post)
	if s.Cond != nil {
		text += e.note(s.Cond) + "if !(" + e.expr(s.Cond) + ") { break }\n"
	}
	return text + e.loopBody(s.Body, label) + "}\n}\n"
}

func (e *emitter) switchStmt(s *ast.SwitchStmt, label string) string {
	var b strings.Builder
	if s.Init != nil {
		b.WriteString("{\n" + e.note(s.Init) + e.simple(s.Init) + "\n")
	}
	tag := ""
	if s.Tag != nil {
		t := types.Default(e.typeOf(s.Tag))
		v := e.local("tag")
		fmt.Fprintf(&b, "{\n%svar %s %s = %s\n", e.note(&ast.ParenExpr{Lparen: s.Pos(), X: s.Tag}), v, e.typ(t), e.expr(s.Tag))
		tag = v
	} else {
		b.WriteString("{\n")
	}
	test := e.boolCase
	if s.Tag != nil {
		test = e.expr
		if t := e.typeOf(s.Tag); types.IsInterface(t) || e.anyInterface(s) {
			test, tag = e.caseOfInterface(tag, t), ""
		}
	}
	if e.mixed(s) || e.composed(s) {
		tag = e.chooseCase(&b, s, tag, test)
		test = nil
	}
	b.WriteString(mark(s.Pos()) + labelLine(label) + "switch " + tag + " {\n")
	e.push(context{label: label})
	for i, c := range s.Body.List {
		cc := c.(*ast.CaseClause)
		head := fmt.Sprintf("case %d:\n", i)
		if test != nil {
			head = e.caseHead(cc.List, test, tag == "")
		}
		b.WriteString(mark(cc.Pos()) + head + e.clause(cc.Body))
	}
	e.pop()
	b.WriteString("}\n}\n")
	if s.Init != nil {
		b.WriteString("}\n")
	}
	return b.String()
}

// mixed says whether a switch is one that the interpreter gets wrong: it has a
// default that is not its last clause, or cases that are no constants.
func (e *emitter) mixed(s *ast.SwitchStmt) bool {
	for i, c := range s.Body.List {
		cc := c.(*ast.CaseClause)
		if cc.List == nil && i < len(s.Body.List)-1 {
			return true
		}
		for _, x := range cc.List {
			if s.Tag != nil && e.info.Types[x].Value == nil {
				return true
			}
		}
	}
	return false
}

// composed says whether a case of a switch is one that the interpreter gets wrong:
// of several values that are not constants it looks at the first only, and it
// loses the value of a call in && and ||.
func (e *emitter) composed(s *ast.SwitchStmt) bool {
	for _, c := range s.Body.List {
		list := c.(*ast.CaseClause).List
		for _, x := range list {
			if e.info.Types[x].Value == nil && (len(list) > 1 || calls(x)) {
				return true
			}
		}
	}
	return false
}

// calls says whether an expression calls, asserts, or has && or || in it.
func calls(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr, *ast.TypeAssertExpr, *ast.FuncLit:
			found = true
		case *ast.BinaryExpr:
			found = found || n.Op == token.LAND || n.Op == token.LOR
		}
		return !found
	})
	return found
}

// chooseCase finds the clause to run, in the order of the cases, and returns the
// variable that holds its number.
func (e *emitter) chooseCase(b *strings.Builder, s *ast.SwitchStmt, tag string, test func(ast.Expr) string) string {
	which, otherwise := e.local("which"), -1
	fmt.Fprintf(b, "%s := -1\n", which)
	for i, c := range s.Body.List {
		cc := c.(*ast.CaseClause)
		if cc.List == nil {
			otherwise = i
		}
		for _, x := range cc.List {
			cond := test(x)
			if tag != "" {
				if !e.isNil(ast.Unparen(x)) {
					cond = "(" + cond + ")" // the interpreter takes no nil in brackets
				}
				cond = tag + " == " + cond
			}
			fmt.Fprintf(b, "if %s == -1 { if %s { %s = %d } }\n", which, cond, which, i)
		}
	}
	fmt.Fprintf(b, "if %s == -1 { %s = %d }\n", which, which, otherwise)
	return which
}

// anyInterface says whether one of the cases is an interface.
func (e *emitter) anyInterface(s *ast.SwitchStmt) bool {
	for _, c := range s.Body.List {
		for _, x := range c.(*ast.CaseClause).List {
			if types.IsInterface(e.typeOf(x)) {
				return true
			}
		}
	}
	return false
}

// caseOfInterface writes the cases of a switch on an interface as comparisons.
func (e *emitter) caseOfInterface(tag string, t types.Type) func(ast.Expr) string {
	h := e.equalHelper()
	return func(x ast.Expr) string {
		if e.isNil(ast.Unparen(x)) {
			return tag + " == nil"
		}
		return h + "(" + e.asType(tag, t, anyType) + ", " + e.boxed(x) + ")"
	}
}

// boolCase is a case of a switch without a tag.
func (e *emitter) boolCase(x ast.Expr) string {
	if types.IsInterface(e.typeOf(x)) {
		return e.equalHelper() + "(" + e.boxed(x) + ", true)"
	}
	return e.expr(x)
}

func (e *emitter) caseHead(list []ast.Expr, f func(ast.Expr) string, conditions bool) string {
	if list == nil {
		return "default:\n"
	}
	var cs []string
	for _, x := range list {
		cs = append(cs, f(x))
	}
	if conditions && len(cs) > 1 {
		return "case (" + strings.Join(cs, ") || (") + "):\n" // of several the interpreter looks at none
	}
	return "case " + strings.Join(cs, ", ") + ":\n"
}
