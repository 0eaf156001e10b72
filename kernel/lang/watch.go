package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// watch finds the local variables of the cell's own statements whose value says
// what an index out of range was: those that index or are indexed, which nothing
// but these statements can change. None in a cell that defers, jumps or has
// function literals, in which the interpreter may hold other copies of variables.
func (e *emitter) watch(body *ast.BlockStmt) {
	used, shared := map[types.Object]bool{}, map[types.Object]bool{}
	each := func(n ast.Node, set map[types.Object]bool) {
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				if v, ok := e.info.Uses[id].(*types.Var); ok && e.u.entryOf(v) == nil {
					set[v] = true
				}
			}
			return true
		})
	}
	plain := true
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.DeferStmt, *ast.GoStmt:
			plain = false
		case *ast.BranchStmt:
			plain = plain && n.Tok != token.GOTO
		case *ast.RangeStmt:
			plain = plain && !e.isFuncRange(n)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				each(n.X, shared)
			}
		case *ast.IndexExpr, *ast.SliceExpr:
			each(n, used)
		}
		return plain
	})
	for v := range used {
		if plain && !shared[v] && measurable(v.Type()) {
			e.watched[v] = true
		}
	}
}

// measurable says whether values of a type are an index or have a length.
func measurable(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Info()&(types.IsInteger|types.IsString) != 0
	case *types.Slice, *types.Array:
		return true
	}
	return false
}

// seen are statements that keep the addresses of watched variables, which have
// just been declared, where the host finds them. The interpreter makes a variable
// anew each time its declaration runs, so these have to run then, too.
func (e *emitter) seen(vars ...ast.Expr) string {
	var b strings.Builder
	for _, x := range vars {
		id, ok := x.(*ast.Ident)
		if !ok || !e.watched[e.info.Defs[id]] {
			continue
		}
		v := e.info.Defs[id]
		if e.u.watched == nil {
			e.u.watched = map[types.Object]int{}
		}
		if _, known := e.u.watched[v]; !known {
			e.u.watched[v] = len(e.u.watched)
		}
		fmt.Fprintf(&b, "%s = &%s\n", watchName(e.u.watched[v]), e.identifier(id))
	}
	return b.String()
}

// seenOnce is seen for a declaration that is not in a loop: there it would cost
// time in each round.
func (e *emitter) seenOnce(vars ...ast.Expr) string {
	if e.inLoop() {
		return ""
	}
	return e.seen(vars...)
}

func watchName(i int) string { return fmt.Sprintf("seenǃ%d", i) }

// arming makes the check in the next round of a loop call the host, until a round
// has kept the addresses of the loop's variables. They are the interpreter's own,
// which stay where they are, but have no name before the body.
func (e *emitter) arming(seen string) string {
	if seen == "" {
		return ""
	}
	name, _, _ := strings.Cut(seen, " ")
	return "if " + name + " == nil { rtǃ.Check() }\n"
}

// watches declares, at the head of the function that runs the cell, where the
// addresses are kept.
func (e *emitter) watches() string {
	if len(e.u.watched) == 0 {
		return ""
	}
	var names, at []string
	for i := range len(e.u.watched) {
		names, at = append(names, watchName(i)), append(at, "&"+watchName(i))
	}
	return fmt.Sprintf("var %s any\nrtǃ.Watch(%s)\n", strings.Join(names, ", "), strings.Join(at, ", "))
}

// declaredBy lists what a statement declares.
func declaredBy(s ast.Stmt) (names []ast.Expr) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		if s.Tok == token.DEFINE {
			return s.Lhs
		}
	case *ast.DeclStmt:
		for _, sp := range s.Decl.(*ast.GenDecl).Specs {
			if v, ok := sp.(*ast.ValueSpec); ok {
				for _, id := range v.Names {
					names = append(names, id)
				}
			}
		}
	}
	return names
}
