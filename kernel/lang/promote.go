package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"sort"
	"strings"
)

// The variables of a promoted package that its host sets: what says that a cell
// is being stopped, what is called then, and what is called by a recursion that
// is deeper than MaxDepth.
const (
	StopFlag = "Stopǃ"
	StopCall = "Intrǃ"
	DeepCall = "Deepǃ"
	MaxDepth = 100_000
)

// A Promotion is recursive functions of a cell, as a package to be compiled:
// functions of plain types, which depend on nothing but each other, constants,
// and functions that only compute. They look for an interrupt where interpreted
// ones do, and are the same functions otherwise.
type Promotion struct {
	*Native
	Cells map[string]Cell // by the file names that compiled code knows

	roots   []*Entry // that are recursive
	closure []*Entry // and all that they need
}

// pure are the packages whose functions only compute.
var pure = map[string]bool{"math": true, "math/bits": true, "math/cmplx": true, "strings": true, "strconv": true, "unicode": true, "unicode/utf8": true}

// Promote finds what a committed cell declared that is worth compiling; nil when
// there is nothing.
func (s *Session) Promote(u *Unit) *Promotion {
	p := s.promotion(u)
	if p == nil || p.compileTypes() != nil {
		return nil
	}
	return p
}

func (s *Session) promotion(u *Unit) *Promotion {
	s.mu.RLock()
	defer s.mu.RUnlock()
	closure := map[*Entry]bool{}
	p := &Promotion{Native: &Native{s: s, Files: map[string]string{}}, Cells: map[string]Cell{}}
	for _, e := range u.entries {
		need := map[*Entry]bool{}
		if e.forward == "" || s.names[e.Name] != e || !s.plainFunc(e, need) || !s.reaches(e, e, map[*Entry]bool{}) {
			continue
		}
		p.roots = append(p.roots, e)
		for d := range need {
			closure[d] = true
		}
	}
	if len(p.roots) == 0 {
		return nil
	}
	for e := range closure {
		p.closure = append(p.closure, e)
	}
	sortEntries(p.closure)
	p.write()
	return p
}

// plainFunc says whether a function and all that it uses can be promoted, and
// adds them to need.
func (s *Session) plainFunc(e *Entry, need map[*Entry]bool) bool {
	d, ok := e.decl.(*ast.FuncDecl)
	f, isFunc := e.Obj.(*types.Func)
	if !ok || !isFunc || d.Body == nil || d.Recv != nil || e.native != nil || e.broken != "" || !plainSignature(f.Signature()) {
		return false
	}
	need[e] = true
	fine := namedParams(d)
	called := map[*ast.Ident]bool{d.Name: true}
	ast.Inspect(d, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok {
				called[id] = len(n.Args) != 1 || !isTuple(e.unit.info.TypeOf(n.Args[0]))
			}
		case *ast.GoStmt, *ast.DeferStmt, *ast.SelectStmt, *ast.SendStmt, *ast.FuncLit, *ast.ChanType, *ast.InterfaceType, *ast.TypeSpec:
			fine = false
		case *ast.UnaryExpr:
			fine = fine && n.Op != token.ARROW
		case *ast.Ident:
			fine = fine && s.plainUse(e, n, need, called[n])
		}
		return fine
	})
	return fine
}

// namedParams says whether a parameter can be put before those of d.
func namedParams(d *ast.FuncDecl) bool {
	for _, f := range d.Type.Params.List {
		if len(f.Names) == 0 {
			return false
		}
	}
	return true
}

func isTuple(t types.Type) bool {
	_, ok := t.(*types.Tuple)
	return ok
}

// plainUse says whether a promoted function may use what a name of e means;
// functions of the session may only be called.
func (s *Session) plainUse(e *Entry, id *ast.Ident, need map[*Entry]bool, called bool) bool {
	obj := e.unit.info.Uses[id]
	switch o := obj.(type) {
	case nil, *types.Nil, *types.Label:
		return true
	case *types.Builtin:
		return o.Name() != "print" && o.Name() != "println" && o.Name() != "recover"
	case *types.PkgName:
		return pure[o.Imported().Path()]
	}
	if d := s.objs[obj]; d != nil {
		switch d.Obj.(type) {
		case *types.Const:
			need[d] = true
			_, basic := d.Obj.Type().(*types.Basic)
			return basic && s.names[d.Name] == d && d.decl != nil
		case *types.Func:
			return called && s.names[d.Name] == d && (need[d] || s.plainFunc(d, need))
		}
		return false
	}
	if v, ok := obj.(*types.Var); ok && obj.Parent() != s.main.Scope() && !OfSession(v.Type()) {
		return v.Pkg() == nil || v.Pkg() == s.main || v.IsField()
	}
	return obj.Pkg() == nil || pure[obj.Pkg().Path()] && !isVar(obj)
}

func plainSignature(sig *types.Signature) bool {
	for _, t := range []*types.Tuple{sig.Params(), sig.Results()} {
		for v := range t.Variables() {
			if !plainType(v.Type()) {
				return false
			}
		}
	}
	return sig.TypeParams() == nil && !sig.Variadic()
}

// plainType says whether a value is the same to compiled and to interpreted code: of
// a basic type, or a slice, an array or a map of such.
func plainType(t types.Type) bool {
	switch t := types.Unalias(t).(type) {
	case *types.Basic:
		return t.Kind() != types.UnsafePointer
	case *types.Slice:
		return plainType(t.Elem())
	case *types.Array:
		return plainType(t.Elem())
	case *types.Map:
		return plainType(t.Key()) && plainType(t.Elem())
	}
	return false
}

// reaches says whether from uses to, itself or through what it uses.
func (s *Session) reaches(from, to *Entry, seen map[*Entry]bool) bool {
	seen[from] = true
	found := false
	ast.Inspect(from.decl, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && !found {
			if d := s.objs[from.unit.info.Uses[id]]; d == to {
				found = true
			} else if d != nil && d.decl != nil && !seen[d] {
				found = s.reaches(d, to, seen)
			}
		}
		return !found
	})
	return found
}

// write makes one file for each cell, and one with what the host sets.
func (p *Promotion) write() {
	p.Files["stop.go"] = fmt.Sprintf("package native\n\nvar %s = new(bool)\n\nvar %s, %s = func() {}, func() {}\n", StopFlag, StopCall, DeepCall)
	for _, e := range p.closure {
		if f, ok := e.Obj.(*types.Func); ok {
			p.Files["stop.go"] += entrance(e.Name, f.Signature())
		}
	}
	w := &nativeWriter{n: p.Native, aliases: map[*Entry]bool{}, paths: map[string]bool{}}
	byUnit := map[*Unit][]*Entry{}
	var units []*Unit
	for _, e := range p.closure {
		if byUnit[e.unit] == nil {
			units = append(units, e.unit)
		}
		byUnit[e.unit] = append(byUnit[e.unit], e)
	}
	for i, u := range units {
		name := fmt.Sprintf("fn%d.go", i+1)
		p.Cells[name] = u.src.cell
		w.file(name, func() string {
			var b strings.Builder
			seen := map[ast.Node]bool{}
			for _, e := range byUnit[u] {
				if !seen[e.decl] {
					seen[e.decl] = true
					_, line, _ := p.s.Position(e.decl.Pos())
					fmt.Fprintf(&b, "//line %s:%d\n%s\n", name, line, w.checked(e))
				}
			}
			return b.String()
		})
	}
	for path := range w.paths {
		p.Imports = append(p.Imports, path)
	}
	sort.Strings(p.Imports)
}

// entrance is the function under the name that the cell gave it; the one that
// does the work, with a mark, is told first how deep the recursion is.
func entrance(name string, sig *types.Signature) string {
	var params, results []string
	args := "0"
	for i := range sig.Params().Len() {
		params = append(params, fmt.Sprintf("p%d %s", i, sig.Params().At(i).Type()))
		args += fmt.Sprintf(", p%d", i)
	}
	for v := range sig.Results().Variables() {
		results = append(results, v.Type().String())
	}
	ret := ""
	if len(results) > 0 {
		ret = "return "
	}
	return fmt.Sprintf("\nfunc %s(%s) (%s) { %s%sǃ(%s) }\n", name, strings.Join(params, ", "), strings.Join(results, ", "), ret, name, args)
}

// checked is a declaration that looks for an interrupt at its loops and where it
// begins, and counts how deep it is.
func (w *nativeWriter) checked(e *Entry) string {
	stop := " if *" + StopFlag + " { " + StopCall + "() };"
	inserts := map[token.Pos]string{}
	ast.Inspect(e.decl, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			inserts[n.Name.End()] = "ǃ"
			inserts[n.Type.Params.Opening+1] = first("dǃ int", n.Type.Params.NumFields())
			inserts[n.Body.Lbrace+1] = fmt.Sprintf(" if dǃ > %d { %s() };%s", MaxDepth, DeepCall, stop)
		case *ast.ForStmt:
			inserts[n.Body.Lbrace+1] = stop
		case *ast.RangeStmt:
			inserts[n.Body.Lbrace+1] = stop
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && w.n.s.objs[e.unit.info.Uses[id]] != nil {
				inserts[id.End()] = "ǃ"
				inserts[n.Lparen+1] = first("dǃ+1", len(n.Args))
			}
		case *ast.Ident:
			if pkg, ok := e.unit.info.Uses[n].(*types.PkgName); ok {
				w.use(pkg.Name(), pkg.Imported().Path())
			}
		}
		return true
	})
	var at []token.Pos
	for pos := range inserts {
		at = append(at, pos)
	}
	sort.Slice(at, func(i, j int) bool { return at[i] < at[j] })
	var b strings.Builder
	from := e.decl.Pos()
	for _, pos := range at {
		b.WriteString(w.n.s.slice(e.unit.src.lines, from, pos) + inserts[pos])
		from = pos
	}
	return b.String() + w.n.s.slice(e.unit.src.lines, from, e.decl.End())
}

// first is what is put before others.
func first(text string, others int) string {
	if others > 0 {
		return text + ", "
	}
	return text
}

// Swap is a program that lets the compiled functions take over the calls of the
// interpreted ones; "" when the session has other ones by now. The package must
// be loaded.
func (s *Session) Swap(p *Promotion) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.current(p) {
		return ""
	}
	s.promoted = append(s.promoted, p)
	alias := "nativeǃ" + p.Path[len(NativePath):]
	b := "package main\nimport " + alias + " \"" + p.Path + "\"\nfunc init() {\n"
	for _, e := range p.roots {
		b += fmt.Sprintf("%s = %s.%s\n%s = true\n", e.forward, alias, e.Name, e.passes)
	}
	return b + "}\n"
}

func (s *Session) current(p *Promotion) bool {
	for _, e := range p.closure {
		if s.names[e.Name] != e {
			return false
		}
	}
	return true
}

// Demote is a program that ends the promotion of functions that use what has
// been declared anew since; "" when there are none.
func (s *Session) Demote() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var keep []*Promotion
	b := ""
	for _, p := range s.promoted {
		if s.current(p) {
			keep = append(keep, p)
			continue
		}
		for _, e := range p.roots {
			if s.names[e.Name] == e { // else it is forwarded to what took its place
				b += e.passes + " = false\n"
			}
		}
	}
	s.promoted = keep
	if b == "" {
		return ""
	}
	return "package main\nfunc init() {\n" + b + "}\n"
}
