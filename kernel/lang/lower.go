package lang

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"sort"
	"strconv"
	"strings"
)

// A Program is a lowered cell: one Go file for the interpreter. It imports the
// run-time support under the path of Support.
type Program struct {
	Name     string       // the file name, unique in the session
	Source   string       // the file
	Packages []string     // import paths that must be loaded, Support aside
	Results  []types.Type // static types of the shown value; empty: nothing is shown
	Funcs    []FuncInfo   // by the index of the line variables that the file registers
	Entry    map[int]int  // line of Source where a function begins -> index in Funcs
	Runs     bool         // the file hands over a function that runs the cell

	Forget []string // names that no later program mentions

	Types []int // numbers of the types that it imports from Types

	lines []token.Pos // line of Source -> where it comes from
}

// FuncInfo says what a function of a lowered program was.
type FuncInfo struct {
	Name string // as the cell has it; "" for the cell's own statements
	Cell Cell   // N is 0 for a function of the standard library
}

// Support is the import path of the run-time support that the interpreter's
// host provides to lowered programs.
const Support = "cellar/rt"

// emitted is what earlier lowered programs hold and later ones may call:
// instances of generics, helpers and hoisted types, by key.
type emitted struct {
	names map[string]string
}

func newEmitted() emitted { return emitted{names: map[string]string{}} }

func (e emitted) merge(o emitted) {
	for k, v := range o.names {
		e.names[k] = v
	}
}

// emitter lowers one unit.
type emitter struct {
	s     *Session
	u     *Unit
	prog  *Program
	decls []string // finished top-level declarations
	queue []func() // instances still to be lowered
	pkgs  map[string]string
	diags Diagnostics
	setup []string // what the program does when it is declared
	vars  []string // line variables, by index of prog.Funcs

	info     *types.Info
	env      env
	std      bool // lowering source of the standard library
	fn       *function
	temp     int
	direct   *ast.FuncLit                        // called where it stands
	called   *ast.Ident                          // the function of the call at hand
	tuples   map[*ast.CallExpr]string            // arguments that several values of one call become
	counts   map[types.Object]bool               // variables that are never negative
	finite   map[int]bool                        // types that were looked at for ever larger instances
	tables   map[string]map[string]reflect.Value // compiled forms, by import path
	locals   map[types.Object]string             // names of local variables
	watched  map[types.Object]bool               // local variables that an index out of range may be about
	runIndex int                                 // of the function that runs the cell
}

// function is what is being lowered: its results, its line variable and the
// statements around the one at hand.
type function struct {
	index            int
	lineVar          string
	results          *types.Tuple
	named            bool
	ctx              []context
	jumps            bool       // its body has a goto
	rangeFor         *rangeFunc // the function is the body of a range over a function
	outer            *function
	deferVar, runVar string   // of a function that defers: what adds to its deferred calls, what runs its body
	deferredVar      string   // of a function that recovers: the number of the call that deferred it
	names            []string // of its results, when they are variables
}

// Lower turns a checked unit into a program. The error is Diagnostics: what
// cannot be run, and where.
func (s *Session) Lower(u *Unit) (*Program, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n := s.seq.Add(1)
	e := &emitter{s: s, u: u, info: u.info, pkgs: map[string]string{}, locals: map[types.Object]string{}, watched: map[types.Object]bool{}, tuples: map[*ast.CallExpr]string{}, counts: map[types.Object]bool{}, finite: map[int]bool{}, tables: map[string]map[string]reflect.Value{}}
	e.prog = &Program{Name: fmt.Sprintf("cell%d", n), Entry: map[int]int{}}
	e.nameEntries()
	e.run(func() {
		e.lowerEntries()
		e.lowerForwards()
		e.lowerBody()
		for len(e.queue) > 0 {
			next := e.queue[0]
			e.queue = e.queue[1:]
			next()
		}
	})
	if len(e.diags) > 0 {
		return nil, e.diags
	}
	e.assemble()
	return e.prog, nil
}

// refusal ends the lowering of a unit; what is refused is in the diags.
type refusal struct{}

// run calls f and stops at the first refusal.
func (e *emitter) run(f func()) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(refusal); !ok {
				e.diags = append(e.diags, Diagnostic{Cell: e.u.src.cell.N, Message: fmt.Sprintf("this cell cannot be run: %v", r)})
			}
		}
	}()
	f()
}

// refuse reports a construct that cannot be run.
func (e *emitter) refuse(pos token.Pos, format string, args ...any) {
	e.diags = append(e.diags, e.s.diag(pos, "cannot run "+fmt.Sprintf(format, args...)))
	panic(refusal{})
}

// nameEntries gives each entry of the unit its name in the lowered program.
func (e *emitter) nameEntries() {
	for _, en := range e.u.entries {
		if en.recv != nil || en.Emit != "" {
			continue
		}
		if _, ok := en.Obj.(*types.TypeName); ok {
			en.Emit = e.s.typeName(en.Name)
		} else {
			en.Emit = e.fresh(en.Name)
		}
	}
}

// fresh is a name that no program of the session has.
func (e *emitter) fresh(base string) string {
	return base + "ǃ" + strconv.FormatInt(e.s.seq.Add(1), 36)
}

// local is a name for a temporary variable.
func (e *emitter) local(base string) string {
	e.temp++
	return base + "ǃ_" + strconv.Itoa(e.temp) // fresh has no such names
}

// typeName is a name for a type: its own the first time, because the
// interpreter shows it.
func (s *Session) typeName(name string) string {
	if _, taken := s.typeNames.LoadOrStore(name, true); taken || types.Universe.Lookup(name) != nil {
		name += "ǃ" + strconv.FormatInt(s.seq.Add(1), 36)
	}
	return name
}

func (e *emitter) lowerEntries() {
	for _, en := range e.u.entries {
		switch obj := en.Obj.(type) {
		case *types.Func:
			if obj.Signature().TypeParams() == nil && obj.Signature().RecvTypeParams() == nil {
				e.lowerFunc(en)
			}
		case *types.Var:
			e.decl(fmt.Sprintf("var %s %s", en.Emit, e.typ(obj.Type())))
			e.setup = append(e.setup, fmt.Sprintf("rtǃ.Var(%q, &%s)", en.Emit, en.Emit))
		}
	}
}

// decl adds a finished top-level declaration.
func (e *emitter) decl(text string) { e.decls = append(e.decls, text) }

// lowerFunc lowers a function or method that is no generic.
func (e *emitter) lowerFunc(en *Entry) {
	d := en.decl.(*ast.FuncDecl)
	if d.Body == nil {
		e.refuse(d.Pos(), "a function without a body")
	}
	obj := en.Obj.(*types.Func)
	name := en.Name
	if en.recv != nil {
		name = en.recv.Name + "." + name
	}
	emit := en.Emit
	switch {
	case en.recv != nil && en.replaces != nil:
		en.Emit = e.fresh(methodFunc(en.recv.Emit, en.Name))
		emit = en.Emit
	case en.recv != nil:
		emit = en.recv.Emit
	}
	e.function(d, obj.Signature(), emit, name, en)
}

// lowerBody lowers the cell's own statements.
func (e *emitter) lowerBody() {
	body := e.u.src.body()
	call := e.mainCall()
	if body == nil && call == "" {
		return
	}
	e.prog.Runs = true
	inits := e.initCalls()
	f := e.enter("", e.u.src.cell, types.NewTuple(), false)
	call = e.initVars() + inits + call
	var b strings.Builder
	e.frame(body)
	e.runIndex = f.index
	// One name for all cells: each replaces the one before, which has been
	// handed over, and can be collected when nothing of it runs any more.
	head := "func cellǃ() {\n" + entryMark(f.index) // who calls it has looked for an interrupt
	if body != nil {
		e.watch(body)
		for i, st := range body.List {
			if i == len(body.List)-1 && e.u.result != nil {
				b.WriteString(e.lowerResult(e.u.result))
				break
			}
			b.WriteString(e.stmt(st, ""))
		}
	}
	text := e.framed(b.String() + call)
	e.leave(f)
	if call != "" || strings.Contains(text, f.lineVar) {
		head += fmt.Sprintf("var %s int\nrtǃ.Line(%d, &%s)\n", f.lineVar, f.index, f.lineVar)
	}
	e.decl(head + e.watches() + text + "}\n")
}

func mark(pos token.Pos) string { return "\x01" + strconv.Itoa(int(pos)) + "\x02" }

// assemble joins the declarations into a file and reads the marks back.
func (e *emitter) assemble() {
	var b strings.Builder
	b.WriteString("package main\nimport rtǃ " + strconv.Quote(Support) + "\n")
	var paths []string
	for p := range e.pkgs {
		paths = append(paths, p)
	}
	sort.Strings(paths)
	// The interpreter has a name for each import of a file, whose type would keep the
	// file's whole syntax.
	e.prog.Forget = append(e.prog.Forget, "rtǃ/"+e.prog.Name)
	for _, p := range paths {
		b.WriteString("import " + e.pkgs[p] + " " + strconv.Quote(p) + "\n")
		e.prog.Forget = append(e.prog.Forget, e.pkgs[p]+"/"+e.prog.Name)
	}
	e.prog.Packages = paths
	if len(e.vars) > 0 && e.prog.Runs {
		e.vars[e.runIndex] = "" // a variable of the function itself, registered when it runs
	}
	args := ""
	for _, v := range e.vars {
		if v == "" {
			args += ", nil"
			continue
		}
		b.WriteString("var " + v + " int\n")
		e.prog.Forget = append(e.prog.Forget, v)
		args += ", &" + v
	}
	for _, d := range e.decls {
		b.WriteString(d + "\n")
	}
	run := "nil"
	if e.prog.Runs {
		run = "cellǃ"
	}
	// An init function leaves nothing behind; a global would stay, and so would
	// each temporary of its initializer.
	b.WriteString("func init() {\n" + strings.Join(e.setup, "\n") + "\nrtǃ.Unit(" + run + args + ")\n}\n")
	e.prog.readMarks(b.String())
}

// readMarks takes the marks out of the text: \x01 pos \x02 says where its line
// comes from, \x03 index \x04 that a function begins there.
func (p *Program) readMarks(text string) {
	p.lines = make([]token.Pos, strings.Count(text, "\n")+2)
	var b strings.Builder
	b.Grow(len(text))
	for line := 1; ; {
		i := strings.IndexAny(text, "\x01\x03\n")
		if i < 0 {
			b.WriteString(text)
			break
		}
		c := text[i]
		if c == '\n' {
			line++
			b.WriteString(text[:i+1])
			text = text[i+1:]
			continue
		}
		b.WriteString(text[:i])
		end := i + max(1, strings.IndexByte(text[i:], c+1))
		n, err := strconv.Atoi(text[i+1 : end])
		if err != nil { // the cell's own, in a literal
			b.WriteByte(c)
			text = text[i+1:]
			continue
		}
		if c == '\x01' {
			p.lines[line] = token.Pos(n)
		} else {
			p.Entry[line] = n
		}
		text = text[end+1:]
	}
	p.Source = b.String()
}

// Diagnose places an error of the interpreter's compiler, at a line of Source,
// in the cell.
func (s *Session) Diagnose(u *Unit, p *Program, line int, msg string) Diagnostics {
	pos := token.NoPos
	for l := min(line, len(p.lines)-1); l > 0 && !pos.IsValid(); l-- {
		pos = p.lines[l]
	}
	d := s.diag(pos, "cannot run this construct: "+msg)
	if d.Line == 0 {
		d.Cell = u.src.cell.N
	}
	return Diagnostics{d}
}
