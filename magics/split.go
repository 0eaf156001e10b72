package magics

import (
	"errors"
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cellar-ml/cellar/internal/hint"
)

// A part of a word is text as it stands, or a Go expression to be evaluated.
type part struct {
	text string
	expr bool
}

// A word is one argument. Its parts are joined without anything between them.
type word struct {
	parts []part
}

func (w *word) text(s string) {
	if n := len(w.parts); n > 0 && !w.parts[n-1].expr {
		w.parts[n-1].text += s
		return
	}
	w.parts = append(w.parts, part{text: s})
}

// split cuts the arguments of a magic into words, quoted as in a shell: spaces
// separate, '…' is literal, "…" keeps spaces, a backslash makes the next
// character literal. {expr} outside '…' is a Go expression, {{ and }} are
// braces. Nothing else is special.
func split(line string) ([]word, error) {
	var words []word
	var cur *word
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRuneInString(line[i:])
		if unicode.IsSpace(r) {
			cur = nil
			i += size
			continue
		}
		if cur == nil {
			words = append(words, word{})
			cur = &words[len(words)-1]
		}
		n, err := cur.take(line[i:])
		if err != nil {
			return nil, err
		}
		i += n
	}
	return words, nil
}

// take reads one unit outside quotes and returns how many bytes it took.
func (w *word) take(s string) (int, error) {
	switch s[0] {
	case '\'':
		end := strings.IndexByte(s[1:], '\'')
		if end < 0 {
			return 0, unclosed("'", s)
		}
		w.text(s[1 : 1+end])
		return end + 2, nil
	case '"':
		return w.quoted(s)
	case '\\':
		if len(s) == 1 {
			w.text(`\`)
			return 1, nil
		}
		_, size := utf8.DecodeRuneInString(s[1:])
		w.text(s[1 : 1+size])
		return 1 + size, nil
	}
	return w.plain(s)
}

// quoted reads a "…" and returns how many bytes it took.
func (w *word) quoted(s string) (int, error) {
	w.text("") // "" is an argument too
	for i := 1; i < len(s); {
		switch {
		case s[i] == '"':
			return i + 1, nil
		case s[i] == '\\' && i+1 < len(s) && strings.IndexByte(`"\{}$`, s[i+1]) >= 0:
			w.text(s[i+1 : i+2])
			i += 2
		default:
			n, err := w.plain(s[i:])
			if err != nil {
				return 0, err
			}
			i += n
		}
	}
	return 0, unclosed(`"`, s)
}

// plain reads one character, a doubled brace or an expression.
func (w *word) plain(s string) (int, error) {
	switch {
	case strings.HasPrefix(s, "{{"), strings.HasPrefix(s, "}}"):
		w.text(s[:1])
		return 2, nil
	case s[0] == '{':
		expr, n, err := expression(s)
		if err != nil {
			return 0, err
		}
		w.parts = append(w.parts, part{text: expr, expr: true})
		return n, nil
	}
	_, size := utf8.DecodeRuneInString(s)
	w.text(s[:size])
	return size, nil
}

// expression reads the {expr} that s begins with. Braces in Go strings, runes
// and composite literals do not end it.
func expression(s string) (expr string, n int, err error) {
	end := closing(s)
	if end < 0 {
		return "", 0, unclosed("{", s)
	}
	expr = strings.TrimSpace(s[1:end])
	if expr == "" {
		return "", 0, usagef("write a Go expression between the braces, or {{}} for the braces themselves", "nothing between { and }")
	}
	if _, err := parser.ParseExpr(expr); err != nil {
		var list scanner.ErrorList
		if errors.As(err, &list) && len(list) > 0 {
			err = errors.New(list[0].Msg)
		}
		return "", 0, hint.New(&UsageError{fmt.Errorf("{%s}: not a Go expression: %w", expr, err)},
			"{…} is the value of a Go expression; write {{ for a brace")
	}
	return expr, end + 1, nil
}

// closing returns where the brace that s begins with is closed, or -1.
func closing(s string) int {
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(s))
	var sc scanner.Scanner
	sc.Init(file, []byte(s), func(token.Position, string) {}, 0)
	depth := 0
	for {
		pos, tok, _ := sc.Scan()
		switch tok {
		case token.EOF:
			return -1
		case token.LBRACE:
			depth++
		case token.RBRACE:
			if depth--; depth == 0 {
				return file.Offset(pos)
			}
		}
	}
}

func unclosed(mark, s string) error {
	const most = 30
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	what := "close it, or write \\" + mark + " for the character itself"
	if mark == "{" {
		what = "close it with }, or write {{ for the character itself"
	}
	return usagef(what, "%s without its end: %s", mark, s)
}
