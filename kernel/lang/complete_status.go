package lang

import (
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"strings"
)

// Status says whether code is a whole cell: "complete", "incomplete" with the
// indentation of the line that is to follow, or "invalid". The text under a
// %% magic, which only the magic can read, is whole once a line is empty.
func Status(code string) (status, indent string) {
	for _, seg := range Split(code) {
		if seg.Kind == CellMagic {
			if last := seg.Text[strings.LastIndexByte(seg.Text, '\n')+1:]; strings.TrimSpace(last) != "" {
				return "incomplete", last[:len(last)-len(strings.TrimLeft(last, " \t"))]
			}
			return "complete", ""
		}
	}
	src := blankMagics(code)
	open := false // a comment or a raw string without its end
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(src))
	s.Init(file, []byte(src), func(_ token.Position, msg string) {
		open = open || strings.Contains(msg, "comment not terminated") || strings.Contains(msg, "raw string literal not terminated")
	}, 0)
	var stack []token.Token
	last := token.ILLEGAL
	for {
		_, tok, lit := s.Scan()
		switch tok {
		case token.EOF:
			status, indent = verdict(stack, last, open)
			switch {
			case status == "complete" && !parses(src),
				status == "incomplete" && !open && len(stack) == 0 && !continues(src):
				return "invalid", ""
			}
			return status, indent
		case token.LPAREN, token.LBRACE, token.LBRACK:
			stack = append(stack, tok)
		case token.RPAREN, token.RBRACE, token.RBRACK:
			if len(stack) == 0 || stack[len(stack)-1] != closing[tok] {
				return "invalid", ""
			}
			stack = stack[:len(stack)-1]
		}
		if tok != token.SEMICOLON || lit != "\n" {
			last = tok
		}
	}
}

// continues reports whether code that ends in the middle of a statement is the
// beginning of one that can be read.
func continues(code string) bool {
	for _, rest := range []string{"x", "x {}", "x()", "x() {}", "x int", "x = 1", "\"x\"", "range x {}"} {
		if parses(code + "\n" + rest) {
			return true
		}
	}
	return false
}

// parses reports whether every statement and declaration of code can be read.
func parses(code string) bool {
	for _, p := range pieces(lex(code)) {
		text := code[p.pos():p.end()]
		kind := p.kind()
		switch kind {
		case clause:
			continue
		case importing, declaration:
		default:
			text = "func _() {\n" + text + "\n}"
		}
		f, err := parser.ParseFile(token.NewFileSet(), "", "package cell\n"+text, parser.SkipObjectResolution)
		if err != nil {
			return false
		}
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body == nil {
				return false // its body cannot begin on the next line
			}
		}
	}
	return true
}

func verdict(stack []token.Token, last token.Token, open bool) (status, indent string) {
	switch {
	case open:
		return "incomplete", ""
	case len(stack) > 0:
		return "incomplete", strings.Repeat("\t", len(stack))
	case unfinished[last]:
		return "incomplete", "\t"
	}
	return "complete", ""
}

// unfinished are the tokens after which a statement goes on.
var unfinished = map[token.Token]bool{
	token.ADD: true, token.SUB: true, token.MUL: true, token.QUO: true, token.REM: true, token.AND: true, token.OR: true,
	token.XOR: true, token.SHL: true, token.SHR: true, token.LAND: true, token.LOR: true, token.EQL: true, token.NEQ: true,
	token.LSS: true, token.GTR: true, token.LEQ: true, token.GEQ: true, token.ASSIGN: true, token.DEFINE: true,
	token.ADD_ASSIGN: true, token.SUB_ASSIGN: true, token.MUL_ASSIGN: true, token.QUO_ASSIGN: true,
	token.COMMA: true, token.PERIOD: true, token.ARROW: true, token.NOT: true, token.COLON: true,
	token.FUNC: true, token.TYPE: true, token.VAR: true, token.CONST: true, token.IMPORT: true,
	token.IF: true, token.FOR: true, token.SWITCH: true, token.GO: true, token.DEFER: true,
}
