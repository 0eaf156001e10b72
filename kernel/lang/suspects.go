package lang

import (
	"go/ast"
	"go/token"
	"go/types"
)

// Suspects are the parts of the cell's own statements, blocks aside, of which one
// must have been running when a fault came up at a line: what stands there, and
// the conditions of the loops around it. Nil where that is not certain, as in the
// body of a function literal or a switch.
func (u *Unit) Suspects(line int) []ast.Node {
	body := u.src.body()
	if body == nil {
		return nil
	}
	f := suspects{u: u, line: line}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.DeferStmt, *ast.GoStmt:
			f.unsure = true // what they change since is not known
		}
		return !f.unsure
	})
	f.list(body.List)
	if f.unsure {
		return nil
	}
	return f.parts
}

// Object is what a name in the cell means.
func (u *Unit) Object(id *ast.Ident) types.Object { return u.info.ObjectOf(id) }

// Watched is the number under which the running cell keeps the address of a local
// variable.
func (u *Unit) Watched(id *ast.Ident) (int, bool) {
	i, ok := u.watched[u.info.ObjectOf(id)]
	return i, ok
}

// Variable is the entry of the session that a name in the cell means; nil for a
// local variable.
func (u *Unit) Variable(id *ast.Ident) *Entry { return u.entryOf(u.info.ObjectOf(id)) }

type suspects struct {
	u      *Unit
	line   int
	parts  []ast.Node
	unsure bool
}

// at says whether a node stands on the line.
func (f *suspects) at(n ast.Node) bool {
	_, from, _ := f.u.s.Position(n.Pos())
	_, to, _ := f.u.s.Position(n.End() - 1)
	return from <= f.line && f.line <= to
}

// add adds what of the nodes stands on the line, or all of it, and says whether
// something does.
func (f *suspects) add(all bool, nodes ...ast.Node) bool {
	here := false
	for _, n := range nodes {
		if !isNilNode(n) && n != nil && (all || f.at(n)) {
			f.parts = append(f.parts, n)
			here = true
		}
	}
	return here
}

// list goes through statements and says whether one, or one in it, is at the line.
func (f *suspects) list(list []ast.Stmt) bool {
	here := false
	for _, s := range list {
		here = f.statement(s) || here
	}
	return here
}

func (f *suspects) statement(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.BlockStmt:
		return f.list(s.List)
	case *ast.LabeledStmt:
		return f.statement(s.Stmt)
	case *ast.IfStmt:
		here := s.Init != nil && f.add(false, s.Init)
		here = f.add(false, s.Cond) || here
		here = f.list(s.Body.List) || here
		return s.Else != nil && f.statement(s.Else) || here
	case *ast.ForStmt:
		return f.loop(s)
	case *ast.RangeStmt:
		here := f.add(false, s.X)
		here = f.list(s.Body.List) || here
		_, isFunc := core(f.u.info.TypeOf(s.X)).(*types.Signature)
		f.unsure = f.unsure || here && (isFunc || s.Tok == token.ASSIGN)
		return here
	case *ast.AssignStmt, *ast.ExprStmt, *ast.IncDecStmt, *ast.DeclStmt, *ast.BranchStmt, *ast.EmptyStmt:
		return f.add(false, s)
	}
	here := f.at(s)
	f.unsure = f.unsure || here
	return here
}

// loop adds the condition and what follows a round with what is in the body: they
// run after its last line.
func (f *suspects) loop(s *ast.ForStmt) bool {
	here := s.Init != nil && f.add(false, s.Init)
	var again []ast.Node
	if s.Cond != nil {
		again = append(again, s.Cond)
	}
	if s.Post != nil {
		again = append(again, s.Post)
	}
	inside := f.list(s.Body.List)
	return f.add(inside, again...) || inside || here
}
