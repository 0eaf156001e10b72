package lang

import (
	"go/ast"
	"go/token"
	"go/types"
	"reflect"
	"sort"
	"sync"
	"sync/atomic"
)

// An Entry is one name that a session declares: the newest variable, type,
// function or constant under that name.
type Entry struct {
	Name string
	Obj  types.Object
	Emit string // its name in the lowered program
	Cell int    // the [n] of the cell that declared it
	Text string // its declaration as written; for a variable the statement that declared it

	unit     *Unit
	decl     ast.Node // *ast.FuncDecl, *ast.TypeSpec; nil for variables
	methods  map[string]*Entry
	recv     *Entry          // the type of a method
	uses     map[*Entry]bool // what its declaration mentions
	latent   *effects        // what calling it, or using it, does
	pure     int             // whether its body only computes: 1 yes, -1 no, 0 not looked at
	forward  string          // the variable that the newest generation is called through, of all generations alike
	passes   string          // the variable that says whether this one calls it
	broken   string          // why it can no longer be called
	pending  string          // the same, while the cell that breaks it is being checked
	fixed    bool            // it holds an error or a like value that nothing can change
	lost     bool            // the process that held its value has died
	older    *Entry          // the generation before under this name
	native   *nativeEntry    // of a compiled cell; nil for others
	replaces *Entry          // the generation before, whose callers it takes over
}

// Options are what a session needs from its house.
type Options struct {
	Packages Packages
	// MagicType is the type of what "name := %line" binds; nil: nothing.
	MagicType func(Segment) reflect.Type
	// ImportHint is what a person can do who imports a package of a module that is
	// not there; "": nothing.
	ImportHint string
}

// A Session is everything that the cells of one session have declared. Its
// methods are safe for concurrent use; a check sees the session as the last
// commit left it.
type Session struct {
	opt  Options
	fset *token.FileSet

	mu      sync.RWMutex
	names   map[string]*Entry
	objs    map[types.Object]*Entry
	imports map[string]*types.Package // by the name that cells use
	emitted emitted
	dots    []*types.Package           // imported with a dot
	specs   map[types.Object]localType // types that functions declare
	main    *types.Package

	files     sync.Map // *token.File -> *source
	std       stdNames
	seq       atomic.Int64 // makes names unique
	typeNames sync.Map
	known     knownTypes
	sources   srcPackages
	locals    struct {
		mu     sync.Mutex
		byKey  map[string]localInstance
		byName map[*types.TypeName]localInstance
	}
	graph    *graph
	promoted []*Promotion
}

// NewSession returns an empty session.
func NewSession(opt Options) *Session {
	return &Session{
		opt: opt, fset: token.NewFileSet(), main: types.NewPackage("main", "main"),
		names: map[string]*Entry{}, objs: map[types.Object]*Entry{},
		specs: map[types.Object]localType{}, imports: map[string]*types.Package{}, emitted: newEmitted(),
		graph: newGraph(),
	}
}

// Lookup finds the newest entry under a name.
func (s *Session) Lookup(name string) (*Entry, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	e, ok := s.names[name]
	return e, ok
}

// Entries lists the session's names, sorted.
func (s *Session) Entries() []*Entry {
	s.mu.RLock()
	defer s.mu.RUnlock()
	list := make([]*Entry, 0, len(s.names))
	for _, e := range s.names {
		list = append(list, e)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Name < list[j].Name })
	return list
}

// Imports maps the package names that cells may use without an import to their
// packages: those that a cell has imported.
func (s *Session) Imports() map[string]*types.Package {
	s.mu.RLock()
	defer s.mu.RUnlock()
	m := make(map[string]*types.Package, len(s.imports))
	for k, v := range s.imports {
		m[k] = v
	}
	return m
}

// Packages is what the session may import.
func (s *Session) Packages() Packages { return s.opt.Packages }

// Methods lists the names of the methods that cells gave to a type.
func (e *Entry) Methods() []string {
	var names []string
	for n := range e.methods {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}

// Commit makes what u declares part of the session.
func (s *Session) Commit(u *Unit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, p := range u.imports {
		s.imports[name] = p
		delete(s.names, name)
	}
	s.dots = append(s.dots, u.dots...)
	for _, e := range append(u.natives, u.entries...) {
		s.objs[e.Obj] = e
		if e.recv != nil {
			e.recv.methods[e.Name] = e
			continue
		}
		if e.older = s.names[e.Name]; e.older == e {
			e.older = nil
		}
		s.names[e.Name] = e
		delete(s.imports, e.Name)
	}
	for obj, e := range u.objs {
		s.objs[obj] = e
	}
	for obj, spec := range u.specs {
		s.specs[obj] = spec
	}
	for _, e := range u.broken {
		e.broken = e.pending
	}
	for _, e := range u.reused {
		e.entry.Obj, e.entry.Text, e.entry.Cell, e.entry.lost = e.obj, e.text, u.src.cell.N, false
		s.names[e.entry.Name] = e.entry
	}
	for _, e := range u.found {
		e.lost = false
	}
	s.emitted.merge(u.emitted)
	s.note(u)
}

// noteFile remembers where the file came from, which outlives its syntax.
func (s *Session) noteFile(f *ast.File, src *source) {
	s.files.Store(s.fset.File(f.FileStart), &source{cell: src.cell, lines: src.lines})
}

// Position finds the cell, line and column of a position.
func (s *Session) Position(pos token.Pos) (cell Cell, line, col int) {
	if !pos.IsValid() {
		return Cell{}, 0, 0
	}
	f := s.fset.File(pos)
	v, ok := s.files.Load(f)
	if !ok {
		return Cell{}, 0, 0
	}
	p := f.Position(pos)
	return v.(*source).cell, p.Line - 1, p.Column
}

// diag is a diagnostic at a position.
func (s *Session) diag(pos token.Pos, msg string) Diagnostic {
	if pos.IsValid() {
		if v, ok := s.files.Load(s.fset.File(pos)); ok {
			p := s.fset.File(pos).Position(pos)
			return v.(*source).at(p.Line-1, p.Column, msg)
		}
	}
	return Diagnostic{Message: plain(msg)}
}
