package lang

import (
	"go/ast"
	"go/token"
	"go/types"
)

// A Unit is a checked cell, ready to be lowered. Until it is committed the
// session does not know it.
type Unit struct {
	Warnings Diagnostics // what the cell breaks elsewhere
	Magics   []Segment   // the magic lines, by the index that the lowered program hands back

	s       *Session
	src     *source
	info    *types.Info
	pkg     *types.Package
	imports map[string]*types.Package // by this cell, or added for it
	dots    []*types.Package          // imported with a dot
	entries []*Entry
	natives []*Entry // of a compiled cell
	reused  []reuse
	objs    map[types.Object]*Entry
	result  ast.Expr // the last expression; nil when nothing is shown
	emitted emitted
	specs   map[types.Object]localType
	broken  []*Entry             // of earlier cells, that the cell breaks
	found   []*Entry             // lost variables that the cell assigns
	same    []*Entry             // types that the cell declares as they are
	changes bool                 // it changes variables, or may let others change them
	watched map[types.Object]int // local variables whose addresses the running cell keeps, by their number
}

// reuse is a variable of the session that the cell declares anew with its type.
type reuse struct {
	entry *Entry
	obj   types.Object
	text  string
}

// Cell is the cell that was checked.
func (u *Unit) Cell() Cell { return u.src.cell }

// Declares says whether the cell leaves something behind: names, or changes of
// what earlier cells left. It is known once the cell is committed.
func (u *Unit) Declares() bool {
	return u.changes || len(u.natives)+len(u.entries)+len(u.reused)+len(u.imports)+len(u.dots) > 0
}

// Check parses and type-checks a cell against everything the session has.
// Nothing changes until Commit. The error, if any, is Diagnostics.
func (s *Session) Check(cell Cell) (*Unit, error) {
	s.mu.Lock() // the scope of package main is the check's own
	defer s.mu.Unlock()
	u := s.unit(s.parse(cell))
	if len(u.src.diags) > 0 {
		return nil, u.src.diags
	}
	c := &checker{s: s, u: u}
	c.check()
	if len(c.diags) > 0 {
		return nil, c.sorted()
	}
	if diags := u.lostUses(); len(diags) > 0 {
		return nil, diags
	}
	u.collectAgain(c.again)
	u.collect()
	u.collectLate(c.late)
	u.collectAgainMethods(c.again)
	u.collectLocal(c.againF)
	return u, nil
}

func (s *Session) unit(src *source) *Unit {
	return &Unit{
		s: s, src: src, Magics: src.magics,
		info:    newInfo(),
		imports: map[string]*types.Package{}, objs: map[types.Object]*Entry{}, emitted: newEmitted(),
	}
}

// checker runs go/types over one unit.
type checker struct {
	s        *Session
	u        *Unit
	diags    Diagnostics
	own      map[string]bool // declared by the cell's declarations
	topVars  map[token.Pos]bool
	tolerant bool
	stripped bool // the bodies of functions are left out for now
	late     []*lateMethod
	again    []*again
	againF   *ast.File
	extended map[string]bool       // generic types of earlier cells that get methods
	selves   map[string]bool       // variables whose own value mentions them
	varTypes map[string]types.Type // of the variables that the statements declare
	given    []types.Object        // of a compiled cell, declared as by this one
}

func (c *checker) check() {
	c.u.pkg = c.s.freshPackage()
	c.resolveImports()
	c.own = declared(c.u.src.decls)
	c.topVars = topVars(c.u.src)
	c.selves, c.extended = map[string]bool{}, map[string]bool{}
	c.selfMention()
	c.dropUnchanged()
	c.lateMethods()
	if len(c.diags) > 0 && !c.tolerant {
		return
	}
	undo := c.addLate()
	c.include()
	for checkedVars := false; ; {
		c.againF = c.againFile()
		c.reset()
		c.pass()
		if c.settle() {
			continue
		}
		if len(c.diags) > 0 || checkedVars {
			break
		}
		checkedVars = true
		if n := len(c.again); !c.include() || len(c.again) == n {
			break
		}
	}
	if len(c.diags) > 0 {
		undo()
		for _, e := range c.u.broken {
			e.pending = ""
		}
	}
}

// reset forgets what a pass found.
func (c *checker) reset() {
	c.u.pkg = c.s.freshPackage()
	c.u.info = newInfo()
}

// pass checks the cell once, together with what is checked again.
func (c *checker) pass() {
	shared := c.shared()
	var vars map[string]types.Type
	if len(shared) > 0 {
		vars = c.infer(shared)
		c.u.pkg = c.s.freshPackage()
		if len(c.diags) > 0 && !c.tolerant {
			return
		}
		c.share(vars)
	}
	c.populate()
	c.files(c.u.info)
	c.early(vars)
	c.varTypes = map[string]types.Type{}
	for _, id := range topIdents(c.u.src) {
		if obj := c.u.info.Defs[id]; obj != nil {
			c.varTypes[id.Name] = obj.Type()
		}
	}
}

// freshPackage is the session's one package main with an empty scope. Package and
// scope stay the same objects: unexported fields belong to the one, and types
// that earlier cells declared are known as package-level by the other.
func (s *Session) freshPackage() *types.Package {
	*s.main.Scope() = *types.NewScope(types.Universe, 0, 0, "package main")
	return s.main
}

// populate puts what the cell mentions into the scope of its package.
func (c *checker) populate() {
	for i, m := range c.u.src.magics {
		c.u.pkg.Scope().Insert(c.s.magicFunc(c.u.pkg, i, m))
	}
	for _, obj := range c.given {
		c.u.pkg.Scope().Insert(obj)
	}
	seen := map[string]bool{}
	for _, f := range []*ast.File{c.u.src.decls, c.u.src.stmts, c.againF} {
		if f == nil {
			continue
		}
		bases := selectorBases(f)
		open := map[string]bool{}
		for _, id := range f.Unresolved {
			open[id.Name] = true
		}
		for _, id := range mentioned(f) {
			if seen[id.Name] || c.own[id.Name] || c.isAgain(id.Name) {
				continue
			}
			seen[id.Name] = open[id.Name]
			if c.u.pkg.Scope().Lookup(id.Name) != nil {
				continue
			}
			if !open[id.Name] {
				delete(bases, id.Name) // no automatic import for what is declared nearer
			}
			if obj := c.lookup(id.Name, bases[id.Name]); obj != nil {
				c.u.pkg.Scope().Insert(obj)
			}
		}
	}
}

// isAgain says whether a name is declared by what is checked again.
func (c *checker) isAgain(name string) bool {
	for _, a := range c.again {
		if a.old.recv == nil && a.old.Name == name {
			return true
		}
	}
	return false
}

// lookup finds what a name of the cell means outside the cell.
func (c *checker) lookup(name string, base []string) types.Object {
	if p, ok := c.u.imports[name]; ok {
		return types.NewPkgName(token.NoPos, c.u.pkg, name, p)
	}
	if e, ok := c.s.names[name]; ok {
		return e.Obj
	}
	if p, ok := c.s.imports[name]; ok {
		return types.NewPkgName(token.NoPos, c.u.pkg, name, p)
	}
	if obj := c.dotted(name); obj != nil {
		return obj
	}
	if len(base) == 0 || types.Universe.Lookup(name) != nil {
		return nil
	}
	if p := c.s.autoImport(name, base); p != nil {
		c.u.imports[name] = p
		return types.NewPkgName(token.NoPos, c.u.pkg, name, p)
	}
	return nil
}

// setApart writes type T U as type T (U) where the file does not declare U:
// go/types looks for the declaration of a type that is no more than another
// name of its package, and an earlier cell's has none here.
func setApart(f *ast.File) {
	own := declared(f)
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, sp := range g.Specs {
			ts, ok := sp.(*ast.TypeSpec)
			if !ok {
				continue
			}
			if id, ok := ts.Type.(*ast.Ident); ok && !own[id.Name] {
				ts.Type = &ast.ParenExpr{Lparen: id.Pos(), X: id, Rparen: id.End()}
			}
		}
	}
}

// files type-checks the cell's files into info.
func (c *checker) files(info *types.Info) {
	var files []*ast.File
	for _, f := range []*ast.File{c.u.src.decls, c.u.src.stmts, c.againF} {
		if f != nil {
			setApart(f)
			files = append(files, f)
		}
	}
	conf := types.Config{Importer: noImports{}, Error: c.report, Sizes: types.SizesFor("gc", "amd64")}
	func() {
		defer func() {
			if r := recover(); r != nil {
				c.diags = append(c.diags, Diagnostic{Cell: c.u.src.cell.N, Message: "this cell cannot be type-checked"})
			}
		}()
		ck := types.NewChecker(&conf, c.s.fset, c.u.pkg, info)
		_ = ck.Files(files)
	}()
}

type noImports struct{}

func (noImports) Import(path string) (*types.Package, error) { return nil, errNoImport }

type constError string

func (e constError) Error() string { return string(e) }

const errNoImport = constError("imports are resolved before the check")

// lastExpr is the expression that the cell ends with.
func (s *source) lastExpr() ast.Expr {
	body := s.body()
	if body == nil || !s.lastStmt || len(body.List) == 0 {
		return nil
	}
	if st, ok := body.List[len(body.List)-1].(*ast.ExprStmt); ok {
		return st.X
	}
	return nil
}

// topIdents lists the identifiers that the cell's own statements declare.
func topIdents(src *source) []*ast.Ident {
	body := src.body()
	if body == nil {
		return nil
	}
	var ids []*ast.Ident
	for _, st := range body.List {
		for {
			l, ok := st.(*ast.LabeledStmt)
			if !ok {
				break
			}
			st = l.Stmt
		}
		switch st := st.(type) {
		case *ast.AssignStmt:
			if st.Tok == token.DEFINE {
				for _, x := range st.Lhs {
					if id, ok := x.(*ast.Ident); ok {
						ids = append(ids, id)
					}
				}
			}
		case *ast.DeclStmt:
			for _, sp := range st.Decl.(*ast.GenDecl).Specs {
				if v, ok := sp.(*ast.ValueSpec); ok {
					ids = append(ids, v.Names...)
				}
			}
		}
	}
	return ids
}

func topVars(src *source) map[token.Pos]bool {
	m := map[token.Pos]bool{}
	for _, id := range topIdents(src) {
		m[id.Pos()] = true
	}
	return m
}

// mentioned lists the identifiers of a file. The parser's list of unresolved ones
// leaves out the keys of composite literals.
func mentioned(f *ast.File) []*ast.Ident {
	var ids []*ast.Ident
	for _, d := range f.Decls {
		ast.Inspect(d, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				ids = append(ids, id)
			}
			return true
		})
	}
	return ids
}

// selectorBases maps each x of an x.Sel to the names selected from it.
func selectorBases(f *ast.File) map[string][]string {
	m := map[string][]string{}
	ast.Inspect(f, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok {
				m[id.Name] = append(m[id.Name], sel.Sel.Name)
			}
		}
		return true
	})
	return m
}
