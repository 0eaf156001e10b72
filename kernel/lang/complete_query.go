package lang

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// placeholder stands where a name is still to be typed.
const placeholder = "cellar__here"

// A query is one question about a place in a cell.
type query struct {
	view View
	code string // the cell, magics blanked
	at   int    // byte offset of the cursor
	toks []lexeme
}

func newQuery(v View, code string, at int) *query {
	code = blankMagics(code)
	at = min(at, len(code))
	return &query{view: v, code: code, at: at, toks: lex(code)}
}

// token is the lexeme that covers the cursor, ends included.
func (q *query) token() (lexeme, int) {
	for i, t := range q.toks {
		if t.pos < q.at && q.at <= t.end && t.tok != token.SEMICOLON {
			return t, i
		}
	}
	return lexeme{}, -1
}

// prefixStart is where the name before the cursor begins; false inside
// strings, comments and numbers, where nothing completes.
func (q *query) prefixStart() (int, bool) {
	t, _ := q.token()
	switch t.tok {
	case token.STRING, token.CHAR:
		return 0, false
	case token.COMMENT, token.INT, token.FLOAT, token.IMAG:
		return 0, false
	}
	from := q.at
	for from > 0 {
		r, n := utf8.DecodeLastRuneInString(q.code[:from])
		if r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		from -= n
	}
	return from, true
}

// importString is the span inside the quotes of an import path at the cursor.
func (q *query) importString() (from, to int, ok bool) {
	t, i := q.token()
	if t.tok != token.STRING || q.at == t.pos {
		return 0, 0, false
	}
	for _, c := range pieces(q.toks[:i+1]) {
		if c.end() == t.end && c.kind() == importing {
			to = t.end
			if len(t.text) > 1 && t.text[len(t.text)-1] == t.text[0] {
				if to--; q.at > to {
					return 0, 0, false
				}
			}
			return t.pos + 1, to, true
		}
	}
	return 0, 0, false
}

// A checked is the cell as a file that go/types has seen, errors ignored.
type checked struct {
	fset *token.FileSet
	file *ast.File
	pkg  *types.Package
	info *types.Info
	pos  token.Pos // of the name in question
	path []ast.Node
}

// check reads the cell with name in [from, to), in the first form that parses:
// whole, cut after the name with its brackets closed, or the same with an empty
// block for a statement whose head is being written.
func (q *query) check(from, to int) *checked {
	name := q.code[from:to]
	if name == "" || token.IsKeyword(name) {
		name = placeholder
	}
	head := q.code[:from] + name
	closing := closers(lex(head))
	var best *checked
	for _, code := range []string{head + q.code[to:], head + closing, head + " {}" + closing} {
		c, err := q.parse(code, from)
		if c.path != nil && (best == nil || err == nil) {
			best = c
			if err == nil {
				break
			}
		}
	}
	if best != nil {
		q.types(best)
	}
	return best
}

// parse lays the pieces of code out as a file and finds the name at offset at.
func (q *query) parse(code string, at int) (*checked, error) {
	var b strings.Builder
	b.WriteString("package cell\n")
	cs := pieces(lex(code))
	q.writeImports(&b, cs)
	offset := -1
	for _, c := range cs {
		text := code[c.pos():c.end()]
		kind := c.kind()
		if kind == definition && c.usesItself() && q.view.Objects[c.toks[0].text] != nil {
			kind = statement
		}
		before, after := "", "\n"
		switch kind {
		case importing, clause:
			continue
		case definition:
			op := c.toks[c.define()].pos - c.pos()
			before, text = "var ", text[:op]+" ="+text[op+2:]
		case statement:
			before, after = "func _() {\n", "\n}\n"
		}
		b.WriteString(before)
		if c.pos() <= at && at <= c.end() {
			offset = b.Len() + at - c.pos()
		}
		b.WriteString(text + after)
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "", b.String(), parser.SkipObjectResolution)
	c := &checked{fset: fset, file: file}
	if file == nil || offset < 0 {
		return c, err
	}
	c.pos = token.Pos(fset.File(file.FileStart).Base() + offset)
	c.path = enclosing(file, c.pos)
	return c, err
}

// enclosing is the chain of nodes from the file to the name at pos, or nil.
func enclosing(file *ast.File, pos token.Pos) []ast.Node {
	var path, found []ast.Node
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			path = path[:len(path)-1]
			return true
		}
		path = append(path, n)
		if id, ok := n.(*ast.Ident); ok && id.Pos() == pos {
			found = slices.Clone(path)
		}
		return true
	})
	return found
}

// writeImports writes the session's imports, the cell's, and those of packages
// that the cell names without importing them.
func (q *query) writeImports(b *strings.Builder, cs []piece) {
	imports := map[string]string{}
	for i, t := range q.toks {
		if t.tok == token.IDENT && i+1 < len(q.toks) && q.toks[i+1].tok == token.PERIOD {
			if p := q.guess(t.text); p != "" {
				imports[t.text] = p
			}
		}
	}
	for name, p := range q.view.Imports {
		imports[name] = p
	}
	for name := range q.view.Objects {
		delete(imports, name)
	}
	for _, c := range cs {
		if c.kind() != importing {
			continue
		}
		for i, t := range c.toks {
			if t.tok == token.STRING {
				p, _ := strconv.Unquote(t.text)
				name := q.packageName(p)
				if prev := c.toks[i-1]; prev.tok == token.IDENT || prev.tok == token.PERIOD {
					name = "." + prev.text
					name = strings.TrimPrefix(name, map[bool]string{true: "."}[prev.tok == token.IDENT])
				}
				imports[name] = p
			}
		}
	}
	for name, p := range imports {
		fmt.Fprintf(b, "import %s %q\n", name, p)
	}
}

// guess is the path of a package that is named but not imported: the shortest.
func (q *query) guess(name string) string {
	best := ""
	for _, p := range q.view.Packages.Paths() {
		if base := path.Base(p); base != name && !(version(base) && path.Base(path.Dir(p)) == name) {
			continue
		}
		if best == "" || strings.Count(p, "/") < strings.Count(best, "/") {
			best = p
		}
	}
	return best
}

func (q *query) packageName(p string) string {
	base := path.Base(p)
	if version(base) {
		if pkg, err := q.view.Packages.Import(p); err == nil {
			return pkg.Name()
		}
	}
	return base
}

// version reports whether the last element of a path is a major version.
func version(base string) bool {
	_, err := strconv.Atoi(strings.TrimPrefix(base, "v"))
	return err == nil && strings.HasPrefix(base, "v")
}

// types checks the file in a package that holds the session's objects, less
// those that the cell declares anew.
func (q *query) types(c *checked) {
	pkgPath := "cell"
	own := map[string]bool{}
	for _, d := range c.file.Decls {
		for _, name := range declaredNames(d) {
			own[name] = true
		}
	}
	for _, o := range q.view.Objects {
		if o.Pkg() != nil {
			pkgPath = o.Pkg().Path()
			break
		}
	}
	c.pkg = types.NewPackage(pkgPath, "cell")
	for name, o := range q.view.Objects {
		if !own[name] {
			c.pkg.Scope().Insert(renamed(o, name))
		}
	}
	c.info = &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{},
		Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
	}
	conf := types.Config{Importer: importer{q.view.Packages}, Error: func(error) {}}
	_ = types.NewChecker(&conf, c.fset, c.pkg, c.info).Files([]*ast.File{c.file}) // unfinished code has errors
}

// renamed is o under the name that the cells gave it: the session keeps the
// generations of one name apart.
func renamed(o types.Object, name string) types.Object {
	switch o := o.(type) {
	case *types.Var:
		return types.NewVar(token.NoPos, o.Pkg(), name, o.Type())
	case *types.Const:
		return types.NewConst(token.NoPos, o.Pkg(), name, o.Type(), o.Val())
	case *types.Func:
		return types.NewFunc(token.NoPos, o.Pkg(), name, o.Signature())
	case *types.TypeName:
		t := types.NewTypeName(token.NoPos, o.Pkg(), name, nil)
		types.NewAlias(t, o.Type())
		return t
	}
	return o
}

func declaredNames(d ast.Decl) []string {
	var names []string
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil {
			names = append(names, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
			case *ast.ValueSpec:
				for _, n := range s.Names {
					names = append(names, n.Name)
				}
			}
		}
	}
	return names
}

// importer lets the checker import what cells may.
type importer struct{ packages Packages }

func (i importer) Import(path string) (*types.Package, error) { return i.packages.Import(path) }
