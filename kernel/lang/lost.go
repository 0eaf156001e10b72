package lang

import (
	"fmt"
	"go/ast"
	"go/token"
)

// Lose says that the values of variables are gone, as they are when the process
// that held them has died. A cell that reads such a variable, itself or in a
// function that it mentions, is refused until a cell has assigned the variable
// or declared it again: a zero that nobody wrote would be a wrong result.
func (s *Session) Lose(names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range names {
		if e := s.names[n]; e != nil && isVar(e.Obj) {
			e.lost = true
		}
	}
}

// lostUses is what the cell reads of lost variables; u.found gets those that
// it assigns.
func (u *Unit) lostUses() Diagnostics {
	var diags Diagnostics
	found, told := map[*Entry]bool{}, map[*Entry]bool{}
	look := func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			id, ok := n.(*ast.Ident)
			if !ok {
				return true
			}
			e := u.s.objs[u.info.Uses[id]]
			if lost := u.s.lostIn(e, found, map[*Entry]bool{}); lost != nil && !told[lost] {
				told[lost] = true
				diags = append(diags, u.s.diag(id.Pos(), lostMessage(e, lost)))
			}
			return true
		})
	}
	if body := u.src.body(); body != nil {
		for _, st := range body.List {
			u.lookAt(st, look, found)
		}
	}
	if u.src.decls != nil {
		look(u.src.decls)
	}
	for e := range found {
		u.found = append(u.found, e)
	}
	return diags
}

// lookAt looks at one statement, but not at the variables that it assigns or
// declares: those are found from here on.
func (u *Unit) lookAt(st ast.Stmt, look func(ast.Node), found map[*Entry]bool) {
	assign, ok := st.(*ast.AssignStmt)
	if !ok || assign.Tok != token.ASSIGN {
		look(st)
		for _, id := range topIdents(u.src) {
			if e := u.s.names[id.Name]; e != nil && e.lost && st.Pos() <= id.Pos() && id.Pos() < st.End() {
				found[e] = true
			}
		}
		return
	}
	for _, x := range assign.Rhs {
		look(x)
	}
	for _, x := range assign.Lhs {
		if id, ok := x.(*ast.Ident); !ok {
			look(x)
		} else if e := u.s.objs[u.info.Uses[id]]; e != nil && e.lost {
			found[e] = true
		}
	}
}

// lostIn is the lost variable that e is, or that the function e comes to.
func (s *Session) lostIn(e *Entry, found, seen map[*Entry]bool) *Entry {
	if e == nil || seen[e] || found[e] {
		return nil
	}
	seen[e] = true
	if e.lost {
		return e
	}
	f, ok := e.decl.(*ast.FuncDecl)
	if !ok || e.unit == nil {
		return nil
	}
	var lost *Entry
	ast.Inspect(f, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && lost == nil {
			if obj := e.unit.info.Uses[id]; obj != nil {
				lost = s.lostIn(s.objs[obj], found, seen)
			}
		}
		return lost == nil
	})
	return lost
}

func lostMessage(e, lost *Entry) string {
	msg := fmt.Sprintf("the value of %s was lost when the process died: run cell [%d] again", lost.Name, lost.Cell)
	if e != lost {
		msg = e.Name + " needs " + lost.Name + "; " + msg
	}
	return msg
}
