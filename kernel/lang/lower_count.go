package lang

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// counted is a loop that counts from zero to less than n. The interpreter does a
// step of it at once, where a condition and an increment are two; nothing in the body
// may set i or outlive its round with it.
func counted(label, i, n, body string) string {
	return fmt.Sprintf("%sfor %s := range rtǃ.Times(%s) {\n%s}\n", labelLine(label), i, n, body)
}

// countedSeen is counted for a loop over a body, each round of which begins with
// set. The variable is the cell's key, or one of its own where key is nil.
func (e *emitter) countedSeen(label string, key ast.Expr, i, n, set string, body *ast.BlockStmt) string {
	seen := e.seen(key)
	return e.arming(seen) + counted(label, i, n, set+e.loopBodySeen(body, label, seen))
}

// counter is the variable that counts the rounds of a range over what has keys of
// type int: that of the loop, where the body leaves it alone, else one of its own,
// which the loop's gets its value from.
func (e *emitter) counter(s *ast.RangeStmt) (name string, own bool) {
	id, ok := s.Key.(*ast.Ident)
	if s.Key == nil || ok && id.Name == "_" {
		return e.local("i"), false
	}
	if ok && s.Tok == token.DEFINE && e.counts[e.info.Defs[id]] && !e.escapes(e.info.Defs[id], s.Body) && isInt(e.typeOf(id)) {
		return e.identifier(id), false
	}
	return e.local("i"), true
}

// plainValue says whether the value of a range is one that the interpreter may set in
// each round: of a basic type, and gone with its round.
func (e *emitter) plainValue(s *ast.RangeStmt, v *ast.Ident) bool {
	if s.Tok != token.DEFINE || v.Name == "_" || e.escapes(e.info.Defs[v], s.Body) {
		return false
	}
	t, ok := types.Unalias(e.typeOf(v)).(*types.Basic)
	return ok && t.Kind() != types.UnsafePointer
}

func isInt(t types.Type) bool {
	return types.Unalias(t) == types.Typ[types.Int]
}

// countsUp notes that the key of a range over anything but a map, a function or a
// channel is never negative, unless the body sets it.
func (e *emitter) countsUp(s *ast.RangeStmt) {
	id, ok := s.Key.(*ast.Ident)
	switch core(e.typeOf(s.X)).(type) {
	case *types.Map, *types.Signature, *types.Chan:
		return
	}
	if !ok || s.Tok != token.DEFINE {
		return
	}
	if obj := e.info.Defs[id]; obj != nil && !e.assigns(s.Body, obj) {
		e.counts[obj] = true
	}
}

// assigns says whether n sets a variable by its name, or takes its address.
func (e *emitter) assigns(n ast.Node, obj types.Object) bool {
	set := false
	ast.Inspect(n, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, l := range n.Lhs {
				set = set || e.objectOf(l) == obj
			}
		case *ast.IncDecStmt:
			set = set || e.objectOf(n.X) == obj
		case *ast.UnaryExpr:
			set = set || n.Op == token.AND && e.objectOf(n.X) == obj
		case *ast.RangeStmt:
			set = set || n.Key != nil && e.objectOf(n.Key) == obj || n.Value != nil && e.objectOf(n.Value) == obj
		}
		return !set
	})
	return set
}

// countUp lowers `for i := 0; i < n; i++` where neither i nor n can change in the
// body; "" for another loop.
func (e *emitter) countUp(s *ast.ForStmt, label string) string {
	init, ok := s.Init.(*ast.AssignStmt)
	cond, isTest := s.Cond.(*ast.BinaryExpr)
	post, isInc := s.Post.(*ast.IncDecStmt)
	if !ok || !isTest || !isInc || init.Tok != token.DEFINE || len(init.Lhs) != 1 || cond.Op != token.LSS || post.Tok != token.INC {
		return ""
	}
	id := init.Lhs[0].(*ast.Ident)
	i, zero := e.info.Defs[id], e.info.Types[init.Rhs[0]].Value
	if i == nil || e.objectOf(cond.X) != i || e.objectOf(post.X) != i || !isInt(e.typeOf(id)) || zero == nil || constant.Sign(zero) != 0 ||
		e.assigns(s.Body, i) || e.escapes(i, s.Body) || !e.fixed(cond.Y, s.Body) {
		return ""
	}
	e.counts[i] = true
	return e.note(&ast.ParenExpr{Lparen: s.Pos(), X: s.Cond}) + e.countedSeen(label, id, e.identifier(id), e.expr(cond.Y), "", s.Body)
}

// fixed says whether a bound is the same after each round of a body: a constant, or
// a variable or its length where the body does nothing by which it could be set.
func (e *emitter) fixed(bound ast.Expr, body *ast.BlockStmt) bool {
	if e.info.Types[bound].Value != nil {
		return true
	}
	if c, ok := ast.Unparen(bound).(*ast.CallExpr); ok && e.info.Types[c.Fun].IsBuiltin() && ast.Unparen(c.Fun).(*ast.Ident).Name == "len" {
		bound = c.Args[0]
		switch core(e.typeOf(bound)).(type) {
		case *types.Slice, *types.Basic:
		default:
			return false
		}
	}
	v, ok := e.objectOf(bound).(*types.Var)
	return ok && !e.assigns(body, v) && e.quiet(body)
}

// quiet says whether a body runs nothing but itself and functions that only
// compute, and stores through no pointer: what it sets, it names.
func (e *emitter) quiet(body *ast.BlockStmt) bool {
	quiet := true
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit, *ast.GoStmt, *ast.DeferStmt, *ast.SelectStmt, *ast.SendStmt:
			quiet = false
		case *ast.StarExpr:
			quiet = false
		case *ast.UnaryExpr:
			quiet = quiet && n.Op != token.ARROW
		case *ast.RangeStmt:
			_, isSlice := core(e.typeOf(n.X)).(*types.Slice)
			_, isBasic := core(e.typeOf(n.X)).(*types.Basic)
			quiet = quiet && (isSlice || isBasic)
		case *ast.CallExpr:
			quiet = quiet && e.computes(n)
		}
		return quiet
	})
	return quiet
}

// computes says whether a call is a conversion, a builtin, or of a function of a
// library that only computes. The packages of pure that take functions are not among
// them: what these do is not known.
func (e *emitter) computes(c *ast.CallExpr) bool {
	if tv := e.info.Types[c.Fun]; tv.IsType() || tv.IsBuiltin() {
		return true
	}
	if sel, ok := ast.Unparen(c.Fun).(*ast.SelectorExpr); ok {
		if f, ok := e.info.Uses[sel.Sel].(*types.Func); ok && f.Pkg() != nil && f.Signature().Recv() == nil {
			return f.Pkg().Path() == "math" || f.Pkg().Path() == "math/bits"
		}
	}
	return false
}
