package extract

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/printer"
	"go/token"
	"path/filepath"
	"sort"
	"strings"
)

// builtinDocs is the documentation of the language's own names; each opens with
// the declaration, which go/types does not have.
func builtinDocs(dir string) (string, error) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, filepath.Join(dir, "builtin.go"), nil, parser.ParseComments)
	if err != nil {
		return "", err
	}
	c := docs{}
	for _, d := range f.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			text := d.Doc.Text()
			d.Doc = nil
			c.set(d.Name.Name, render(fset, d)+"\n\n"+text)
		case *ast.GenDecl:
			for _, s := range d.Specs {
				switch s := s.(type) {
				case *ast.TypeSpec:
					c.set(s.Name.Name, "type "+s.Name.Name+"\n\n"+comment(s.Doc, d.Doc))
				case *ast.ValueSpec:
					for _, n := range s.Names {
						c.set(n.Name, d.Tok.String()+" "+n.Name+"\n\n"+comment(s.Doc, d.Doc))
					}
				}
			}
		}
	}
	return c.String(), nil
}

func render(fset *token.FileSet, n ast.Node) string {
	var b strings.Builder
	if err := printer.Fprint(&b, fset, n); err != nil {
		return ""
	}
	return b.String()
}

// docText collects what a package says of its exported names, as "\x00name\x01text"
// entries in the order of their names. A method or a field is "Type.Name"; the
// package's own doc has the empty name.
func docText(p listed) (string, error) {
	fset := token.NewFileSet()
	var files []*ast.File
	for _, name := range append(p.GoFiles, p.CgoFiles...) {
		f, err := parser.ParseFile(fset, filepath.Join(p.Dir, name), nil, parser.ParseComments)
		if err != nil {
			return "", err
		}
		files = append(files, f)
	}
	d, err := doc.NewFromFiles(fset, files, p.ImportPath)
	if err != nil {
		return "", err
	}
	c := docs{}
	c.set("", d.Doc)
	c.values(d.Consts)
	c.values(d.Vars)
	c.funcs("", d.Funcs)
	for _, t := range d.Types {
		c.set(t.Name, t.Doc)
		c.values(t.Consts)
		c.values(t.Vars)
		c.funcs("", t.Funcs)
		c.funcs(t.Name+".", t.Methods)
		c.fields(t)
	}
	return c.String(), nil
}

type docs map[string]string

func (c docs) set(name, text string) {
	if text = strings.TrimSpace(text); text != "" {
		c[name] = text
	}
}

func (c docs) funcs(prefix string, fs []*doc.Func) {
	for _, f := range fs {
		c.set(prefix+f.Name, f.Doc)
	}
}

// values gives a name its own comment and that of its group.
func (c docs) values(vs []*doc.Value) {
	for _, v := range vs {
		for _, s := range v.Decl.Specs {
			spec, ok := s.(*ast.ValueSpec)
			if !ok {
				continue
			}
			text := v.Doc
			if own := comment(spec.Doc, spec.Comment); own != "" && own != strings.TrimSpace(v.Doc) {
				text = own + "\n\n" + v.Doc
			}
			for _, n := range spec.Names {
				if n.IsExported() {
					c.set(n.Name, text)
				}
			}
		}
	}
}

// fields adds the fields of a struct and the methods of an interface.
func (c docs) fields(t *doc.Type) {
	for _, s := range t.Decl.Specs {
		spec, ok := s.(*ast.TypeSpec)
		if !ok || spec.Name.Name != t.Name {
			continue
		}
		var list *ast.FieldList
		switch typ := spec.Type.(type) {
		case *ast.StructType:
			list = typ.Fields
		case *ast.InterfaceType:
			list = typ.Methods
		default:
			continue
		}
		for _, f := range list.List {
			for _, n := range f.Names {
				if n.IsExported() {
					c.set(t.Name+"."+n.Name, comment(f.Doc, f.Comment))
				}
			}
		}
	}
}

func comment(groups ...*ast.CommentGroup) string {
	for _, g := range groups {
		if text := strings.TrimSpace(g.Text()); text != "" {
			return text
		}
	}
	return ""
}

func (c docs) String() string {
	names := make([]string, 0, len(c))
	for n := range c {
		names = append(names, n)
	}
	sort.Strings(names)
	var b strings.Builder
	for _, n := range names {
		b.WriteString("\x00" + n + "\x01" + c[n])
	}
	b.WriteByte(0)
	return b.String()
}
