package gofuzz

import (
	"fmt"
	"strings"
)

// fixed begins what stands for a variable that must not be changed.
const fixed = "id("

// loop writes a loop of few turns, that may be left or gone on with from inside
// of others.
//
// Long: one case for each kind of loop.
func (g *gen) loop(loud bool) {
	mark := len(g.scope)
	g.level++
	label := ""
	if g.one(2) {
		label = g.label("L")
		g.line("%s:", label)
	}
	i := g.label("i")
	switch g.n(9) {
	case 0:
		g.line("for %s := 0; %s < %d; %s++ {", i, i, 1+g.n(4), i)
		g.declareLoop(i, tInt, loud)
	case 1:
		t := g.intType()
		g.line("for %s := range %s(%d) {", i, t.src, 1+g.n(4))
		g.declareLoop(i, t, loud)
	case 2:
		t := g.typ(1)
		v := g.label("v")
		g.line("for %s, %s := range (%s) {\n_ = %s", i, v, g.expr(sliceOf(t), 2), v)
		g.declareLoop(i, tInt, loud)
		g.declare(v, t)
	case 3:
		t := g.typ(1)
		v := g.label("v")
		g.line("for %s, %s := range (%s%s) {\n_ = %s", i, v, g.pickS("", "", "&"), g.lit(arrayOf(3, t), 2), v)
		g.declareLoop(i, tInt, loud)
		g.declare(v, t)
	case 4:
		v := g.label("v")
		g.line("for %s, %s := range (%s) {\n_ = %s", i, v, g.expr(tString, 1), v)
		g.declareLoop(i, tInt, loud)
		g.declare(v, basics[6])
	case 5:
		k := []*typ{tInt, tString}[g.n(2)]
		g.line("for _, %s := range slices.Sorted(maps.Keys(%s)) {", i, g.expr(mapOf(k, g.typ(1)), 1))
		g.declareLoop(i, k, loud)
	case 6:
		t := g.typ(1)
		g.line("for %s := range func(yield func(%s) bool) { _ = yield(%s) && yield(%s) } {", i, t.src, g.expr(t, 2), g.expr(t, 2))
		g.declareLoop(i, t, loud)
	case 7:
		t := g.typ(1)
		v := g.label("v")
		g.line("for %s, %s := range slices.All(%s) {\n_ = %s", i, v, g.expr(sliceOf(t), 2), v)
		g.declareLoop(i, tInt, loud)
		g.declare(v, t)
	default:
		g.line("for %s, more := 0, true; more; %s, more = %s+1, %s < %d {", i, i, i, i, g.n(4))
		g.declareLoop(i, tInt, loud)
	}
	g.line("_ = %s\ntick()", i)
	if label != "" {
		g.loops = append(g.loops, label)
		g.line("if fuel < -9 { break %s }", label)
		g.line("if (%s) { %s %s }", g.expr(tBool, 2), g.pickS("break", "continue"), g.loops[g.n(len(g.loops))])
	}
	g.nested(2, loud)
	if label != "" {
		g.jump()
		g.loops = g.loops[:len(g.loops)-1]
	}
	g.line("}")
	g.level--
	g.scope = g.scope[:mark]
}

// declareLoop lets the body use the loop's variable, but not change it.
func (g *gen) declareLoop(name string, t *typ, loud bool) {
	if loud {
		g.line("fmt.Println(\"%s\", %s)", name, name)
	}
	g.declare(fixed+name+")", t)
}

// jump leaves a loop, or the function, where a condition holds.
func (g *gen) jump() {
	switch {
	case g.results != nil && g.one(2):
		g.line("if (%s) { return %s }", g.expr(tBool, 2), g.expr(g.results[0], 2))
	case len(g.loops) > 0:
		g.line("if (%s) { %s %s }", g.expr(tBool, 2), g.pickS("break", "continue"), g.loops[g.n(len(g.loops))])
	}
}

func (g *gen) switchStmt(loud bool) {
	t := g.typ(1)
	for !t.ordered() && t.kind != kIface && t.kind != kBool && !(t.kind == kStruct && hashable(t)) {
		t = g.typ(1)
	}
	var tag string
	switch {
	case g.one(4):
		t, tag = tBool, ""
	case g.one(3):
		tag = fmt.Sprintf("%s := %s; (%s)", "w", g.typedInit(t), g.expr(t, 2))
	default:
		tag = "(" + g.expr(t, 2) + ")"
	}
	g.line("switch %s {", tag)
	if strings.HasPrefix(tag, "w := ") {
		g.line("case w:")
	}
	cases := 1 + g.n(4)
	fallback := g.n(cases + 2)
	for i := range cases {
		if i == fallback {
			g.line("default:")
			g.caseBody("default", i, cases, loud)
		}
		e := g.variable(t, 2)
		if g.one(2) {
			e += ", " + g.variable(t, 2)
		}
		g.line("case %s:", e)
		g.caseBody(fmt.Sprint(i), i, cases, loud)
	}
	g.line("}")
}

func (g *gen) caseBody(name string, i, cases int, loud bool) {
	if loud {
		g.line("fmt.Println(%q, %q)", g.tag(), name)
	}
	g.nested(1, loud)
	switch {
	case g.one(5):
		g.line("if (%s) { break }", g.expr(tBool, 2))
	case i < cases-1 && g.one(4):
		g.line("fallthrough")
	}
}

func (g *gen) typeSwitch(loud bool) {
	t := []*typ{tAny, tAny, tError, tNamer}[g.n(4)]
	g.line("switch w := (%s).(type) {", g.expr(t, 3))
	seen := map[string]bool{}
	cases := 1 + g.n(5)
	fallback := g.n(cases)
	for i := range cases {
		if i == fallback {
			mark := len(g.scope)
			g.level++
			g.line("default:\n_ = w")
			g.declare("w", t)
			g.nested(1, loud)
			g.level--
			g.scope = g.scope[:mark]
		}
		u := g.typ(1)
		if seen[u.src] || !implements(u, t) && u.kind != kIface {
			continue
		}
		seen[u.src] = true
		mark, t := len(g.scope), t
		g.level++
		switch v := g.typ(1); {
		case g.one(4) && !seen["nil"]:
			seen["nil"] = true
			g.line("case %s, nil:\n_ = w", u.src)
		case g.one(4) && !seen[v.src] && (implements(v, t) || v.kind == kIface):
			seen[v.src] = true
			g.line("case %s, %s:\n_ = w", u.src, v.src)
		default:
			g.line("case %s:\n_ = w", u.src)
			t = u
		}
		g.declare("w", t)
		if loud {
			g.line("fmt.Printf(\"%s %d %%T %s\\n\", w, w)", g.tag(), i, g.verb())
		}
		g.nested(1, loud)
		g.level--
		g.scope = g.scope[:mark]
	}
	g.line("}")
}
