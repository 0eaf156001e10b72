package lang

import (
	"go/ast"
	"go/token"
	"go/types"
	"path"
	"strings"
)

// An Inspection is what is known of one name.
type Inspection struct {
	Name      string
	Kind      string // as of a Match
	Signature string // the declaration, as a cell could have written it
	Package   string // the import path it comes from; "" for the session and the language
	Doc       string
	Preview   string // the value of a variable
	Source    string // the text of the cell that declared it
}

// Inspect says what the name at cursor is: the one that the cursor touches, or
// else the function in whose call it stands. The cursor counts code points.
func Inspect(v View, code string, cursor int) (Inspection, bool) {
	q := newQuery(v, code, byteOffset(code, cursor))
	if from, to, ok := q.importString(); ok {
		return q.packageDoc(path.Base(q.code[from:to]), q.code[from:to])
	}
	i := q.nameAt()
	if i < 0 {
		return Inspection{}, false
	}
	t := q.toks[i]
	if t.tok != token.IDENT {
		return q.builtin(t.tok.String(), "keyword")
	}
	c := q.check(t.pos, t.end)
	if c == nil {
		return Inspection{}, false
	}
	return q.inspect(c, t.text)
}

// nameAt is the token of the name that the cursor touches, or of the function
// whose parenthesis is open before it; -1 when there is neither.
func (q *query) nameAt() int {
	before := 0
	for i, t := range q.toks {
		if t.pos <= q.at && q.at <= t.end && (t.tok == token.IDENT || t.tok.IsKeyword()) {
			return i
		}
		if t.pos < q.at {
			before = i + 1
		}
	}
	depth := 0
	for i := before - 1; i > 0; i-- {
		switch q.toks[i].tok {
		case token.RPAREN, token.RBRACE, token.RBRACK:
			depth++
		case token.LBRACE, token.LBRACK:
			if depth--; depth < 0 {
				return -1
			}
		case token.LPAREN:
			if depth > 0 {
				depth--
			} else if j := callee(q.toks[:i]); j >= 0 {
				return j
			}
		}
	}
	return -1
}

// callee is the name that ends before a parenthesis, past type arguments.
func callee(toks []lexeme) int {
	i := len(toks) - 1
	if i >= 0 && toks[i].tok == token.RBRACK {
		for ; i >= 0 && toks[i].tok != token.LBRACK; i-- {
		}
		i--
	}
	if i >= 0 && toks[i].tok == token.IDENT {
		return i
	}
	return -1
}

func (q *query) inspect(c *checked, name string) (Inspection, bool) {
	id := c.path[len(c.path)-1].(*ast.Ident)
	o := c.info.Uses[id]
	if o == nil {
		o = c.info.Defs[id]
	}
	if o == nil && len(c.path) > 1 {
		if sel, ok := c.path[len(c.path)-2].(*ast.SelectorExpr); ok && sel.Sel == id {
			return Inspection{}, false
		}
	}
	switch o := o.(type) {
	case nil:
		if p := q.guess(name); p != "" {
			return q.packageDoc(name, p)
		}
		return Inspection{}, false
	case *types.PkgName:
		return q.packageDoc(name, o.Imported().Path())
	}
	if o.Pkg() == nil {
		return q.builtin(name, describe(o, nil).Kind)
	}
	in := Inspection{Name: name, Kind: describe(o, c.pkg).Kind, Signature: c.declaration(o)}
	if o.Pkg().Path() != c.pkg.Path() {
		in.Package = o.Pkg().Path()
		in.Doc = q.view.Packages.Doc(in.Package, c.docName(o))
		return in, true
	}
	if o.Parent() == c.pkg.Scope() && q.view.Objects[name] != nil {
		in.Preview, in.Source = call(q.view.Preview, name, in.Kind == "variable"), call(q.view.Source, name, true)
	}
	return in, true
}

func call(f func(string) string, name string, wanted bool) string {
	if f == nil || !wanted {
		return ""
	}
	return f(name)
}

// packageDoc describes a package.
func (q *query) packageDoc(name, p string) (Inspection, bool) {
	if _, err := q.view.Packages.Import(p); err != nil {
		return Inspection{}, false
	}
	return Inspection{
		Name: name, Kind: "package", Package: p,
		Signature: "package " + q.packageName(p) + " // import \"" + p + "\"",
		Doc:       q.view.Packages.Doc(p, ""),
	}, true
}

// builtin describes what the language itself declares. Its documentation opens
// with the declaration.
func (q *query) builtin(name, kind string) (Inspection, bool) {
	text := q.view.Packages.Doc("builtin", name)
	sig, doc, _ := strings.Cut(text, "\n\n")
	if sig == "" {
		sig = kind + " " + name
	}
	return Inspection{Name: name, Kind: kind, Signature: sig, Doc: doc}, true
}
