package lang

import (
	"go/token"
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

	named map[string][]string // import paths by package name, made at first use
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

// before is the token before offset from, comments aside; its zero value where
// there is none.
func (q *query) before(from int) lexeme {
	toks := q.upTo(from)
	if len(toks) == 0 {
		return lexeme{}
	}
	return toks[len(toks)-1]
}

// upTo are the tokens that end before offset from, comments aside.
func (q *query) upTo(from int) []lexeme {
	var out []lexeme
	for _, t := range q.toks {
		if t.pos >= from {
			break
		}
		if t.tok != token.COMMENT {
			out = append(out, t)
		}
	}
	return out
}
