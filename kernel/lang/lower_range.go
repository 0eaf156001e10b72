package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// rangeStmt lowers a range loop by the kind of what it ranges over.
func (e *emitter) rangeStmt(s *ast.RangeStmt, label string) string {
	note := e.note(&ast.CallExpr{Fun: s.X, Lparen: s.Pos()})
	e.countsUp(s)
	switch t := core(e.typeOf(s.X)).(type) {
	case *types.Basic:
		if t.Info()&types.IsInteger != 0 {
			return note + e.rangeInt(s, label)
		}
		return note + e.rangeString(s, label)
	case *types.Signature:
		return note + e.rangeOver(s, t, label)
	case *types.Chan:
		return note + e.rangeChan(s, label)
	case *types.Pointer:
		return note + e.rangeArray(s, label, core(t.Elem()).(*types.Array), true)
	case *types.Array:
		return note + e.rangeArray(s, label, t, false)
	case *types.Slice:
		return note + e.rangeSlice(s, label)
	case *types.Map:
		return note + e.rangeMap(s, label, t)
	}
	e.refuse(s.Pos(), "range over %s", e.typeOf(s.X))
	return ""
}

// assigned is what a round does with one of the loop's variables: it declares a
// variable, or assigns to another.
func (e *emitter) assigned(s *ast.RangeStmt, x ast.Expr, value string, from types.Type) string {
	if x == nil || !wanted(x) {
		return ""
	}
	if s.Tok == token.DEFINE {
		return e.expr(x) + " := " + value + "\n"
	}
	return e.assignTo([]ast.Expr{x}, []string{value}, []types.Type{from})
}

func (e *emitter) rangeInt(s *ast.RangeStmt, label string) string {
	t := e.typeOf(s.X)
	if s.Key != nil {
		if kt := e.typeOf(s.Key); kt != nil && core(kt) != types.Typ[types.Invalid] {
			if id, ok := s.Key.(*ast.Ident); !ok || id.Name != "_" {
				t = kt
			}
		}
	}
	typ := e.typ(types.Default(t))
	set := ""
	if isInt(types.Default(t)) {
		i, own := e.counter(s)
		if own && s.Key != nil {
			set = e.assigned(s, s.Key, i, t)
		}
		return e.countedSeen(label, keyUnless(own, s), i, e.expr(s.X), set, s.Body)
	}
	n, i := e.local("n"), e.local("i")
	if s.Key != nil {
		set = e.assigned(s, s.Key, i, t)
	}
	return fmt.Sprintf("{\nvar %s %s = %s\n%sfor %s := %s(0); %s < %s; %s++ {\n%s%s}\n}\n",
		n, typ, e.expr(s.X), labelLine(label), i, typ, i, n, i, set, e.loopBody(s.Body, label))
}

func (e *emitter) rangeChan(s *ast.RangeStmt, label string) string {
	c, v, ok := e.local("c"), e.local("v"), e.local("ok")
	set := ""
	if s.Key != nil {
		set = e.assigned(s, s.Key, v, core(e.typeOf(s.X)).(*types.Chan).Elem())
	}
	recv := e.recvHelper(e.typeOf(s.X), true)
	return fmt.Sprintf("{\nvar %s %s = %s\n%sfor {\n%s, %s := %s(%s)\nif !%s { break }\n%s%s}\n}\n",
		c, e.typ(e.typeOf(s.X)), e.expr(s.X), labelLine(label), v, ok, recv, c, ok, set, e.loopBody(s.Body, label))
}

// sets is what a round begins with: the loop's variables, made anew, or the
// assignment to others, which come after their operands. The key may be there already.
func (e *emitter) sets(s *ast.RangeStmt, key bool, values []string, from []types.Type) string {
	var lhs []ast.Expr
	var vals []string
	var ts []types.Type
	for i, v := range []ast.Expr{s.Key, s.Value} {
		if id, ok := v.(*ast.Ident); v == nil || ok && id.Name == "_" || i == 0 && !key {
			continue
		}
		lhs, vals, ts = append(lhs, v), append(vals, values[i]), append(ts, from[i])
	}
	if s.Tok == token.DEFINE {
		text := ""
		for i, l := range lhs {
			text += fmt.Sprintf("var %s %s = %s\n", e.expr(l), e.typ(ts[i]), vals[i])
		}
		return text
	}
	return e.assignTo(lhs, vals, ts)
}

func wanted(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return x != nil && (!ok || id.Name != "_")
}

// rangeArray ranges over an array, which is copied when its values are wanted,
// or over the one that a pointer points to.
func (e *emitter) rangeArray(s *ast.RangeStmt, label string, t *types.Array, pointer bool) string {
	i, own := e.counter(s)
	a := e.local("a")
	keep, value := "", a+"["+i+"]"
	if wanted(s.Value) || e.hasCalls(s.X) {
		keep = fmt.Sprintf("var %s %s = %s\n", a, e.typ(e.typeOf(s.X)), e.expr(s.X))
		if pointer {
			value = "(*" + a + ")[" + i + "]"
		}
	}
	set := e.sets(s, own, []string{i, value}, []types.Type{types.Typ[types.Int], t.Elem()})
	return "{\n" + keep + e.countedSeen(label, keyUnless(own, s), i, strconv.FormatInt(t.Len(), 10), set, s.Body) + "}\n"
}

// hasCalls says whether evaluating x calls or receives something.
func (e *emitter) hasCalls(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			found = true
		case *ast.UnaryExpr:
			found = found || n.Op == token.ARROW
		}
		return !found
	})
	return found
}

func (e *emitter) rangeSlice(s *ast.RangeStmt, label string) string {
	t := e.typeOf(s.X)
	a := e.local("s")
	i, own := e.counter(s)
	keep := fmt.Sprintf("{\nvar %s %s = %s\n", a, e.typ(t), e.expr(s.X))
	if v, ok := s.Value.(*ast.Ident); ok && !own && e.plainValue(s, v) {
		seen := e.seen(s.Key, v)
		return fmt.Sprintf("%s%s%sfor %s, %s := range %s {\n%s}\n}\n", keep, e.arming(seen), labelLine(label), i, e.identifier(v), a, e.loopBodySeen(s.Body, label, seen))
	}
	set := e.sets(s, own, []string{i, a + "[" + i + "]"}, []types.Type{types.Typ[types.Int], core(t).(*types.Slice).Elem()})
	return keep + e.countedSeen(label, keyUnless(own, s), i, "len("+a+")", set, s.Body) + "}\n"
}

// keyUnless is the key of a range whose loop counts in it.
func keyUnless(own bool, s *ast.RangeStmt) ast.Expr {
	if own {
		return nil
	}
	return s.Key
}

// rangeString ranges over the runes of a string.
func (e *emitter) rangeString(s *ast.RangeStmt, label string) string {
	x, i, r, w := e.local("s"), e.local("i"), e.local("r"), e.local("w")
	set := e.sets(s, true, []string{i, r}, []types.Type{types.Typ[types.Int], types.Typ[types.Rune]})
	return fmt.Sprintf("{\nvar %s string = string(%s)\nvar %s rune\nvar %s int\n%sfor %s := 0; %s < len(%s); %s += %s {\n%s = rune(%s[%s])\n%s = 1\nif %s >= 128 { %s, %s = rtǃ.Rune(%s, %s) }\n%s%s}\n}\n",
		x, e.expr(s.X), r, w, labelLine(label), i, i, x, i, w, r, x, i, w, r, r, w, x, i, set, e.loopBody(s.Body, label))
}

// rangeMap ranges over a map as the host goes through it.
func (e *emitter) rangeMap(s *ast.RangeStmt, label string, t *types.Map) string {
	it, k, v := e.local("it"), e.local("k"), e.local("v")
	value := "nil"
	vars := fmt.Sprintf("var %s %s\n", k, e.typ(t.Key()))
	if wanted(s.Value) {
		value = "&" + v
		vars += fmt.Sprintf("var %s %s\n", v, e.typ(t.Elem()))
	}
	set := e.sets(s, true, []string{k, v}, []types.Type{t.Key(), t.Elem()})
	return fmt.Sprintf("{\n%s := rtǃ.Iterate(%s)\n%sfor {\n%sif !rtǃ.Next(%s, &%s, %s) { break }\n%s%s}\n}\n",
		it, e.expr(s.X), labelLine(label), vars, it, k, value, set, e.loopBody(s.Body, label))
}

// rangeOver ranges over a function: the body becomes the function it calls.
func (e *emitter) rangeOver(s *ast.RangeStmt, sig *types.Signature, label string) string {
	yield, ok := core(e.subst(sig.Params().At(0).Type())).(*types.Signature)
	if !ok {
		e.refuse(s.Pos(), "range over %s", e.typeOf(s.X))
	}
	outer := e.fn
	e.push(context{label: label, loop: true})
	r := &rangeFunc{code: e.local("code"), outer: outer, body: s.Body}
	f := e.enter(e.prog.Funcs[outer.index].Name, e.cellAt(s.Pos()), outer.results, outer.named)
	f.rangeFor = r
	head, set := e.yieldParams(s, yield)
	body := e.entry() + set + e.stmts(s.Body.List)
	e.leave(f)
	e.pop()
	return e.rangeAfter(s, r, head, body)
}

func (e *emitter) yieldParams(s *ast.RangeStmt, yield *types.Signature) (head, set string) {
	var ps []string
	vars := []ast.Expr{s.Key, s.Value}
	for i := range yield.Params().Len() {
		n := e.local("y")
		ps = append(ps, n+" "+e.typ(yield.Params().At(i).Type()))
		if i < len(vars) {
			set += e.assigned(s, vars[i], n, yield.Params().At(i).Type())
		}
	}
	return "(" + strings.Join(ps, ", ") + ") bool", set
}

// rangeAfter calls the function, and goes on where the body wanted to.
func (e *emitter) rangeAfter(s *ast.RangeStmt, r *rangeFunc, head, body string) string {
	var b strings.Builder
	b.WriteString("{\n")
	if len(r.exits) > 0 {
		fmt.Fprintf(&b, "%s := 0\n", r.code)
	}
	target := e.fn
	for target.rangeFor != nil {
		target = target.rangeFor.outer
	}
	for i, v := range r.results {
		fmt.Fprintf(&b, "var %s %s\n", v, e.typ(target.results.At(i).Type()))
	}
	fmt.Fprintf(&b, "%s(func%s {\n%sreturn true\n})\n", e.operand(s.X), head, body)
	for i, exit := range r.exits {
		fmt.Fprintf(&b, "if %s == %d { %s }\n", r.code, i+1, exit)
	}
	return b.String() + "}\n"
}
