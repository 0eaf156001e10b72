package gofuzz

import (
	"fmt"
	"strings"
)

var names = []string{"a", "b", "c", "d", "x", "y", "s", "v", "err", "real", "print", "imag", "true2", "i", "j"}

func (g *gen) declare(name string, t *typ) {
	g.scope = append(g.scope, variable{name, t, g.level})
}

// newName is a name that the innermost block does not declare yet; it may hide
// one of an outer block.
func (g *gen) newName() string {
	for range 20 {
		name := names[g.n(len(names))]
		free := true
		for _, v := range g.scope {
			if v.name == name && v.level == g.level {
				free = false
			}
		}
		if free {
			return name
		}
	}
	return g.label("z")
}

// visible are the variables that can be named here.
func (g *gen) visible() (vs []variable) {
	seen := map[string]bool{}
	for i := len(g.scope) - 1; i >= 0; i-- {
		if v := g.scope[i]; !seen[v.name] {
			seen[v.name] = true
			vs = append(vs, v)
		}
	}
	return vs
}

// varOf is a variable of the type t; "" when there is none.
func (g *gen) varOf(t *typ) string {
	vs := g.visible()
	for range 8 {
		if len(vs) == 0 {
			return ""
		}
		if v := vs[g.n(len(vs))]; v.t.src == t.src {
			return v.name
		}
	}
	return ""
}

// walk goes from a variable into what it holds. safe: nothing on the way can
// panic, and the place can be assigned to.
func (g *gen) walk(safe bool) (string, *typ) {
	vs := g.visible()
	if len(vs) == 0 {
		return "", nil
	}
	v := vs[g.n(len(vs))]
	s, t := v.name, v.t
	for range g.n(4) {
		switch {
		case t.kind == kStruct && len(t.fields) > 0:
			f := t.fields[g.n(len(t.fields))]
			s, t = s+"."+f.name, f.t
			if f.embedded && f.t.kind == kStruct && g.one(2) && len(f.t.fields) > 0 {
				continue
			}
		case t.kind == kArray:
			s, t = fmt.Sprintf("%s[%d]", s, g.n(t.n)), t.elem
		case t.kind == kSlice && !safe:
			s, t = fmt.Sprintf("%s[ix(%d, len(%s))]", s, g.n(5), s), t.elem
		case t.kind == kPtr && !safe && t.elem.kind != kPtr:
			s, t = "(*"+s+")", t.elem
		default:
			return s, t
		}
	}
	return s, t
}

// path is a way through a variable to a value of the type t; "" when none was found.
func (g *gen) path(t *typ) string {
	for range 6 {
		if s, u := g.walk(false); u != nil && u.src == t.src {
			return s
		}
	}
	return ""
}

// body writes n statements.
func (g *gen) body(n int) {
	mark := len(g.scope)
	g.level++
	for range n {
		if g.budget <= 0 {
			break
		}
		g.budget--
		switch {
		case g.one(3):
			g.special()
		default:
			g.plain(true)
		}
	}
	g.level--
	g.scope = g.scope[:mark]
}

// quiet writes statements that print nothing and change only what they declare.
func (g *gen) quiet(n int) {
	for range n {
		g.plain(false)
	}
}

func (g *gen) plain(loud bool) {
	switch g.n(13) {
	case 0, 1, 2:
		g.varDecl(loud)
	case 3, 4:
		g.assign(loud)
	case 5:
		g.parallel(loud)
	case 6:
		g.opAssign(loud)
	case 7:
		g.ifStmt(loud)
	case 8:
		g.loop(loud)
	case 9:
		g.switchStmt(loud)
	case 10:
		g.typeSwitch(loud)
	default:
		if loud {
			g.print()
		} else {
			g.varDecl(loud)
		}
	}
}

func (g *gen) nested(n int, loud bool) {
	if loud {
		g.body(n)
		return
	}
	mark := len(g.scope)
	g.level++
	if g.budget > 0 {
		g.budget--
		g.quiet(n)
	}
	g.level--
	g.scope = g.scope[:mark]
}

func (g *gen) print() {
	if g.one(2) {
		t := g.typ(2)
		g.line("fmt.Printf(\"%s %s\\n\", %s)", g.tag(), g.verb(), g.typed(t, 3))
		return
	}
	if s, t := g.walk(false); t != nil {
		g.line("fmt.Printf(\"%s %s %%T\\n\", %s, %s)", g.tag(), g.verb(), s, s)
	}
}

func (g *gen) printVar(name string) {
	g.line("fmt.Printf(\"%s %s\\n\", %s)", g.tag(), g.verb(), name)
}

func (g *gen) varDecl(loud bool) {
	t := g.typ(2)
	e := g.expr(t, 3)
	name := g.newName()
	switch g.n(4) {
	case 0:
		g.line("var %s %s", name, t.src)
		g.line("_ = %s", name)
		g.declare(name, t)
		return
	case 1:
		g.line("var %s %s = %s", name, t.src, e)
	case 2:
		if t.kind == kIface || t.kind == kFunc || t.kind == kPtr {
			e = g.paren(t) + "(" + e + ")"
		}
		g.line("var %s = %s", name, e)
	default:
		if t.kind == kIface || t.kind == kFunc || t.kind == kPtr {
			e = g.paren(t) + "(" + e + ")"
		}
		g.line("%s := %s", name, e)
	}
	g.declare(name, t)
	g.line("_ = %s", name)
	if loud && g.one(2) {
		g.printVar(name)
	}
}

// target is a place to assign to: in quiet code, a variable of the function.
func (g *gen) target(loud, safe bool) (string, *typ) {
	for range 10 {
		mark := g.scope
		g.scope = nil
		for _, v := range mark {
			if !strings.HasPrefix(v.name, fixed) && (loud || !strings.HasPrefix(v.name, "g")) {
				g.scope = append(g.scope, v)
			}
		}
		s, t := g.walk(safe || !loud)
		g.scope = mark
		if t != nil {
			return s, t
		}
	}
	return "", nil
}

func (g *gen) assign(loud bool) {
	if s, t := g.target(loud, false); t != nil {
		g.line("%s = %s", s, g.expr(t, 3))
		if loud && g.one(3) {
			g.printVar(s)
		}
	}
}

func (g *gen) parallel(loud bool) {
	var ls, rs []string
	for range 2 + g.n(2) {
		s, t := g.target(loud, true)
		if t == nil {
			continue
		}
		ls = append(ls, s)
		rs = append(rs, g.expr(t, 2))
	}
	if len(ls) == 0 {
		return
	}
	g.line("%s = %s", strings.Join(ls, ", "), strings.Join(rs, ", "))
	if loud {
		g.printVar(ls[0])
	}
}

func (g *gen) opAssign(loud bool) {
	for range 8 {
		s, t := g.target(loud, false)
		if t == nil {
			return
		}
		switch t.kind {
		case kInt:
			switch g.n(4) {
			case 0:
				g.line("%s%s", s, g.pickS("++", "--"))
			case 1:
				g.line("%s %s= %s & 7", s, g.pickS("<<", ">>"), g.variable(g.intType(), 2))
			case 2:
				g.line("%s %s= %s | 1", s, g.pickS("/", "%"), g.variable(t, 2))
			default:
				g.line("%s %s= %s", s, g.pickS("+", "-", "*", "&", "|", "^", "&^"), g.expr(t, 2))
			}
		case kString:
			g.line("%s += %s", s, g.expr(t, 2))
		case kFloat, kComplex:
			g.line("%s %s= %s", s, g.pickS("+", "-", "*"), g.expr(t, 2))
		default:
			continue
		}
		if loud {
			g.printVar(s)
		}
		return
	}
}

func (g *gen) ifStmt(loud bool) {
	mark := len(g.scope)
	g.level++
	if g.one(3) {
		t := g.typ(1)
		name := g.newName()
		g.line("if %s := %s; (%s) {", name, g.typedInit(t), g.expr(tBool, 2))
		g.declare(name, t)
		g.line("_ = %s", name)
	} else {
		g.line("if (%s) {", g.expr(tBool, 2))
	}
	g.nested(2, loud)
	if g.one(2) {
		g.line("} else if (%s) {", g.expr(tBool, 2))
		g.nested(1, loud)
	}
	if g.one(2) {
		g.line("} else {")
		g.nested(2, loud)
	}
	g.line("}")
	g.level--
	g.scope = g.scope[:mark]
}

// typedInit is an expression for a short declaration of the type t; what is a
// composite literal is put in parentheses, as the head of a statement needs.
func (g *gen) typedInit(t *typ) string {
	e := g.expr(t, 2)
	if t.kind == kIface || t.kind == kFunc || t.kind == kPtr {
		return g.paren(t) + "(" + e + ")"
	}
	return "(" + e + ")"
}
