package gofuzz

import (
	"fmt"
	"strconv"
	"strings"
)

// expr draws an expression of exactly the type t without effects: the order in
// which its operands are read does not matter. It may panic.
func (g *gen) expr(t *typ, d int) string {
	if d <= 0 || g.one(4) {
		if v := g.varOf(t); v != "" && !g.one(3) {
			return v
		}
		return g.lit(t, d)
	}
	switch g.n(13) {
	case 0, 1:
		if s := g.path(t); s != "" {
			return s
		}
	case 2:
		if s := g.pureCall(t, d); s != "" {
			return s
		}
	case 3:
		return fmt.Sprintf("%s[%s](%s)", g.pickS("id", "viaAny", "viaChan", "Twice"), t.src, g.expr(t, d-1))
	case 4:
		return fmt.Sprintf("any(%s).(%s)", g.nonNil(t, d-1), t.src)
	case 5:
		return g.literalCall(t, d)
	case 6:
		return g.wrapped(t, d)
	case 7:
		return fmt.Sprintf("pick(%s, %s, %s)", g.expr(tBool, d-1), g.typed(t, d-1), g.typed(t, d-1))
	}
	return g.op(t, d)
}

// typed is an expression whose type is t even where it is inferred.
func (g *gen) typed(t *typ, d int) string {
	e := g.expr(t, d)
	if t.kind == kIface || t.kind == kFunc || t.kind == kPtr {
		return "(" + t.src + ")(" + e + ")"
	}
	return e
}

// nonNil is an expression that an assertion from any to t finds.
func (g *gen) nonNil(t *typ, d int) string {
	if t.kind == kIface {
		for range 5 {
			if u := g.typ(1); u.kind != kIface && implements(u, t) {
				return g.typed(u, d)
			}
		}
	}
	return g.typed(t, d)
}

// literalCall calls a function literal in place; its body sees the scope, but
// changes only what it declares.
func (g *gen) literalCall(t *typ, d int) string {
	switch g.n(4) {
	case 0:
		return fmt.Sprintf("func() %s { return %s }()", t.src, g.expr(t, d-1))
	case 1:
		return fmt.Sprintf("func() (r %s) { defer func() { r = %s }(); return %s }()", t.src, g.expr(t, d-1), g.expr(t, d-2))
	case 2:
		u := g.typ(1)
		return fmt.Sprintf("func(q %s, w ...%s) %s { if len(w) > 1 { return w[1] }; return %s }(%s, %s)", u.src, t.src, t.src,
			g.expr(t, d-2), g.expr(u, d-2), g.expr(t, d-1))
	}
	return fmt.Sprintf("func() (r %s) { defer func() { if e := recover(); e != nil { r = %s } }(); panic(%q) }()", t.src, g.expr(t, d-1), g.word())
}

// wrapped puts a value of t into something and takes it out again.
func (g *gen) wrapped(t *typ, d int) string {
	e := g.expr(t, d-1)
	switch g.n(8) {
	case 0:
		return fmt.Sprintf("[]%s{%s, %s}[1]", t.src, g.expr(t, d-2), e)
	case 1:
		return fmt.Sprintf("map[string]%s{\"a\": %s}[%q]", t.src, e, g.pickS("a", "b"))
	case 2:
		return fmt.Sprintf("struct{ v %s }{%s}.v", t.src, e)
	case 3:
		return fmt.Sprintf("[...]%s{2: %s}[%d]", t.src, e, g.n(3))
	case 4:
		return fmt.Sprintf("*new(%s)", g.conv(t, e))
	case 5:
		return fmt.Sprintf("id(Pair[%s, int]{%s, 1}).Swap().Second", t.src, e)
	case 6:
		return fmt.Sprintf("id(Opt[%s]{%s, %s}).Or(%s)", t.src, e, g.expr(tBool, d-1), g.expr(t, d-2))
	}
	return fmt.Sprintf("append(List[%s](nil), %s, %s).At(%d)", t.src, e, g.expr(t, d-2), g.n(3))
}

// conv writes a conversion that is right for every spelling of a type.
func (g *gen) conv(t *typ, e string) string { return "(" + t.src + ")(" + e + ")" }

// op draws an operation of t's own.
func (g *gen) op(t *typ, d int) string {
	switch t.kind {
	case kInt:
		return g.intOp(t, d)
	case kFloat, kComplex:
		x, y := g.variable(t, d-1), g.expr(t, d-1)
		if t.kind == kComplex && t.base == "complex128" && g.one(3) {
			return g.conv(t, fmt.Sprintf("complex(%s, %s)", g.expr(tFloat, d-1), g.variable(tFloat, d-1)))
		}
		return fmt.Sprintf("(%s %s %s)", x, g.pickS("+", "-", "*", "/"), y)
	case kString:
		return g.stringOp(t, d)
	case kBool:
		return g.boolOp(t, d)
	case kSlice:
		return g.sliceOp(t, d)
	case kPtr:
		if v := g.varOf(t.elem); v != "" && !strings.HasPrefix(v, fixed) && g.one(2) {
			return "&" + v
		}
	}
	return g.lit(t, d)
}

// variable is an expression of t that is not constant.
func (g *gen) variable(t *typ, d int) string {
	if v := g.varOf(t); v != "" && g.one(2) {
		return v
	}
	return "id[" + t.src + "](" + g.expr(t, d-1) + ")"
}

func (g *gen) intOp(t *typ, d int) string {
	x := g.variable(t, d-1)
	switch g.n(9) {
	case 0:
		return fmt.Sprintf("(%s %s (%s | 1))", x, g.pickS("/", "%"), g.variable(t, d-1))
	case 1:
		return fmt.Sprintf("(%s %s (%s & 7))", x, g.pickS("<<", ">>"), g.variable(g.intType(), d-1))
	case 2:
		return fmt.Sprintf("(%s%s)", g.pickS("-", "^", "+"), x)
	case 3:
		return g.conv(t, g.variable(g.intType(), d-1))
	case 4:
		return fmt.Sprintf("%s(%s, %s)", g.pickS("min", "max"), x, g.expr(t, d-1))
	case 5:
		if u := g.typ(1); u.kind == kSlice || u.kind == kMap || u.kind == kArray {
			return g.conv(t, "len("+g.variable(u, d-1)+")")
		}
	}
	return fmt.Sprintf("(%s %s %s)", x, g.pickS("+", "-", "*", "&", "|", "^", "&^"), g.expr(t, d-1))
}

func (g *gen) intType() *typ {
	for {
		if t := basics[g.n(len(basics))]; t.kind == kInt {
			return t
		}
	}
}

func (g *gen) stringOp(t *typ, d int) string {
	switch g.n(7) {
	case 0:
		u := g.typ(1)
		return g.conv(t, fmt.Sprintf("fmt.Sprintf(%q, %s)", g.verb(), g.typed(u, d-1)))
	case 1:
		return g.conv(t, "string([]byte("+string(g.expr(t, d-1))+"))")
	case 2:
		return g.conv(t, "string([]rune("+g.expr(t, d-1)+"))")
	case 3:
		return fmt.Sprintf("sub(%s, %d, %d)", g.variable(t, d-1), g.n(4), g.n(4))
	case 4:
		if u := g.typ(1); u.kind != kIface && has(u, "Name") {
			return g.conv(t, g.variable(u, d-1)+".Name()")
		}
	}
	return fmt.Sprintf("(%s + %s)", g.variable(t, d-1), g.expr(t, d-1))
}

func (g *gen) boolOp(t *typ, d int) string {
	if g.one(3) {
		return g.conv(t, fmt.Sprintf("%s %s %s", g.expr(t, d-1), g.pickS("&&", "||", "==", "!="), g.variable(t, d-1)))
	}
	u := g.typ(1)
	switch {
	case u.kind == kIface && g.one(2):
		v := g.typ(1)
		if v.kind != kIface && implements(v, u) && comparable(v) {
			return g.conv(t, fmt.Sprintf("%s %s %s", g.variable(u, d-1), g.pickS("==", "!="), g.typed(v, d-1)))
		}
	case u.kind == kIface:
		v := g.typ(1)
		if v.kind == kIface || implements(v, u) {
			return g.conv(t, fmt.Sprintf("func() bool { _, ok := (%s).(%s); return ok }()", g.variable(u, d-1), v.src))
		}
	case u.ordered():
		return g.conv(t, fmt.Sprintf("%s %s %s", g.variable(u, d-1), g.pickS("<", "<=", ">", ">=", "==", "!="), g.expr(u, d-1)))
	case comparable(u) && u.kind != kPtr:
		return g.conv(t, fmt.Sprintf("%s == %s", g.variable(u, d-1), g.variable(u, d-1)))
	}
	return g.conv(t, "!"+g.expr(t, d-1))
}

func (g *gen) sliceOp(t *typ, d int) string {
	x := g.variable(t, d-1)
	switch g.n(5) {
	case 0:
		return fmt.Sprintf("append(%s, %s, %s)", x, g.expr(t.elem, d-1), g.expr(t.elem, d-2))
	case 1:
		return fmt.Sprintf("append(%s, %s...)", x, g.expr(t, d-1))
	case 2:
		return fmt.Sprintf("cut(%s, %d, %d)", x, g.n(3), g.n(4))
	case 3:
		return fmt.Sprintf("(%s)[:0:0]", x)
	}
	return fmt.Sprintf("append(%s(nil), %s...)", g.paren(t), x)
}

func (g *gen) paren(t *typ) string { return "(" + t.src + ")" }

// lit draws a literal of t.
func (g *gen) lit(t *typ, d int) string {
	if d < -1 && t.kind > kString {
		return g.zero(t)
	}
	switch t.kind {
	case kBool, kInt, kFloat, kComplex, kString:
		s := g.basicLit(t)
		if t.src == "int" && s[0] != '\'' || t.src == "string" || t.src == "bool" || t.src == "float64" && strings.ContainsAny(s, ".e(") {
			return s
		}
		return t.src + "(" + s + ")"
	case kPtr:
		if g.one(2) {
			return "ref[" + t.elem.src + "](" + g.expr(t.elem, d-1) + ")"
		}
		return g.conv(t, "new("+t.elem.src+")")
	case kStruct:
		return g.structLit(t, d)
	case kFunc:
		return g.funcLit(t, d)
	case kIface:
		return g.ifaceLit(t, d)
	}
	if g.one(8) && t.kind != kArray {
		return g.conv(t, "nil")
	}
	var ss []string
	for i := range g.n(3) + 1 {
		switch e := g.expr(t.elem, d-1); {
		case t.kind == kMap:
			if i > 0 {
				ss = append(ss, "id("+g.typed(t.key, 0)+"): "+e)
			} else {
				ss = append(ss, g.expr(t.key, 0)+": "+e)
			}
		case t.kind == kArray && i >= t.n:
		default:
			ss = append(ss, e)
		}
	}
	return g.composite(t, ss)
}

// zero is a short value of t.
func (g *gen) zero(t *typ) string {
	switch t.kind {
	case kStruct, kArray:
		return g.composite(t, nil)
	case kPtr:
		return g.conv(t, "new("+t.elem.src+")")
	}
	return g.conv(t, "nil")
}

// composite is a composite literal; one of a generic type is an argument, as the
// printer of package format takes away the parentheses that it needs in the
// head of a statement.
func (g *gen) composite(t *typ, elems []string) string {
	s := t.src + "{" + strings.Join(elems, ", ") + "}"
	if t.named && strings.Contains(t.src, "[") {
		return "id(" + s + ")"
	}
	return s
}

func (g *gen) structLit(t *typ, d int) string {
	var ss []string
	keyed := g.one(2)
	for _, f := range t.fields {
		switch {
		case keyed && g.one(3):
		case keyed:
			ss = append(ss, f.name+": "+g.expr(f.t, d-1))
		default:
			ss = append(ss, g.expr(f.t, d-1))
		}
	}
	return g.composite(t, ss)
}

func (g *gen) funcLit(t *typ, d int) string {
	var ps []string
	mark := len(g.scope)
	g.level++
	for i, p := range t.params {
		name := fmt.Sprintf("p%d", i)
		ps = append(ps, name+" "+p.src)
		g.declare(name, p)
	}
	var rs []string
	for _, r := range t.results {
		rs = append(rs, g.expr(r, d-1))
	}
	g.level--
	g.scope = g.scope[:mark]
	return fmt.Sprintf("%s(func(%s) (%s) { return %s })", g.paren(t), strings.Join(ps, ", "), list(t.results), strings.Join(rs, ", "))
}

func (g *gen) ifaceLit(t *typ, d int) string {
	for range 8 {
		if u := g.typ(1); u.kind != kIface && implements(u, t) {
			return g.paren(t) + "(" + g.expr(u, d-1) + ")"
		}
	}
	if t == tError && g.one(2) {
		return fmt.Sprintf("fmt.Errorf(\"e: %%w\", %s)", g.lit(tError, d-1))
	}
	return g.paren(t) + "(nil)"
}

// basicLit is a constant in t's range.
func (g *gen) basicLit(t *typ) string {
	switch t.kind {
	case kBool:
		return g.pickS("true", "false")
	case kString:
		return g.pickS(`""`, `"a"`, `"héé"`, `"\xff\xfe"`, `"日本"`, `"x\x80y"`, "`raw\\n`", strconv.Quote(g.word()))
	case kFloat:
		return g.pickS("0.0", "1.5", "-2.25", "1e10", "3.0", "-0.5")
	case kComplex:
		return g.pickS("1i", "2+3i", "0.5", "-1i")
	}
	top := uint64(1)<<(t.bits-1) - 1
	if t.unsigned {
		return g.pickS("0", "1", "2", "3", "7", fmt.Sprint(top), fmt.Sprint(2*top+1), "'a'")
	}
	return g.pickS("0", "1", "2", "3", "-1", "-7", fmt.Sprint(top), fmt.Sprintf("-%d", top+1), "'a'")
}
