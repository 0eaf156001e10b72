package lang

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strings"
)

// docAt is the comment that documents what stands on a line of code, from 1:
// the lines above it, or else what follows on the line itself.
func docAt(code string, line int) string {
	lines := strings.Split(code, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	first := line - 1
	for first > 0 && strings.HasPrefix(strings.TrimSpace(lines[first-1]), "//") {
		first--
	}
	if first == line-1 && first > 0 && strings.HasSuffix(strings.TrimSpace(lines[first-1]), "*/") {
		for first > 0 {
			first--
			if strings.HasPrefix(strings.TrimSpace(lines[first]), "/*") {
				break
			}
		}
	}
	if text := strings.Join(lines[first:line-1], "\n"); text != "" {
		return commentText(text)
	}
	return commentText(lines[line-1])
}

// commentText is the text of the comments in code, without what else there is.
func commentText(code string) string {
	var group ast.CommentGroup
	for _, t := range lex(code) {
		if t.tok == token.COMMENT {
			group.List = append(group.List, &ast.Comment{Text: t.text})
		}
	}
	return strings.TrimRight(group.Text(), "\n")
}

// fieldDoc is the comment of a field, or of an interface's method, in the
// declaration of a type.
func fieldDoc(decl, name string) string {
	f, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+decl, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return ""
	}
	doc := ""
	ast.Inspect(f, func(n ast.Node) bool {
		field, ok := n.(*ast.Field)
		if !ok || doc != "" {
			return doc == ""
		}
		for _, id := range field.Names {
			if id.Name != name {
				continue
			}
			if doc = field.Doc.Text(); doc == "" {
				doc = field.Comment.Text()
			}
		}
		return true
	})
	return strings.TrimRight(doc, "\n")
}

// declared is the declaration in the cell itself of a name, or of a method
// ("Wine.Drink"), and its doc comment.
func (q *query) declared(name string) (text, doc string) {
	for _, p := range pieces(q.toks) {
		if p.declares() == name {
			return q.code[p.pos():p.end()], docAt(q.code, 1+strings.Count(q.code[:p.pos()], "\n"))
		}
	}
	return "", ""
}

// declares is the name that a piece with one declaration declares; that of a
// method has its type's before it.
func (c piece) declares() string {
	switch c.toks[0].tok {
	case token.TYPE, token.VAR, token.CONST:
		if len(c.toks) > 1 {
			return c.toks[1].text
		}
	case token.IDENT:
		if c.define() > 0 {
			return c.toks[0].text
		}
	case token.FUNC:
		f, err := parser.ParseFile(token.NewFileSet(), "", "package p\n"+c.head(), parser.SkipObjectResolution)
		if f == nil || err != nil || len(f.Decls) == 0 {
			return ""
		}
		if d, ok := f.Decls[0].(*ast.FuncDecl); ok && d.Recv != nil && len(d.Recv.List) > 0 {
			return recvBase(d) + "." + d.Name.Name
		} else if ok {
			return d.Name.Name
		}
	}
	return ""
}

// head is a declaration of a function up to its parameters, as text.
func (c piece) head() string {
	var b strings.Builder
	for i, t := range c.toks {
		if i > 1 && t.tok == token.LPAREN && c.toks[i-1].tok == token.IDENT && depthOf(c.toks[:i]) == 0 {
			break
		}
		text := t.text
		if text == "" {
			text = t.tok.String()
		}
		b.WriteString(text + " ")
	}
	return b.String() + "()"
}

// depthOf is how many parentheses and brackets toks leave open.
func depthOf(toks []lexeme) int {
	depth := 0
	for _, t := range toks {
		switch t.tok {
		case token.LPAREN, token.LBRACK:
			depth++
		case token.RPAREN, token.RBRACK:
			depth--
		}
	}
	return depth
}

// sourceOf is the declaration of a name ("Sort", "Builder.Len") in the files of
// a package; "" where it is not there.
func sourceOf(files map[string][]byte, name string) string {
	base, method, _ := strings.Cut(name, ".")
	for _, text := range files {
		if at := startOf(text, base, method); at >= 0 {
			return firstDeclaration(string(text[at:]))
		}
	}
	for _, text := range files { // in a group
		if !mayDeclare(text, base, method) {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, "", text, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		for _, d := range f.Decls {
			if n := declarationOf(d, base, method); n != nil {
				tf := fset.File(f.FileStart)
				return string(text[tf.Offset(n.Pos()):tf.Offset(n.End())])
			}
		}
	}
	return ""
}

// startOf is where a line of text begins the declaration of base or of its
// method, which is how gofmt writes one outside a group; -1 where none does.
func startOf(text []byte, base, method string) int {
	if method == "" {
		for _, form := range []string{"func " + base + "(", "func " + base + "[", "type " + base + " ", "type " + base + "[", "var " + base + " ", "const " + base + " "} {
			if i := bytes.Index(text, []byte("\n"+form)); i >= 0 {
				return i + 1
			}
		}
		return -1
	}
	form := []byte(") " + method + "(")
	for from := 0; ; {
		i := bytes.Index(text[from:], form)
		if i < 0 {
			return -1
		}
		i += from
		start := bytes.LastIndexByte(text[:i], '\n') + 1
		receiver, isMethod := bytes.CutPrefix(text[start:i], []byte("func ("))
		if words := strings.FieldsFunc(string(receiver), func(r rune) bool { return r == ' ' || r == '*' || r == '[' }); isMethod && slices.Contains(words, base) {
			return start
		}
		from = i + 1
	}
}

// firstDeclaration is the declaration that code begins with.
func firstDeclaration(code string) string {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(code))
	s.Init(file, []byte(code), func(token.Position, string) {}, 0)
	for depth := 0; ; {
		pos, tok, _ := s.Scan()
		switch tok {
		case token.LPAREN, token.LBRACE, token.LBRACK:
			depth++
		case token.RPAREN, token.RBRACE, token.RBRACK:
			depth--
		case token.SEMICOLON, token.EOF:
			if depth <= 0 || tok == token.EOF {
				return code[:file.Offset(pos)]
			}
		}
	}
}

// mayDeclare saves the parsing of files that cannot have a declaration.
func mayDeclare(file []byte, base, method string) bool {
	return method == "" && bytes.Contains(file, []byte("\n\t"+base+" "))
}

// declarationOf is d, or the part of it, that declares base or its method.
func declarationOf(d ast.Decl, base, method string) ast.Node {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Recv == nil && method == "" && d.Name.Name == base || d.Recv != nil && d.Name.Name == method && recvBase(d) == base {
			return d
		}
	case *ast.GenDecl:
		for _, sp := range d.Specs {
			if method != "" || !slices.Contains(specNames(sp), base) {
				continue
			}
			if len(d.Specs) == 1 {
				return d
			}
			return sp
		}
	}
	return nil
}

func specNames(sp ast.Spec) []string {
	switch sp := sp.(type) {
	case *ast.TypeSpec:
		return []string{sp.Name.Name}
	case *ast.ValueSpec:
		var names []string
		for _, id := range sp.Names {
			names = append(names, id.Name)
		}
		return names
	}
	return nil
}
