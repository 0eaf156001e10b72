package lint

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// packageDoc holds that each package has one doc, which begins with its name.
func packageDoc(t *Tree) []Finding {
	docs := map[string][]*File{}
	first := map[string]*File{}
	for _, f := range t.Files {
		if f.Test {
			continue
		}
		if first[f.Dir] == nil {
			first[f.Dir] = f
		}
		if f.Doc != nil {
			docs[f.Dir] = append(docs[f.Dir], f)
		}
	}
	var out []Finding
	for _, dir := range slices.Sorted(maps.Keys(first)) {
		f := first[dir]
		begin := "Package " + f.Name.Name + " "
		switch have := docs[dir]; {
		case len(have) == 0:
			out = append(out, t.at(f, f.Package, "package %s has no doc: begin one with %q, and say also what it does not know", f.Name.Name, begin))
		case len(have) > 1:
			out = append(out, t.at(have[1], have[1].Doc.Pos(), "package %s has a doc in %s too: keep one", f.Name.Name, have[0].Path))
		case f.Name.Name == "main": // a command's doc begins as its author likes
		case !strings.HasPrefix(have[0].Doc.Text(), begin):
			out = append(out, t.at(have[0], have[0].Doc.Pos(), "package doc does not begin with %q", begin))
		}
	}
	return out
}

// Methods whose contract is the standard library's need no doc of their own.
var known = []string{"Error", "String", "Unwrap", "Is", "As", "Len", "Less", "Swap"}

// standIns are folders whose functions stand in for the standard library's of
// the same name, whose docs hold.
var standIns = []string{"kernel/symbols/override"}

// docComments holds that what is exported has a doc comment.
func docComments(t *Tree) []Finding {
	return t.each(func(f *File) []Finding {
		if f.Test || f.Name.Name == "main" || slices.Contains(standIns, f.Dir) {
			return nil
		}
		var out []Finding
		for _, d := range f.Decls {
			out = append(out, t.undocumented(f, d)...)
		}
		return out
	})
}

func (t *Tree) undocumented(f *File, d ast.Decl) []Finding {
	missing := func(n *ast.Ident, docs ...*ast.CommentGroup) []Finding {
		if !n.IsExported() || slices.ContainsFunc(docs, func(c *ast.CommentGroup) bool { return c != nil }) {
			return nil
		}
		return []Finding{t.at(f, n.Pos(), "%s has no doc comment: it is the contract (units, order, nil, which error when)", n.Name)}
	}
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil || ast.IsExported(receiver(d)) && !slices.Contains(known, d.Name.Name) {
			return missing(d.Name, d.Doc)
		}
	case *ast.GenDecl:
		if d.Tok == token.IMPORT {
			return nil
		}
		var out []Finding
		for _, s := range d.Specs {
			switch s := s.(type) {
			case *ast.TypeSpec:
				// A group's doc does not say what each of its types is.
				docs := []*ast.CommentGroup{s.Doc, s.Comment}
				if !d.Lparen.IsValid() {
					docs = append(docs, d.Doc)
				}
				out = append(out, missing(s.Name, docs...)...)
			case *ast.ValueSpec:
				out = append(out, missing(s.Names[0], d.Doc, s.Doc, s.Comment)...)
			}
		}
		return out
	}
	return nil
}

// receiver is the name of a method's type.
func receiver(d *ast.FuncDecl) string {
	t := d.Recv.List[0].Type
	for {
		switch x := t.(type) {
		case *ast.StarExpr:
			t = x.X
		case *ast.IndexExpr:
			t = x.X
		case *ast.IndexListExpr:
			t = x.X
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}
