package gofuzz

import (
	"fmt"
	"strings"
)

// specials are statements that try one thing of the language, with random types
// and values.
var specials = []func(g *gen){
	closures, namedResults, recovers, gotos, order, methodValues, aliasing, copies,
	parallelPlaces, goroutines, variadics, multiValue, shadows, selects, assertions,
	pointers, mapUpdates, localTypes, iterators, callFuncVars, deferLoop, constants, compare, panics, chans, methodExprs,
}

func (g *gen) special() { specials[g.n(len(specials))](g) }

func closures(g *gen) {
	t := g.typ(1)
	k := g.fresh()
	g.line("var fs%d []func() %s", k, t.src)
	switch g.n(3) {
	case 0:
		g.line("for i, z := 0, %s; i < 3; i++ {", g.typedInit(t))
		g.line("fs%d = append(fs%d, func() %s { i += 10; fmt.Println(\"i\", i); return z })", k, k, t.src)
		g.line("if i == 1 { z = %s }\n}", g.expr(t, 1))
	case 1:
		g.line("for i, z := range (%s) {", g.lit(arrayOf(3, t), 1))
		g.line("fs%d = append(fs%d, func() %s { i++; fmt.Println(\"i\", i); z, q := %s, z; _ = z; return q })\n}", k, k, t.src, g.expr(t, 1))
	default:
		g.line("for i := range 3 {\nz := %s\ni *= 2\ndefer func() { fmt.Println(\"d\", i) }()", g.typedInit(t))
		g.line("fs%d = append(fs%d, func() %s { defer func() { z = %s; i++ }(); fmt.Println(i); return z })\n}", k, k, t.src, g.expr(t, 1))
	}
	g.line("for _, f := range append(fs%d, fs%d...) { tick(); fmt.Printf(\"%s %s\\n\", f()) }", k, k, g.tag(), g.verb())
}

func namedResults(g *gen) {
	t, u := g.typ(1), g.typ(1)
	k := g.fresh()
	g.line("nr%d := func() (r %s, q %s) {", k, t.src, u.src)
	g.line("defer func() { %s }()", g.pickS("", "e := recover(); fmt.Println(e)", fmt.Sprintf("if e := recover(); e != nil { r = %s }", g.expr(t, 1))))
	g.line("defer func() { r = %s; fmt.Printf(\"%%v %%T\\n\", q, q) }()", g.expr(t, 1))
	switch g.n(4) {
	case 0:
		g.line("r, q = %s, %s\nreturn", g.expr(t, 1), g.expr(u, 1))
	case 1:
		g.line("if r := (%s); %s { _ = r; return r, %s }\nreturn r, q", g.typedInit(t), g.expr(tBool, 2), g.expr(u, 1))
	case 2:
		g.line("for range 2 { func() { defer func() { q = %s }(); r = %s }() }\nreturn r, %s", g.expr(u, 1), g.expr(t, 1), g.expr(u, 1))
	default:
		g.line("q = %s\npanic(fmt.Sprintf(\"%%T\", q))", g.expr(u, 1))
	}
	g.line("}")
	g.line("r%d, q%d := nr%d()\nfmt.Printf(\"%s %s %s\\n\", r%d, q%d)", k, k, k, g.tag(), g.verb(), g.verb(), k, k)
}

func recovers(g *gen) {
	k := g.fresh()
	g.line("func() {")
	g.line("defer end(%q)", g.tag())
	g.line("defer func() { r := recover(); fmt.Println(\"outer\", r); %s }()", g.pickS("", "panic(fmt.Sprint(\"again \", r))", "if r != nil { panic(r) }"))
	switch g.n(6) {
	case 0:
		g.line("defer func() { func() { fmt.Println(\"nested\", recover()) }() }()")
	case 1:
		g.line("defer fmt.Println(\"deferred\", recover())")
	case 2:
		g.line("rec%d := func() { fmt.Println(\"rec\", recover()) }\ndefer rec%d()", k, k)
	case 3:
		g.line("defer func() { defer func() { fmt.Println(\"inner\", recover()) }(); panic(\"second\") }()")
	case 4:
		g.line("for i := range 3 { defer func(n int) { if n == %d { fmt.Println(recover()) }; fmt.Println(n, i) }(i) }", g.n(4))
	default:
		g.line("defer func() { func() { defer func() { fmt.Println(\"deep\", recover()) }() }() }()")
	}
	t := g.typ(1)
	if t.kind == kPtr || t.kind == kFunc || t.kind == kIface {
		t = tString
	}
	g.line("panic(%s)\n}()", g.expr(t, 2))
}

func gotos(g *gen) {
	k := g.fresh()
	g.line("{\nn := 0\nback%d:\nn++\ntick()\nfor i := range 4 {\nfor j := 0; j < 3; j++ {", k)
	g.line("switch {\ncase (%s) && n < 3:\ngoto back%d\ncase i == %d:\ngoto out%d\ncase j == %d:\nbreak", g.expr(tBool, 2), k, g.n(5), k, g.n(3))
	g.line("default: fmt.Println(\"g\", n, i, j)\n}\n}\n}\nfmt.Println(\"end\", n)\nout%d:\nfmt.Println(\"out\", n)\n}", k)
}

// order prints in which order the calls of one statement are made.
func order(g *gen) {
	k := g.fresh()
	t := g.basic()
	c := func(t *typ) string { return fmt.Sprintf("tr(%d, %s)", g.fresh(), g.lit(t, 0)) }
	ci := func(n int) string { return fmt.Sprintf("tr(%d, %d)", g.fresh(), g.n(n)) }
	g.line("{")
	switch g.n(10) {
	case 0:
		g.line("m := map[%s]%s{%s: %s, %s: %s}\nfmt.Println(len(m) > 0)", t.src, t.src, c(t), c(t), c(t), c(t))
	case 1:
		g.line("s := []%s{%s, %s, %s}\ns[%s], s[%s] = %s, %s\nfmt.Println(s)", t.src, c(t), c(t), c(t), ci(2), ci(3), c(t), c(t))
	case 2:
		g.line("p := Pair[%s, %s]{Second: %s, First: %s}\nfmt.Println(p)", t.src, t.src, c(t), c(t))
	case 3:
		g.line("f := func(a ...%s) int { return tr(%d, len(a)) }\nfmt.Println(tr(%d, f)(%s, %s), f(), f([]%s{%s}...))", t.src, k, g.fresh(), c(t), c(t), t.src, c(t))
	case 4:
		g.line("fmt.Println((%s && %s) || %s && %s)", c(tBool), c(tBool), c(tBool), c(tBool))
	case 5:
		g.line("switch %s {\ncase %s, %s: fmt.Println(1)\ncase %s: fmt.Println(2)\ndefault: fmt.Println(3)\n}", c(t), c(t), c(t), c(t))
	case 6:
		g.line("l := List[%s]{%s}\nfmt.Println(append(l, %s, %s)[%s:].At(%s))", t.src, c(t), c(t), c(t), ci(2), ci(2))
	case 7:
		g.line("x := [2][2]%s{{%s, %s}, {%s}}\nx[%s][%s], x[%s] = %s, [2]%s{%s}\nfmt.Println(x)", t.src, c(t), c(t), c(t), ci(2), ci(2), ci(2), c(t), t.src, c(t))
	case 8:
		g.line("m := map[int][]%s{0: {%s}, 1: nil}\nm[%s] = append(m[%s], %s)\nfmt.Println(m)", t.src, c(t), ci(2), ci(2), c(t))
	default:
		g.line("defer tr(%d, fmt.Println)(%s, %s)\nfmt.Println(Opt[%s]{%s, %s}.Or(%s))", k, c(t), c(tBool), t.src, c(t), c(tBool), c(t))
	}
	g.line("traced(%q)\n}", g.tag())
}

func methodValues(g *gen) {
	for range 6 {
		t := g.typ(1)
		if t.kind == kIface || t.kind == kPtr || !has(t, "Name") {
			continue
		}
		k := g.fresh()
		g.line("mv%d := %s\nmf%d, mg%d := mv%d.Name, (&mv%d).Name", k, g.typedInit(t), k, k, k, k)
		g.line("mv%d = %s\nfmt.Println(mf%d(), mg%d(), mv%d.Name(), Namer(mv%d).Name(), Namer.Name(mv%d), Namer(&mv%d).Name())", k, g.expr(t, 1), k, k, k, k, k, k)
		g.line("for _, f := range []func() string{mf%d, Namer(mv%d).Name} { defer func() { fmt.Println(f()) }() }", k, k)
		return
	}
}

func methodExprs(g *gen) {
	for range 6 {
		t := g.typ(1)
		if t.kind == kIface || t.kind == kPtr || !has(t, "Name") || !t.named {
			continue
		}
		g.line("{\nx := %s\nf, h := (%s).Name, (*%s).Name\nfmt.Printf(\"%%T %%T %%v %%v\\n\", f, h, f(x), h(&x))\n}", g.typedInit(t), t.src, t.src)
		return
	}
}

func aliasing(g *gen) {
	t := g.typ(1)
	k := g.fresh()
	g.line("al%d := []%s{%s, %s, %s, %s}", k, t.src, g.expr(t, 1), g.expr(t, 1), g.expr(t, 1), g.expr(t, 1))
	g.line("am%d := al%d[%d:%d%s]", k, k, g.n(2), 2+g.n(2), g.pickS("", ":3", ":4"))
	g.line("an%d := append(am%d, %s)\nan%d[0] = %s", k, k, g.expr(t, 1), k, g.expr(t, 1))
	g.line("fmt.Printf(\"%s %s %%v %%d\\n\", al%d, am%d, cap(an%d) > 3)", g.tag(), g.verb(), k, k, k)
	g.line("fmt.Println(copy(al%d, al%d[1:]), len(al%d), fmt.Sprintf(%q, al%d))", k, k, k, g.verb(), k)
	if g.one(2) {
		g.line("ap%d := (*[2]%s)(al%d)\nap%d[1] = %s\nfmt.Printf(\"%%v %%v\\n\", al%d, [1]%s(al%d))", k, t.src, k, k, g.expr(t, 1), k, t.src, k)
	}
}

// copies changes the original after it was copied into something.
func copies(g *gen) {
	var t *typ
	for range 10 {
		if t = g.typ(1); t.kind == kStruct || t.kind == kArray {
			break
		}
	}
	k := g.fresh()
	g.line("co%d := %s\nvar ca%d any = co%d\ncs%d, cm%d, cx%d := []%s{co%d}, map[int]%s{1: co%d}, [2]%s{co%d}", k, g.typedInit(t), k, k, k, k, k, t.src, k, t.src, k, t.src, k)
	g.line("cc%d := make(chan %s, 1)\ncc%d <- co%d\ncf%d := func(z %s) %s { return z }(co%d)\ncp%d := &co%d\n_ = cp%d", k, t.src, k, k, k, t.src, t.src, k, k, k, k)
	g.line("for i, z := range cx%d { cx%d[1] = %s; fmt.Printf(\"%%d %%v\\n\", i, z) }", k, k, g.expr(t, 1))
	switch {
	case t.kind == kStruct && len(t.fields) > 0:
		f := t.fields[g.n(len(t.fields))]
		g.line("cp%d.%s = %s", k, f.name, g.expr(f.t, 1))
	case t.kind == kArray:
		g.line("cp%d[0] = %s", k, g.expr(t.elem, 1))
	}
	g.line("fmt.Printf(\"%s %%v %%v %%v %%v %%v %s %%T\\n\", co%d, cs%d, cm%d, <-cc%d, cf%d, ca%d, ca%d)", g.tag(), g.verb(), k, k, k, k, k, k, k)
}

func parallelPlaces(g *gen) {
	t := g.typ(1)
	k := g.fresh()
	g.line("pp%d, pi%d, pm%d := []%s{%s, %s, %s}, 0, map[int]%s{0: %s}", k, k, k, t.src, g.expr(t, 1), g.expr(t, 1), g.expr(t, 1), t.src, g.expr(t, 1))
	g.line("pq%d := &pp%d[1]", k, k)
	switch g.n(4) {
	case 0:
		g.line("pi%d, pp%d[pi%d] = 2, pp%d[pi%d+1]", k, k, k, k, k)
	case 1:
		g.line("pp%d[0], *pq%d, pm%d[pi%d] = *pq%d, pp%d[2], pp%d[0]", k, k, k, k, k, k, k)
	case 2:
		g.line("pq%d, *pq%d, pi%d = &pp%d[0], %s, 1", k, k, k, k, g.expr(t, 1))
	default:
		g.line("pp%d, pp%d[1], pm%d[1] = pp%d[1:], pm%d[0], pp%d[2]", k, k, k, k, k, k)
	}
	g.line("fmt.Printf(\"%s %s %%v %%v %%v\\n\", pp%d, pi%d, pm%d, *pq%d)", g.tag(), g.verb(), k, k, k, k)
}

func goroutines(g *gen) {
	t := g.typ(1)
	k := g.fresh()
	g.line("var wg%d sync.WaitGroup\nre%d := make([]%s, 3)", k, k, t.src)
	switch g.n(3) {
	case 0:
		g.line("for i := range 3 { wg%d.Add(1); go func() { defer wg%d.Done(); re%d[i] = %s }() }", k, k, k, g.expr(t, 1))
	case 1:
		g.line("for i, z := range ([]%s{%s, %s}) { wg%d.Go(func() { defer func() { recover() }(); re%d[i] = z; panic(1) }) }", t.src, g.expr(t, 1), g.expr(t, 1), k, k)
	default:
		g.line("wg%d.Add(1)\ngo func(z ...%s) { copy(re%d, z); wg%d.Done() }(%s, %s)", k, t.src, k, k, g.expr(t, 1), g.expr(t, 1))
	}
	g.line("wg%d.Wait()\nfmt.Printf(\"%s %s\\n\", re%d)", k, g.tag(), g.verb(), k)
}

func variadics(g *gen) {
	t := g.typ(1)
	k := g.fresh()
	g.line("va%d := func(z int, w ...%s) int { fmt.Printf(\"%%d %%d %%v %s\\n\", z, len(w), w == nil, w); if len(w) > 1 { w[0] = w[1] }; return len(w) }", k, t.src, g.verb())
	g.line("vs%d := []%s{%s, %s}", k, t.src, g.expr(t, 1), g.expr(t, 1))
	g.line("vt%d := func() (int, %s, %s) { return 7, %s, %s }", k, t.src, t.src, g.expr(t, 1), g.expr(t, 1))
	for range 2 {
		g.line([]string{"va%d(1)", "va%d(1, nil...)", "va%d(2, vs%d...)", "va%d(3, vs%d[0])", "va%d(vt%d())", "va%d(va%d(0, vs%d...), vs%d[1:]...)"}[g.n(6)], times(k, 4)...)
	}
	g.line("_ = vt%d\nfmt.Printf(\"%s %s\\n\", vs%d)", k, g.tag(), g.verb(), k)
	if t.kind != kIface {
		g.line("func(w ...any) { fmt.Printf(\"%%d %%T %%v\\n\", len(w), w[0], w) }(vs%d, %s, nil)", k, g.typed(t, 1))
	}
}

// times is n times k; Fprintf reports what a format leaves over, so line cuts it.
func times(k, n int) []any {
	as := make([]any, n)
	for i := range as {
		as[i] = k
	}
	return as
}

func multiValue(g *gen) {
	t := g.typ(1)
	k := g.fresh()
	e := g.nonNil(tAny, 1)
	g.line("mu%d := func() (%s, error, any) { return %s, %s, %s }", k, t.src, g.expr(t, 1), g.lit(tError, 1), e)
	g.line("{\nvar a any\nvar b any\nvar c any = 1\na, b, c = mu%d()\nfmt.Printf(\"%s %%T %%T %%T %%v %%v %%v\\n\", a, b, c, a, b, c)\nfmt.Println(mu%d())\n}", k, g.tag(), k)
	g.line("{\na, b, _ := mu%d()\nm := map[string]any{}\nm[\"x\"], m[\"y\"] = a, b\nfmt.Println(len(m), m[\"x\"], m[\"y\"])\n}", k)
	g.line("func(x any, y error, z ...any) { fmt.Printf(\"%%T %%T %%d\\n\", x, y, len(z)) }(mu%d())", k)
}

func shadows(g *gen) {
	t := g.typ(1)
	e := g.typedInit(t)
	switch g.n(5) {
	case 0:
		g.line("{\nz := %s\nlen := func(x any) int { return 42 }\nnil := 3\nfmt.Println(len(z), nil)\n}", e)
	case 1:
		g.line("{\ntype int string\nvar x int = \"s\"\nvar y any = x\n_, ok := y.(int)\nfmt.Printf(\"%%v %%v %%T\\n\", x, ok, y)\n}")
	case 2:
		g.line("{\nx := %s\n{\nx, z := 1, x\nfmt.Println(x)\nfmt.Printf(\"%s %%T\\n\", z, z)\n}\nfmt.Printf(\"%%v\\n\", x)\n}", e, g.verb())
	case 3:
		g.line("{\nz := %s\ntrue, string, append := false, 5, \"a\"\nfmt.Println(true, string, append)\nfmt := z\n_ = fmt\n}", e)
	default:
		g.line("{\nz := %s\ntype T0 struct { Pair[%s, *T1]; id func() T1 }\nx := T0{}\nx.First = z\nfmt.Printf(\"%%v %%T %%T\\n\", x.First, x, x.id)\n}", e, t.src)
	}
}

func selects(g *gen) {
	t := g.typ(1)
	k := g.fresh()
	g.line("se%d := make(chan %s, 2)\nvar sn%d chan %s", k, t.src, k, t.src)
	g.line("for range 4 {\ntick()\nselect {\ncase se%d <- %s: fmt.Println(\"sent\")\ncase v, ok := <-sn%d: fmt.Println(v, ok)\ndefault: v, ok := <-se%d; fmt.Printf(\"%s %%v\\n\", v, ok)\n}\n}", k, g.expr(t, 1), k, k, g.verb())
	g.line("close(se%d)\nfor z := range se%d { fmt.Printf(\"%%v\\n\", z) }\nz%d, ok%d := <-se%d\nfmt.Printf(\"%s %%T %%v %%v\\n\", z%d, z%d, ok%d)", k, k, k, k, k, g.tag(), k, k, k)
}

func assertions(g *gen) {
	t, u := g.typ(1), g.typ(1)
	k := g.fresh()
	g.line("as%d := any(%s)", k, g.typed(t, 1))
	for _, v := range []*typ{t, u, tNamer, tError} {
		g.line("if z, ok := as%d.(%s); ok { fmt.Printf(\"%s %%T %s\\n\", z, z) } else { fmt.Printf(\"no %%v\\n\", %s) }", k, v.src, g.tag(), g.verb(), g.pickS("ok", "z", "any(z)"))
	}
	g.line("func() { defer end(%q); fmt.Println(as%d.(%s)) }()", g.tag(), k, u.src)
}

func pointers(g *gen) {
	t := g.typ(1)
	k := g.fresh()
	g.line("po%d := %s\npr%d := &po%d\npt%d := &pr%d\n**pt%d = %s", k, g.typedInit(t), k, k, k, k, k, g.expr(t, 1))
	if t.named && strings.HasPrefix(t.src, "T") {
		g.line("pr%d.Put(%s)\npo%d.Put(%s)\npf%d := pr%d.Put\npf%d(%s)\n(*%s).Put(pr%d, *pr%d)", k, g.expr(t, 1), k, g.expr(t, 1), k, k, k, g.expr(t, 1), t.src, k, k)
	}
	if t.kind == kStruct && len(t.fields) > 0 {
		f := t.fields[g.n(len(t.fields))]
		g.line("ps%d := &pr%d.%s\n*ps%d = %s\n(*pt%d).%s = *ps%d", k, k, f.name, k, g.expr(f.t, 1), k, f.name, k)
	}
	g.line("fmt.Printf(\"%s %s %%T %%v\\n\", po%d, pt%d, pr%d == *pt%d)", g.tag(), g.verb(), k, k, k, k)
}

func mapUpdates(g *gen) {
	kt, t := g.keyType(), g.typ(1)
	k := g.fresh()
	g.line("ma%d := %s{}\nmk%d := %s\nma%d[mk%d] = %s", k, mapOf(kt, t).src, k, g.typedInit(kt), k, k, g.expr(t, 1))
	g.line("ma%d[%s] = %s", k, g.expr(kt, 1), g.expr(t, 1))
	switch t.kind {
	case kInt:
		g.line("ma%d[mk%d]++\nma%d[mk%d] <<= 2", k, k, k, k)
	case kString:
		g.line("ma%d[mk%d] += \"z\"", k, k)
	case kSlice:
		g.line("ma%d[mk%d] = append(ma%d[mk%d], %s)", k, k, k, k, g.expr(t.elem, 1))
	}
	g.line("mv%d, mo%d := ma%d[%s]\nfmt.Printf(\"%s %s %s %%v\\n\", ma%d, mv%d, mo%d)", k, k, k, g.expr(kt, 1), g.tag(), g.verb(), g.verb(), k, k, k)
	g.line("mi%d := map[any]%s{mk%d: %s, 1: %s, \"1\": %s}\nfmt.Println(len(mi%d), len(ma%d))\ndelete(mi%d, any(mk%d))\n_, mo%d = mi%d[mk%d]\nfmt.Println(len(mi%d), mo%d)", k, t.src, k, g.expr(t, 1), g.expr(t, 1), g.expr(t, 1), k, k, k, k, k, k, k, k, k)
}

func localTypes(g *gen) {
	t := g.typ(1)
	k := g.fresh()
	g.line("type L%d struct { P %s; next *L%d }\ntype M%d []L%d\ntype K%d = map[string]M%d", k, t.src, k, k, k, k, k)
	g.line("lt%d := K%d{\"q\": {{P: %s}, {%s, nil}}}\nlt%d[\"q\"][0].next = &lt%d[\"q\"][1]\nlt%d[\"q\"][0].next.P = %s", k, k, g.expr(t, 1), g.expr(t, 1), k, k, k, g.expr(t, 1))
	g.line("fmt.Printf(\"%s %%T %%T %s %%v\\n\", lt%d, lt%d[\"q\"][1], lt%d[\"q\"][1], id(lt%d[\"q\"])[0].next.next == nil)", g.tag(), g.verb(), k, k, k, k)
}

func iterators(g *gen) {
	t := g.typ(1)
	k := g.fresh()
	g.line("it%d := func(yield func(int, %s) bool) { defer fmt.Println(\"done\"); for i := range 3 { if !yield(i, %s) { fmt.Println(\"stop\"); return } } }", k, t.src, g.expr(t, 1))
	g.line("ir%d := func() (r %s) {\ndefer func() { fmt.Println(\"ret\", recover()) }()\nO%d:\nfor i, v := range it%d {\nfor j := range it%d {\ntick()\n_ = v\ndefer fmt.Println(\"defer\", i, j)", k, t.src, k, k, k)
	g.line("if j == %d { %s }", g.n(4), g.pickS("break", "continue", fmt.Sprintf("break O%d", k), fmt.Sprintf("continue O%d", k), "return v", "panic(\"in\")", "r = v; return"))
	g.line("fmt.Println(i, j)\n}\nif i == 9 { continue O%d }\n}\nreturn\n}()\nfmt.Printf(\"%s %s\\n\", ir%d)", k, g.tag(), g.verb(), k)
}

// callFuncVars calls what the variables of function types hold.
func callFuncVars(g *gen) {
	for _, v := range g.visible() {
		if v.t.kind != kFunc || !g.one(2) || len(v.t.results) == 0 {
			continue
		}
		var as []string
		for _, p := range v.t.params {
			as = append(as, g.expr(p, 2))
		}
		g.line("if %s != nil { r := %s(%s); fmt.Printf(\"%s %s\\n\", r) }", v.name, v.name, strings.Join(as, ", "), g.tag(), g.verb())
		return
	}
}

func deferLoop(g *gen) {
	t := g.typ(1)
	g.line("func() {\nz := %s\nfor i := range 2 { defer fmt.Printf(\"%s %s %%d\\n\", z, i); z = %s; defer func(q %s) { fmt.Printf(\"%%v %%v\\n\", q, z) }(z) }\nz = %s\n}()", g.typedInit(t), g.tag(), g.verb(), g.expr(t, 1), t.src, g.expr(t, 1))
}

func constants(g *gen) {
	t := g.intType()
	k := g.fresh()
	g.line("const ca%d, cb%d = 1 << %d, 'a' + %d\nconst (\nce%d = iota * %d\ncf%d\n_\ncg%d\n)", k, k, g.n(62), g.n(9), k, 1+g.n(5), k, k)
	g.line("fmt.Printf(\"%s %%v %%T %%v %%T %%v %%v\\n\", ca%d, cb%d, cg%d/2.5, cf%d+'x', ca%d>>60, id(%s(cb%d))*2)", g.tag(), k, k, k, k, k, t.src, k)
	g.line("{\nvar sh %s = %d\nvar f float64 = float64(int64(1)<<(sh&31))\nvar x any = 1 << (sh & 3)\nfmt.Println(f, x, uint8(200)+uint8(sh), 7.0/2, 7/2, -7/2, -7%%3, 1<<3.0, len(\"héé\"), sh<<(sh&15))\n}", t.src, g.n(100))
}

func compare(g *gen) {
	t := g.typ(1)
	if !comparable(t) {
		t = tAny
	}
	k := g.fresh()
	g.line("func() {\ndefer end(%q)\nx, y := %s, %s\nvar a, b any = x, y\nfmt.Println(x == y, a == b, a == any(x), a != nil, any(x) == any(%d), b == a)", g.tag(), g.typedInit(t), g.typedInit(t), g.n(3))
	g.line("fmt.Println([2]any{a, b} == [2]any{b, a}, struct{ v any }{a} == struct{ v any }{x}, Pair[any, int]{a, %d} == Pair[any, int]{x, 1})\n}()", k%2)
}

func panics(g *gen) {
	t := g.typ(1)
	g.line("func() {\ndefer end(%q)\nvar z int\nvar m map[string]%s\nvar p *Pair[%s, int]\nvar s []%s\nvar f func()\nvar n Namer\nvar c chan int\n_, _, _, _, _, _, _ = z, m, p, s, f, n, c", g.tag(), t.src, t.src, t.src)
	g.line("%s\nfmt.Println(\"alive\")\n}()", g.pickS(
		"z = 1 / z", "m[\"a\"] = "+g.expr(t, 1), "p.Second = 1", "s[z] = "+g.expr(t, 1), "f()", "n.Name()", "close(c)",
		"_ = s[1:z]", "_ = make([]int, z-1)", "_ = any(z).(string)", "_ = any(n).(error)", "_ = 1 << (z - 1)", "panic(nil)", "panic(error(nil))",
		"_ = any(m) == any(m)", "_ = map[any]int{s: 1}", "_ = [2]int(make([]int, 1))", "_ = *p", "p.Name()", "z %= z", "var e error; panic(e.Error())", "panic(fmt.Errorf(\"w %w\", errors.New(\"in\")))"))
}

func chans(g *gen) {
	t := g.typ(1)
	k := g.fresh()
	g.line("ch%d := make(chan %s)\ngo func(c chan<- %s) { defer close(c); for _, z := range ([]%s{%s, %s}) { c <- z } }(ch%d)", k, t.src, t.src, t.src, g.expr(t, 1), g.expr(t, 1), k)
	g.line("for z := range (<-chan %s)(ch%d) { fmt.Printf(\"%s %s %%T\\n\", z, z) }", t.src, k, g.tag(), g.verb())
}
