package lang

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"sort"
	"strings"
)

// NativePath begins the import path of every native cell.
const NativePath = "cellar/native/"

// NativeMark begins the name under which a native package exports what a cell
// gave a small letter: the wrapper of a function, the alias of a type, a
// constant, the address of a variable. It is an upper-case letter to Go.
const NativeMark = "Ꞌ"

// A Native is a cell that is to be compiled by the Go toolchain: a package of
// its own, checked against the session. Lines of cell.go are those of the cell.
// Nothing is part of the session until Adopt.
type Native struct {
	Path      string            // made from the text of Files
	Files     map[string]string // the package's Go files, by name
	Imports   []string          // sorted, other native cells among them
	Types     *types.Package
	Instances []Instance
	Rest      string   // the cell's statements, on the cell's lines; they are not compiled
	Moved     []string // declarations of earlier cells that were compiled with it
	NewTypes  bool     // types are among them: values made before are of the older form

	s       *Session
	u       *Unit
	moved   []*Entry
	lines   []string          // of the cell, with blanks for all but declarations
	natives map[string]string // import path -> name in the files
}

// CheckNative parses and type-checks a cell whose declarations, its variables
// among them, are to be compiled. It may use what earlier native cells declare,
// and functions, types and constants of other cells that use no variable of the
// session: those are compiled with it. The error, if any, is Diagnostics.
func (s *Session) CheckNative(cell Cell) (*Native, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := &Native{s: s, natives: map[string]string{}}
	src := n.parse(cell)
	n.u = s.unit(src)
	if len(src.diags) > 0 {
		return nil, src.diags
	}
	c := &checker{s: s, u: n.u, own: declared(src.decls)}
	c.resolveImports()
	if len(c.diags) > 0 {
		return nil, c.sorted()
	}
	if c.foreignMethods(); len(c.diags) > 0 {
		return nil, c.sorted()
	}
	c.u.pkg = s.freshPackage()
	c.populate()
	c.files(n.u.info)
	if len(c.diags) > 0 {
		return nil, c.sorted()
	}
	if diags := n.reach(); len(diags) > 0 {
		return nil, diags
	}
	n.write()
	return n, n.compileTypes()
}

// parse takes a native cell apart: declarations, variables among them, are one
// file, and the statements are left for later.
func (n *Native) parse(cell Cell) *source {
	src := &source{cell: cell, lines: strings.Split(cell.Code, "\n")}
	text := []byte(cell.Code)
	chunks, bad := topLevel(text)
	if bad != nil {
		src.diags = append(src.diags, src.at(bad.line, bad.col, bad.msg))
		return src
	}
	decls, imports, rest := append([]byte{}, text...), blank(text), blank(text)
	for _, c := range chunks {
		part := text[c.start:c.end]
		switch {
		case c.kind == token.IMPORT:
			copy(imports[c.start:c.end], part)
		case c.kind == token.ILLEGAL && !isVarDecl(part):
			copy(rest[c.start:c.end], part)
		case c.kind != token.PACKAGE:
			continue
		}
		copy(decls[c.start:c.end], blank(part)) // comments, which may be directives, stay
	}
	n.lines = strings.Split(string(decls), "\n")
	n.Rest = strings.TrimRight(string(rest), " \n\t\r")
	if f := n.s.parseFile(src, declPrefix+string(imports), parser.ImportsOnly); f != nil {
		src.imports = f.Imports
	}
	src.decls = n.s.parseFile(src, declPrefix+string(decls), parser.ParseComments)
	for _, spec := range src.imports {
		if spec.Path.Value == `"C"` {
			src.diags = append(src.diags, n.s.diag(spec.Pos(), "cannot compile a cell with C in it: put it in a module and use %get"))
		}
	}
	if len(src.diags) == 0 && len(src.decls.Decls) == 0 {
		src.diags = append(src.diags, src.at(0, 0, "nothing to compile: a native cell declares functions, types, variables or constants"))
	}
	return src
}

func isVarDecl(text []byte) bool {
	rest, ok := strings.CutPrefix(string(text), "var")
	return ok && rest != "" && strings.ContainsAny(rest[:1], " \t\n(")
}

// foreignMethods refuses methods of types that the cell does not declare.
func (c *checker) foreignMethods() {
	for _, d := range c.u.src.decls.Decls {
		fd, ok := d.(*ast.FuncDecl)
		if !ok || fd.Recv == nil || len(fd.Recv.List) != 1 {
			continue
		}
		base := recvBase(fd)
		if e := c.s.names[base]; e != nil && !c.own[base] {
			c.diags = append(c.diags, c.s.diag(fd.Recv.Pos(), fmt.Sprintf("cannot add a method to %s, a type of cell [%d]: declare the type in this cell too", base, e.Cell)))
		}
	}
}

// reach finds what the cell uses of the session, and refuses what compiled code
// cannot use.
func (n *Native) reach() Diagnostics {
	var diags Diagnostics
	told := map[*Entry]bool{}
	refuse := func(id *ast.Ident, e *Entry, why string) {
		if told[e] {
			return
		}
		told[e] = true
		d := n.s.diag(id.Pos(), why)
		d.Suggestion = "make it a parameter, or declare it in the native cell"
		diags = append(diags, d)
	}
	all := map[*Entry]bool{}
	for _, id := range mentioned(n.u.src.decls) {
		e := n.session(n.u.info.Uses[id])
		if e == nil || all[e] {
			continue
		}
		need := map[*Entry]bool{}
		n.s.needs(e, need, map[string]string{})
		for d := range need {
			switch {
			case d.native != nil:
				continue
			case isVar(d.Obj):
				refuse(id, d, nativeVariable(e, d))
			case d.broken != "":
				refuse(id, d, d.Name+" does not fit any more: "+d.broken)
			}
			all[d] = true
		}
	}
	for e := range all {
		if e.recv == nil {
			n.moved = append(n.moved, e)
		}
	}
	sortEntries(n.moved)
	sort.SliceStable(diags, func(i, j int) bool { return diags[i].Line < diags[j].Line })
	return diags
}

func nativeVariable(e, v *Entry) string {
	if e == v {
		return fmt.Sprintf("cannot compile a use of %s, a variable of cell [%d]: native code does not see the session's variables", v.Name, v.Cell)
	}
	return fmt.Sprintf("cannot compile %s: it uses %s, a variable of cell [%d], which native code does not see", e.Name, v.Name, v.Cell)
}

// session is the entry of the session that an object is; nil for what the cell
// itself declares, and for packages.
func (n *Native) session(obj types.Object) *Entry {
	e := n.s.objs[obj]
	if e != nil && e.recv != nil {
		return e.recv
	}
	return e
}

func sortEntries(list []*Entry) {
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if a.Cell != b.Cell {
			return a.Cell < b.Cell
		}
		return a.Obj.Pos() < b.Obj.Pos()
	})
}

// compileTypes checks the files as the package that they are.
func (n *Native) compileTypes() error {
	h := sha256.New()
	for _, name := range sortedFiles(n.Files) {
		fmt.Fprintf(h, "%s %d\n%s", name, len(n.Files[name]), n.Files[name])
	}
	n.Path = NativePath + "n" + hex.EncodeToString(h.Sum(nil))[:16]
	if p, err := n.s.opt.Packages.Import(n.Path); err == nil {
		n.Types = p // loaded already
		return nil
	}
	var files []*ast.File
	for _, name := range sortedFiles(n.Files) {
		f, err := parser.ParseFile(n.s.fset, name, n.Files[name], parser.SkipObjectResolution)
		if err != nil {
			return fmt.Errorf("native cell: %s: %w", name, err)
		}
		files = append(files, f)
	}
	conf := types.Config{Importer: fromSource{n.s.opt.Packages}, Sizes: types.SizesFor("gc", "amd64")}
	info := newInfo()
	pkg, err := conf.Check(n.Path, n.s.fset, files, info)
	if err != nil {
		return fmt.Errorf("native cell: %w", err)
	}
	n.Types, n.Instances = pkg, instances(pkg, info.Instances, info.Uses)
	export(pkg)
	return nil
}

// export declares, for the check of later native cells, the exported forms that
// the package's table gives to its other names.
func export(pkg *types.Package) {
	for _, name := range pkg.Scope().Names() {
		obj := pkg.Scope().Lookup(name)
		if obj.Exported() || name == "_" {
			continue
		}
		marked := NativeMark + name
		switch o := obj.(type) {
		case *types.Const:
			obj = types.NewConst(o.Pos(), pkg, marked, o.Type(), o.Val())
		case *types.Var:
			obj = types.NewVar(o.Pos(), pkg, marked, types.NewPointer(o.Type()))
		case *types.TypeName:
			obj = types.NewTypeName(o.Pos(), pkg, marked, o.Type())
		case *types.Func:
			obj = types.NewFunc(o.Pos(), pkg, marked, o.Signature())
		}
		pkg.Scope().Insert(obj)
	}
}

func sortedFiles(files map[string]string) []string {
	var names []string
	for name := range files {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// A native entry is what a native cell declares: its object is of the compiled
// package.
type nativeEntry struct{ path string }

// reachable says whether lowered programs can name a package-level object of a
// compiled package: of native cells, all.
func reachable(obj types.Object) bool {
	return obj.Exported() || obj.Pkg() != nil && IsNative(obj.Pkg().Path())
}

// IsNative says whether an import path is that of a native cell.
func IsNative(path string) bool { return strings.HasPrefix(path, NativePath) }
