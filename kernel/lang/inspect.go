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
	Source    string // the text that declared it
	Variable  bool   // of the session, so that it has a value

	name string // as documentation has it: a method's with its type
}

// Inspect says what the name at cursor is: the one that the cursor touches, or
// else the function in whose call it stands. The cursor counts code points. At
// detail 1 a name of a package has its source, where the packages have it.
func Inspect(v View, code string, cursor, detail int) (Inspection, bool) {
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
	in, ok := q.inspect(c, t.text)
	if ok && detail > 0 && in.Source == "" && in.Package != "" && in.Kind != "package" {
		in.Source = sourceOf(v.text(in.Package), in.name)
	}
	return in, ok
}

// text is the files of a package for people to read: more than Source has,
// where the packages know more.
func (v View) text(path string) map[string][]byte {
	if p, ok := v.Packages.(interface {
		Text(path string) map[string][]byte
	}); ok {
		return p.Text(path)
	}
	files, _ := v.Packages.Source(path)
	return files
}

// nameAt is the token of the name that the cursor touches, or of the function
// whose parenthesis is open before it; -1 when there is neither.
func (q *query) nameAt() int {
	before := 0
	for i, t := range q.toks {
		if t.pos <= q.at && q.at <= t.end && (t.tok == token.IDENT || t.tok.IsKeyword()) {
			return i
		}
		if t.tok == token.PERIOD && t.end == q.at && i > 0 && q.toks[i-1].tok == token.IDENT {
			return i - 1
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
	o := c.object()
	switch o := o.(type) {
	case nil:
		sel, ok := c.parent(1).(*ast.SelectorExpr)
		if p := q.guess(name); p != "" && (!ok || sel.Sel != c.name()) {
			return q.packageDoc(name, p)
		}
		return Inspection{}, false
	case *types.PkgName:
		return q.packageDoc(name, o.Imported().Path())
	}
	if o.Pkg() == nil {
		return q.builtin(name, describe(o, nil, nil).Kind)
	}
	in := Inspection{Name: name, Kind: describe(o, c.pkg, nil).Kind, Signature: c.declaration(o), name: c.docName(o)}
	if o.Pkg().Path() != c.pkg.Path() {
		in.Package = o.Pkg().Path()
		in.Doc = q.view.Packages.Doc(in.Package, in.name)
		return in, true
	}
	q.own(c, o, &in)
	return in, true
}

// object is what the name in question means; nil where it means nothing.
func (c *checked) object() types.Object {
	id := c.name()
	if o := c.info.ObjectOf(id); o != nil {
		return o
	}
	sel, ok := c.parent(1).(*ast.SelectorExpr)
	if !ok || sel.Sel != id {
		return nil
	}
	t := c.info.TypeOf(sel.X) // T.Method of *T, and T.Field, are only wrong as code
	if t == nil {
		return nil
	}
	o, _, _ := types.LookupFieldOrMethod(t, true, c.pkg, id.Name)
	return o
}

// own adds what is known of a thing that a cell declares.
func (q *query) own(c *checked, o types.Object, in *Inspection) {
	source := func(name string) (text, doc string) {
		if text, doc = q.declared(name); text == "" && q.view.Source != nil {
			text, doc = q.view.Source(name)
		}
		return text, doc
	}
	owner, _, isMember := strings.Cut(in.name, ".")
	v, isVar := o.(*types.Var)
	switch {
	case isVar && v.IsField():
		text, _ := source(owner)
		in.Doc = fieldDoc(text, o.Name())
	case isMember:
		if in.Source, in.Doc = source(in.name); in.Source == "" {
			text, _ := source(owner)
			in.Doc = fieldDoc(text, o.Name())
		}
	case q.view.Objects[o.Name()] == o || o.Parent() == c.pkg.Scope():
		in.Source, in.Doc = source(o.Name())
	}
	if isVar && q.view.Objects[o.Name()] == o {
		in.Variable = true
		if q.view.Preview != nil {
			in.Preview = q.view.Preview(o.Name())
		}
	}
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
	if form := keywordForms[name]; kind == "keyword" && form != "" {
		sig, doc, _ = strings.Cut(form, "\n")
	}
	return Inspection{Name: name, Kind: kind, Signature: sig, Doc: doc}, true
}
