// Package gofuzz makes random Go programs that compile, end, and print the same
// each time, builds and runs them natively, and makes them smaller. They are
// meant to be hard on the lowering of package lang. It knows no interpreter.
package gofuzz

import (
	_ "embed" // the prelude
	"fmt"
	"go/format"
	"math/rand/v2"
	"strings"
)

//go:embed prelude.txt
var prelude string

// gen is a program that is being written.
type gen struct {
	r       *rand.Rand
	b       *strings.Builder
	types   []*typ
	pure    []fn
	scope   []variable
	level   int // of blocks
	counter int
	budget  int // statements that may still be made
	loops   []string
	results []*typ
	inits   string // the call that prints the package variables
}

type fn struct {
	name    string
	params  []*typ
	results []*typ
}

type variable struct {
	name  string
	t     *typ
	level int
}

func (g *gen) n(n int) int           { return g.r.IntN(n) }
func (g *gen) one(in int) bool       { return g.r.IntN(in) == 0 }
func (g *gen) word() string          { return []string{"boom", "x", "é", "late"}[g.n(4)] }
func (g *gen) verb() string          { return g.pickS("%v", "%+v", "%#v", "%T") }
func (g *gen) fresh() int            { g.counter++; return g.counter }
func (g *gen) tag() string           { return fmt.Sprintf("t%d", g.fresh()) }
func (g *gen) label(p string) string { return fmt.Sprintf("%s%d", p, g.fresh()) }

func (g *gen) pickS(ss ...string) string { return ss[g.n(len(ss))] }

func (g *gen) line(format string, args ...any) {
	if n := strings.Count(strings.ReplaceAll(format, "%%", ""), "%"); n < len(args) {
		args = args[:n]
	}
	fmt.Fprintf(g.b, format+"\n", args...)
}

// Generate returns the program of a seed: package main, formatted. A few of the
// programs do not compile; those are for the caller to leave out.
func Generate(seed uint64) string {
	g := &gen{r: rand.New(rand.NewPCG(seed, 0xce11a5)), b: &strings.Builder{}}
	g.line("package main\n\nimport (\n\"fmt\"\n\"runtime\"\n\"slices\"\n\"maps\"\n\"strings\"\n\"sync\"\n\"errors\"\n)\n")
	g.line("var _ = slices.Sorted[int]\nvar _ sync.Mutex\nvar _ = errors.Is\nvar _ = maps.Keys[map[int]int]\n")
	g.line("%s", prelude)
	for range 3 + g.n(4) {
		g.typeDecl()
	}
	g.globals()
	for range 2 + g.n(3) {
		g.pureFunc()
	}
	steps := 3 + g.n(3)
	for i := range steps {
		g.line("func step%d() {\ndefer end(\"step%d\")", i, i)
		g.budget = 16
		g.body(3 + g.n(6))
		g.line("}\n")
	}
	g.line("func main() {\n%s", g.inits)
	for i := range steps {
		g.line("fuel = 4000\nstep%d()", i)
	}
	g.line("}")
	text, err := format.Source([]byte(g.b.String()))
	if err != nil {
		return g.b.String()
	}
	return string(text)
}

// typeDecl declares a type with some methods.
func (g *gen) typeDecl() {
	name := fmt.Sprintf("T%d", len(g.types))
	t := &typ{src: name, named: true}
	text := ""
	switch g.n(8) {
	case 0, 1:
		b := g.basic()
		*t = *b
		t.src, t.named, text = name, true, b.src
	case 2, 3, 4:
		t.kind = kStruct
		if len(g.types) > 0 && g.one(2) {
			if e := g.types[g.n(len(g.types))]; e.kind != kPtr && e.kind != kFunc {
				t.fields = append(t.fields, field{name: e.src, t: e, embedded: true})
			}
		} else if g.one(4) {
			t.fields = append(t.fields, field{name: "Namer", t: tNamer, embedded: true})
		}
		g.addFields(t, 1+g.n(3), 1)
		text = structText(t)
	default:
		u := g.typ(2)
		for u.kind == kIface || u.kind == kPtr || u.kind == kStruct {
			u = g.typ(2)
		}
		*t = *u
		t.src, t.named, text, t.methods = name, true, u.src, nil
	}
	g.line("type %s %s\n", name, text)
	g.methods(t)
	g.types = append(g.types, t)
}

func (g *gen) methods(t *typ) {
	sum := "len(fmt.Sprint(" + g.shallow(t) + "))"
	embeds := t.kind == kStruct && t.fields[0].embedded
	for _, m := range []string{"Name", "Size", "String", "Error"} {
		if !g.one(2) || g.one(2) && (m == "String" || m == "Error") || embeds && g.one(2) {
			continue
		}
		t.methods = append(t.methods, m)
		switch m {
		case "Size":
			g.line("func (x %s) Size() int { tick(); return %s }\n", t.src, sum)
		default:
			g.line("func (x %s) %s() string { tick(); return fmt.Sprint(%q, %s) }\n", t.src, m, t.src+m, g.shallow(t))
		}
	}
	g.line("func (x *%s) Put(y %s) { *x = y }\n", t.src, t.src)
}

// shallow is an expression of the receiver x that is safe to print in a method
// that printing may call.
func (g *gen) shallow(t *typ) string {
	switch t.kind {
	case kStruct:
		for _, f := range t.fields {
			if !f.embedded && !f.t.named && f.t.kind <= kString {
				return "x." + f.name
			}
		}
		return "1"
	case kSlice, kMap, kArray:
		return "len(x)"
	case kFunc:
		return "x == nil"
	}
	return t.base + "(x)"
}

// globals declares package variables that depend on each other in an order that
// is not that of the source.
func (g *gen) globals() {
	k := g.fresh()
	g.line("var ga%d = tr(1, gb%d + 1)\nvar gb%d = tr(2, gf%d() * 2)\nvar gc%d, gd%d = gp%d()\n", k, k, k, k, k, k, k)
	g.line("func gf%d() int { return tr(3, len(gs%d)) }\nfunc gp%d() (int, string) { return tr(4, ga%d), tr(5, gs%d) }\n", k, k, k, k, k)
	g.line("var gs%d = tr(6, %q)\n", k, g.word())
	g.line("func step%dinit() { traced(\"init\"); fmt.Println(ga%d, gb%d, gc%d, gd%d) }", k, k, k, k, k)
	g.inits = fmt.Sprintf("step%dinit()", k)
	for range 1 + g.n(3) {
		t := g.typ(1)
		name := fmt.Sprintf("g%d", g.fresh())
		g.line("var %s %s = %s\n", name, t.src, g.expr(t, 2))
		g.declare(name, t)
	}
}

// pureFunc declares a function that changes nothing but what it declares.
func (g *gen) pureFunc() {
	f := fn{name: fmt.Sprintf("f%d", len(g.pure))}
	scope := g.scope
	g.scope = nil
	g.level++
	var ps []string
	for i := range 1 + g.n(3) {
		t := g.typ(1)
		f.params = append(f.params, t)
		name := fmt.Sprintf("p%d", i)
		ps = append(ps, name+" "+t.src)
		g.declare(name, t)
	}
	t := g.typ(1)
	f.results = []*typ{t}
	named := g.one(2)
	if named {
		g.line("func %s(%s) (r %s) {\ntick()", f.name, strings.Join(ps, ", "), t.src)
		g.declare("r", t)
		if g.one(2) {
			g.line("defer func() { if e := recover(); e != nil { r = %s } }()", g.expr(t, 1))
		}
	} else {
		g.line("func %s(%s) %s {\ntick()", f.name, strings.Join(ps, ", "), t.src)
	}
	g.budget = 6
	g.results = f.results
	g.quiet(1 + g.n(4))
	g.results = nil
	g.line("return %s\n}\n", g.expr(t, 2))
	g.level--
	g.scope = scope
	g.pure = append(g.pure, f)
}

// pureCall calls a declared function that returns t; "" when there is none.
func (g *gen) pureCall(t *typ, d int) string {
	for range 4 {
		if len(g.pure) == 0 {
			return ""
		}
		f := g.pure[g.n(len(g.pure))]
		if f.results[0].src != t.src {
			continue
		}
		var as []string
		for _, p := range f.params {
			as = append(as, g.expr(p, d-2))
		}
		return f.name + "(" + strings.Join(as, ", ") + ")"
	}
	return ""
}
