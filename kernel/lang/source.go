package lang

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// A Cell is what a person sends: its number and its text.
type Cell struct {
	N    int
	Code string
	ID   string // the front end's name for it, the same when it runs again; "" where there is none
}

// stmtPrefix opens the function that holds a cell's statements; like
// declPrefix it is one line, so that line n of the cell is line n+1 of the file.
const (
	declPrefix = "package main\n"
	stmtPrefix = "package main; func " + cellFunc + "() {\n"
	cellFunc   = "cellǃ"
	stmtSuffix = "\n}\n"
)

// source is a cell taken apart: its declarations and its statements are two
// files with the same lines, each blank where the other has text.
type source struct {
	cell     Cell
	lines    []string
	segments []Segment
	magics   []Segment // those of segments that are not Go
	imports  []*ast.ImportSpec
	decls    *ast.File // type, func, const
	stmts    *ast.File // cellǃ
	muted    bool      // the cell's text ends with a semicolon
	lastStmt bool      // the last thing in the cell is a statement
	isMain   bool      // the cell has a package clause
	diags    Diagnostics
}

// body is the list of the cell's own statements.
func (s *source) body() *ast.BlockStmt {
	if s.stmts == nil {
		return nil
	}
	return s.stmts.Decls[0].(*ast.FuncDecl).Body
}

// parse takes a cell apart. Its diags hold every syntax error.
func (s *Session) parse(cell Cell) *source {
	src := &source{cell: cell, lines: strings.Split(cell.Code, "\n")}
	src.segments = Split(cell.Code)
	text := []byte(src.placeholders())
	chunks, bad := topLevel(text)
	if bad != nil {
		src.diags = append(src.diags, src.at(bad.line, bad.col, bad.msg))
		return src
	}
	decls, stmts, imports := blank(text), blank(text), blank(text)
	hasDecls, hasStmts, hasImports := false, false, false
	for _, c := range chunks {
		if c.kind == token.ILLEGAL && src.isMain && isVarDecl(text[c.start:c.end]) {
			c.kind = token.VAR // in a program variables are set in the order of what they depend on
		}
		switch c.kind {
		case token.PACKAGE:
			src.isMain = true
		case token.IMPORT:
			copy(imports[c.start:c.end], text[c.start:c.end])
			hasImports = true
		case token.TYPE, token.CONST, token.FUNC, token.VAR:
			copy(decls[c.start:c.end], text[c.start:c.end])
			hasDecls = true
		default:
			copy(stmts[c.start:c.end], text[c.start:c.end])
			hasStmts = true
			src.muted = c.muted
		}
		src.lastStmt = c.kind == token.ILLEGAL
	}
	if hasImports {
		if f := s.parseFile(src, declPrefix+string(imports), parser.ImportsOnly); f != nil {
			src.imports = f.Imports
		}
	}
	if hasDecls {
		src.decls = s.parseFile(src, declPrefix+string(decls), parser.ParseComments)
	}
	if hasStmts {
		src.stmts = s.parseFile(src, stmtPrefix+string(stmts)+stmtSuffix, 0)
		if src.stmts != nil && len(src.stmts.Decls) != 1 && len(src.diags) == 0 {
			src.diags = append(src.diags, src.at(1, 1, "syntax error: unbalanced braces"))
		}
	}
	src.bound()
	return src
}

// maxParts is how many expressions, statements and names a cell may have: the
// interpreter takes some kilobytes and 10 microseconds for each. Operators may
// stand maxDeep deep in each other, for which it takes the square of the time.
const (
	maxParts = 250_000
	maxDeep  = 15_000
)

// bound refuses a cell that would keep the process busy for minutes.
func (s *source) bound() {
	parts, deep, deepest := 0, 0, 0
	for _, f := range []*ast.File{s.decls, s.stmts} {
		if f == nil {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if n == nil {
				deep--
				return true
			}
			parts++
			deep++
			deepest = max(deepest, deep)
			return true
		})
	}
	switch {
	case len(s.diags) > 0:
	case deepest > maxDeep:
		d := s.at(0, 0, fmt.Sprintf("this cell is nested too deeply to be compiled: %d deep, and at most %d can be", deepest, maxDeep))
		d.Suggestion = "cut long expressions into several statements"
		s.diags = append(s.diags, d)
	case parts > maxParts:
		d := s.at(0, 0, fmt.Sprintf("this cell is too large to be compiled: it has %d expressions, statements and names, and at most %d can be", parts, maxParts))
		d.Suggestion = "read data from a file, or from one long string; split code into several cells"
		s.diags = append(s.diags, d)
	}
}

// placeholders is the cell with each magic line replaced by a call.
func (s *source) placeholders() string {
	var b strings.Builder
	for _, seg := range s.segments {
		if seg.Kind == Go {
			b.WriteString(seg.Text)
			continue
		}
		if seg.Bind != "" {
			fmt.Fprintf(&b, "%s := ", seg.Bind)
		}
		fmt.Fprintf(&b, "%s();", magicName(len(s.magics)))
		if strings.HasSuffix(seg.Text, "\n") {
			b.WriteByte('\n')
		}
		s.magics = append(s.magics, seg)
	}
	return b.String()
}

func magicName(i int) string { return fmt.Sprintf("magicǃ%d", i) }

func (s *Session) parseFile(src *source, text string, mode parser.Mode) *ast.File {
	name := fmt.Sprintf("cell [%d]", src.cell.N)
	f, err := parser.ParseFile(s.fset, name, text, mode|parser.AllErrors)
	if f != nil {
		s.noteFile(f, src)
	}
	if err == nil {
		return f
	}
	list, ok := err.(scanner.ErrorList)
	if !ok {
		src.diags = append(src.diags, src.at(0, 0, err.Error()))
		return nil
	}
	list = tellIllegal(list)
	list.RemoveMultiples()
	for i, e := range list {
		if end := len(src.lines); i > 0 && e.Pos.Line-1 >= end {
			break // what follows from the first one
		}
		d := src.at(e.Pos.Line-1, e.Pos.Column, syntaxMessage(e.Msg))
		if strings.HasPrefix(strings.TrimSpace(d.Source), "%") && strings.Contains(e.Msg, "'%'") {
			d.Suggestion = "a % line stands at the top level of a cell, not inside brackets"
		}
		src.diags = append(src.diags, d)
	}
	return f
}

// tellIllegal leaves out that the parser met a character that is none of Go's
// where the scanner says which.
func tellIllegal(list scanner.ErrorList) scanner.ErrorList {
	illegal := func(e *scanner.Error) bool { return strings.HasPrefix(e.Msg, "illegal ") }
	if !slices.ContainsFunc(list, illegal) {
		return list
	}
	return slices.DeleteFunc(list, func(e *scanner.Error) bool { return strings.Contains(e.Msg, "ILLEGAL") })
}

var expectedFound = regexp.MustCompile(`^expected (.*), found (.*)$`)

// syntaxMessage says what the parser says in the compiler's words.
func syntaxMessage(msg string) string {
	bare := func(s string) string {
		s = strings.Trim(s, "'")
		if s == "operand" {
			return "expression"
		}
		return s
	}
	if m := expectedFound.FindStringSubmatch(msg); m != nil {
		return "syntax error: unexpected " + bare(m[2]) + ", expected " + bare(m[1])
	}
	if strings.HasPrefix(msg, "exceeded max ") {
		return "this is nested too deeply to be compiled: " + msg
	}
	if what, ok := strings.CutPrefix(msg, "missing ',' before newline in "); ok {
		return "syntax error: unexpected newline in " + what + "; possibly missing comma or )"
	}
	if strings.HasPrefix(msg, "expected") {
		return "syntax error: " + msg
	}
	return msg
}

// at is a diagnostic at a line and column of the cell; lines past its end are
// its last line.
func (s *source) at(line, col int, msg string) Diagnostic {
	d := Diagnostic{Cell: s.cell.N, Line: line, Col: col, Message: plain(msg)}
	if line > len(s.lines) {
		d.Line = len(s.lines)
		for d.Line > 1 && strings.TrimSpace(s.lines[d.Line-1]) == "" {
			d.Line--
		}
		d.Col = len(s.lines[d.Line-1]) + 1
	}
	if d.Line > 0 && d.Line <= len(s.lines) {
		d.Source = s.lines[d.Line-1]
	}
	return d
}

func blank(text []byte) []byte {
	b := make([]byte, len(text))
	for i, c := range text {
		if c == '\n' || c == '\r' {
			b[i] = c
		} else {
			b[i] = ' '
		}
	}
	return b
}

// A chunk is a run of text at the top level of a cell: one declaration
// (IMPORT, TYPE, CONST, FUNC, PACKAGE) or statements (ILLEGAL).
type chunk struct {
	kind       token.Token
	start, end int
	muted      bool // ended by a written semicolon
}

type badToken struct {
	line, col int
	msg       string
}

// topLevel finds the chunks of a text: its declarations, and the statements
// between them.
func topLevel(text []byte) ([]chunk, *badToken) {
	c := chunker{text: text}
	c.fset = token.NewFileSet()
	c.file = c.fset.AddFile("", -1, len(text))
	c.scan.Init(c.file, text, func(token.Position, string) {}, 0)
	c.run()
	return c.chunks, c.bad
}

type chunker struct {
	text   []byte
	fset   *token.FileSet
	file   *token.File
	scan   scanner.Scanner
	chunks []chunk
	bad    *badToken
	stack  []token.Token
	toks   []token.Token // the first tokens of the statement at hand
	start  int
}

var closing = map[token.Token]token.Token{token.RPAREN: token.LPAREN, token.RBRACK: token.LBRACK, token.RBRACE: token.LBRACE}

func (c *chunker) run() {
	for {
		pos, tok, lit := c.scan.Scan()
		off := c.file.Offset(pos)
		switch tok {
		case token.EOF:
			c.end(len(c.text), false)
			return
		case token.LPAREN, token.LBRACK, token.LBRACE:
			c.stack = append(c.stack, tok)
		case token.RPAREN, token.RBRACK, token.RBRACE:
			if len(c.stack) == 0 || c.stack[len(c.stack)-1] != closing[tok] {
				p := c.file.Position(pos)
				c.bad = &badToken{p.Line, p.Column, fmt.Sprintf("syntax error: unexpected %s", tok)}
				return
			}
			c.stack = c.stack[:len(c.stack)-1]
		case token.SEMICOLON:
			if len(c.stack) == 0 {
				c.end(min(off+1, len(c.text)), lit == ";")
				continue
			}
		}
		if len(c.toks) == 0 {
			c.start = off
		}
		if len(c.toks) < 64 {
			c.toks = append(c.toks, tok)
		}
	}
}

func (c *chunker) end(off int, muted bool) {
	if len(c.toks) == 0 {
		if n := len(c.chunks) - 1; muted && n >= 0 {
			c.chunks[n].muted = true
			if c.chunks[n].kind == token.ILLEGAL {
				c.chunks[n].end = off // the second semicolon of "for i := 0; ; i++"
			}
		}
		return
	}
	ch := chunk{kind: declKind(c.toks), start: c.start, end: off, muted: muted}
	c.chunks = append(c.chunks, ch)
	c.toks = c.toks[:0]
}

// declKind says what declaration the tokens begin; ILLEGAL when none.
func declKind(toks []token.Token) token.Token {
	switch toks[0] {
	case token.IMPORT, token.TYPE, token.CONST, token.PACKAGE:
		return toks[0]
	case token.FUNC:
		if len(toks) > 1 && toks[1] == token.IDENT || isMethod(toks) {
			return token.FUNC
		}
	}
	return token.ILLEGAL
}

// isMethod tells "func (r T) name(" from the literal "func(a A) B {".
func isMethod(toks []token.Token) bool {
	if len(toks) < 2 || toks[1] != token.LPAREN {
		return false
	}
	depth := 0
	for i := 1; i < len(toks); i++ {
		switch toks[i] {
		case token.LPAREN:
			depth++
		case token.RPAREN:
			if depth--; depth == 0 {
				return i+2 < len(toks) && toks[i+1] == token.IDENT && toks[i+2] == token.LPAREN
			}
		}
	}
	return false
}
