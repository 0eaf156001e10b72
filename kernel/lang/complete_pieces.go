package lang

import (
	"go/scanner"
	"go/token"
	"strings"
)

// A lexeme is one token of a cell; end is past its last byte.
type lexeme struct {
	tok      token.Token
	pos, end int
	text     string // of identifiers and literals
}

// lex scans code that may be wrong or unfinished. Lines of magics are blank.
func lex(code string) []lexeme {
	var s scanner.Scanner
	src := []byte(code)
	file := token.NewFileSet().AddFile("", -1, len(src))
	s.Init(file, src, func(token.Position, string) {}, scanner.ScanComments)
	var out []lexeme
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return out
		}
		l := lexeme{tok: tok, pos: file.Offset(pos), text: lit}
		switch {
		case tok == token.SEMICOLON && lit == "\n":
			l.end = l.pos
		case lit != "":
			l.end = l.pos + len(lit)
		default:
			l.end = l.pos + len(tok.String())
		}
		// A literal is not always as long as its text: carriage returns are
		// dropped, and a broken byte is written out in full.
		l.end = min(l.end, len(src))
		if n := len(out); n > 0 {
			out[n-1].end = min(out[n-1].end, l.pos)
		}
		out = append(out, l)
	}
}

// blankMagics replaces the magics of a cell by spaces, so that offsets stay.
func blankMagics(code string) string {
	var b strings.Builder
	for _, seg := range Split(code) {
		if seg.Kind == Go {
			b.WriteString(seg.Text)
			continue
		}
		for _, c := range []byte(seg.Text) {
			if c != '\n' {
				c = ' '
			}
			b.WriteByte(c)
		}
	}
	return b.String()
}

// A piece is one statement or declaration of a cell.
type piece struct {
	toks []lexeme // without the semicolon that ends it
}

func (c piece) pos() int { return c.toks[0].pos }
func (c piece) end() int { return c.toks[len(c.toks)-1].end }

// pieces cuts a cell at the semicolons outside every bracket, and not at those
// in the head of a statement.
func pieces(toks []lexeme) []piece {
	var out []piece
	var cur []lexeme
	depth := 0
	flush := func() {
		if len(cur) > 0 {
			out = append(out, piece{cur})
		}
		cur = nil
	}
	for _, t := range toks {
		switch t.tok {
		case token.COMMENT:
			continue
		case token.LPAREN, token.LBRACE, token.LBRACK:
			depth++
		case token.RPAREN, token.RBRACE, token.RBRACK:
			depth = max(0, depth-1)
		case token.SEMICOLON:
			if depth == 0 && !inHead(cur, t) {
				flush()
				continue
			}
		}
		cur = append(cur, t)
	}
	flush()
	return out
}

// inHead reports whether the semicolon t stands in the head of the statement
// that toks begin: for i := 0; i < n.
func inHead(toks []lexeme, t lexeme) bool {
	if len(toks) == 0 || t.text == "\n" || toks[len(toks)-1].tok == token.RBRACE {
		return false
	}
	switch toks[0].tok {
	case token.IF, token.FOR, token.SWITCH:
		return true
	}
	return false
}

// pieceKind says where in a file a piece may stand.
type pieceKind int

const (
	statement pieceKind = iota
	declaration
	importing
	definition // a := b
	clause     // package main, which a pasted file has
)

func (c piece) kind() pieceKind {
	switch c.toks[0].tok {
	case token.IMPORT:
		return importing
	case token.PACKAGE:
		return clause
	case token.TYPE, token.VAR, token.CONST:
		return declaration
	case token.FUNC:
		if c.declaresFunc() {
			return declaration
		}
	case token.IDENT:
		if c.define() > 0 {
			return definition
		}
	}
	return statement
}

// declaresFunc tells func f( and func (r T) f( from a function literal.
func (c piece) declaresFunc() bool {
	i := 1
	if i < len(c.toks) && c.toks[i].tok == token.LPAREN {
		depth := 0
		for ; i < len(c.toks); i++ {
			if c.toks[i].tok == token.LPAREN {
				depth++
			} else if c.toks[i].tok == token.RPAREN {
				if depth--; depth == 0 {
					break
				}
			}
		}
		i++
		return i+1 < len(c.toks) && c.toks[i].tok == token.IDENT && c.toks[i+1].tok == token.LPAREN
	}
	return i < len(c.toks) && c.toks[i].tok == token.IDENT
}

// define is the index of := after a list of names, or 0.
func (c piece) define() int {
	for i, t := range c.toks {
		switch t.tok {
		case token.IDENT, token.COMMA:
		case token.DEFINE:
			return i
		default:
			return 0
		}
	}
	return 0
}

// usesItself reports whether a definition reads a name that it defines.
func (c piece) usesItself() bool {
	at := c.define()
	names := map[string]bool{}
	for _, t := range c.toks[:at] {
		if t.tok == token.IDENT {
			names[t.text] = true
		}
	}
	for i, t := range c.toks[at:] {
		if t.tok == token.IDENT && names[t.text] && c.toks[at+i-1].tok != token.PERIOD {
			return true
		}
	}
	return false
}

// closers is what closes the brackets that toks leave open.
func closers(toks []lexeme) string {
	var open []byte
	for _, t := range toks {
		switch t.tok {
		case token.LPAREN:
			open = append(open, ')')
		case token.LBRACE:
			open = append(open, '}')
		case token.LBRACK:
			open = append(open, ']')
		case token.RPAREN, token.RBRACE, token.RBRACK:
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		}
	}
	var b strings.Builder
	for i := len(open) - 1; i >= 0; i-- {
		if open[i] == '}' {
			b.WriteByte('\n')
		}
		b.WriteByte(open[i])
	}
	return b.String()
}
