package lang

import (
	"go/token"
	"slices"
)

// The keywords that may begin a type, and the ones that may begin a statement
// wherever one may stand.
var (
	typeKeywords      = []token.Token{token.CHAN, token.FUNC, token.INTERFACE, token.MAP, token.STRUCT}
	statementKeywords = []token.Token{
		token.CONST, token.DEFER, token.FOR, token.GO, token.GOTO, token.IF, token.RETURN, token.SELECT, token.SWITCH, token.TYPE, token.VAR,
	}
)

// keywords are those that may stand at offset from, by what stands before it.
func (q *query) keywords(from int, typesOnly bool) []token.Token {
	toks := q.upTo(from)
	around := openers(toks)
	prev, inner := token.ILLEGAL, token.ILLEGAL
	if n := len(toks); n > 0 {
		prev = toks[n-1].tok
	}
	if len(around) > 0 {
		inner = around[0]
	}
	switch {
	case typesOnly:
		return typeKeywords
	case inner == token.STRUCT || inner == token.INTERFACE:
		return typeKeywords
	case (inner == token.SWITCH || inner == token.SELECT) && prev == token.LBRACE:
		return []token.Token{token.CASE, token.DEFAULT}
	case prev == token.ELSE:
		return []token.Token{token.IF}
	case prev == token.RBRACE:
		return []token.Token{token.ELSE}
	case prev == token.LPAREN && len(toks) > 1 && toks[len(toks)-2].tok == token.PERIOD:
		return append([]token.Token{token.TYPE}, typeKeywords...)
	case begins(prev, around):
		return statements(around)
	case (prev == token.DEFINE || prev == token.ASSIGN || prev == token.FOR) && inHeadOf(toks, token.FOR):
		return append([]token.Token{token.RANGE}, typeKeywords...)
	}
	return typeKeywords
}

// begins reports whether a statement may begin after prev, inside what around
// opened.
func begins(prev token.Token, around []token.Token) bool {
	literal := len(around) > 0 && around[0] == token.ILLEGAL
	switch prev {
	case token.ILLEGAL:
		return true
	case token.SEMICOLON, token.LBRACE, token.COLON: // of a case, or of a label
		return !literal
	}
	return false
}

// statements are the keywords that begin a statement inside the blocks that
// around opened, the innermost first.
func statements(around []token.Token) []token.Token {
	out := append(slices.Clone(statementKeywords), typeKeywords...)
	if len(around) == 0 {
		return append(out, token.IMPORT, token.PACKAGE)
	}
	for i, t := range around {
		if t == token.FUNC {
			break
		}
		if t != token.IF && !slices.Contains(out, token.BREAK) {
			out = append(out, token.BREAK)
		}
		if t == token.FOR && !slices.Contains(out, token.CONTINUE) {
			out = append(out, token.CONTINUE)
		}
		if i == 0 && (t == token.SWITCH || t == token.SELECT) {
			out = append(out, token.CASE, token.DEFAULT)
			if t == token.SWITCH {
				out = append(out, token.FALLTHROUGH)
			}
		}
	}
	return out
}

// openers are what opened the braces that toks leave open, the innermost
// first: if, for, switch, select, func, struct, interface; ILLEGAL for those of
// a literal.
func openers(toks []lexeme) []token.Token {
	var open []token.Token
	for i, t := range toks {
		switch t.tok {
		case token.LBRACE:
			open = append(open, opener(toks[:i]))
		case token.RBRACE:
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		}
	}
	slices.Reverse(open)
	return open
}

// opener is what opens the brace that follows toks.
func opener(toks []lexeme) token.Token {
	if n := len(toks); n > 0 && (toks[n-1].tok == token.STRUCT || toks[n-1].tok == token.INTERFACE) {
		return toks[n-1].tok
	}
	depth := 0
	for i := len(toks) - 1; i >= 0; i-- {
		switch t := toks[i]; t.tok {
		case token.RPAREN, token.RBRACK:
			depth++
			continue
		case token.LPAREN, token.LBRACK:
			if depth--; depth < 0 {
				return token.ILLEGAL
			}
			continue
		}
		if depth > 0 {
			continue
		}
		switch t := toks[i]; t.tok {
		case token.FUNC, token.FOR, token.SWITCH, token.SELECT, token.IF:
			return t.tok
		case token.ELSE:
			return token.IF
		case token.LBRACE, token.RBRACE, token.COLON:
			return token.ILLEGAL
		case token.SEMICOLON:
			if t.text == "\n" {
				return token.ILLEGAL
			}
		}
	}
	return token.ILLEGAL
}

// inHeadOf reports whether toks end in the head of a statement of a kind.
func inHeadOf(toks []lexeme, kind token.Token) bool {
	return opener(toks) == kind
}
