package search

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is one unit of a filter.
type token struct {
	kind tokenKind
	at   int    // where it begins
	text string // as it stands there

	// Of a name: what stands before the first point, and what after it.
	// "metrics.auc" and metrics."f1 score" are names, and so is "and".
	prefix string
	dotted bool // there is a point
	quoted bool // the name is in quotes

	value  string  // of text or a name: without quotes and prefix
	number float64 // of a number
}

type tokenKind int

const (
	end tokenKind = iota
	name
	number
	text
	mark // ( ) , and the operators
)

type lexer struct {
	src string
	at  int
}

func (l *lexer) fail(at int, what, advice string) error {
	return &Error{Filter: l.src, At: at, What: clip(what), Advice: clip(advice)}
}

// clip keeps a message readable whatever name is in it.
func clip(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}

// next reads one token.
func (l *lexer) next() (token, error) {
	rest := strings.TrimLeftFunc(l.src[l.at:], unicode.IsSpace)
	l.at = len(l.src) - len(rest)
	t := token{at: l.at}
	if rest == "" {
		return t, nil
	}
	var err error
	switch c := rest[0]; {
	case c == '\'' || c == '"':
		t.kind = text
		t.value, err = l.quotes()
	case strings.IndexByte("0123456789+-.", c) >= 0:
		err = l.number(&t)
	case c == '`' || nameRune(rest):
		err = l.name(&t)
	default:
		err = l.mark(&t)
	}
	t.text = l.src[t.at:l.at]
	return t, err
}

// nameRune reports whether s begins with a letter or an underscore.
func nameRune(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r == '_' || r != utf8.RuneError && unicode.IsLetter(r)
}

// word takes letters, digits and what names have between them.
func (l *lexer) word() string {
	from := l.at
	for l.at < len(l.src) {
		r, size := utf8.DecodeRuneInString(l.src[l.at:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_./-:@", r) {
			break
		}
		l.at += size
	}
	return l.src[from:l.at]
}

// quotes takes a quoted text. The quote itself is written twice.
func (l *lexer) quotes() (string, error) {
	from, q := l.at, l.src[l.at:l.at+1]
	var b strings.Builder
	for l.at++; ; {
		n := strings.Index(l.src[l.at:], q)
		if n < 0 {
			return "", l.fail(from, q+" without its end", "close it with another "+q+"; a "+q+" inside is written twice")
		}
		b.WriteString(l.src[l.at : l.at+n])
		l.at += n + 1
		if !strings.HasPrefix(l.src[l.at:], q) {
			return b.String(), nil
		}
		b.WriteString(q)
		l.at++
	}
}

// name takes metrics.auc, metrics."f1 score", `run name` or a word.
func (l *lexer) name(t *token) error {
	t.kind = name
	if l.src[l.at] == '`' {
		first, err := l.quotes()
		if err != nil {
			return err
		}
		if !strings.HasPrefix(l.src[l.at:], ".") {
			t.value, t.quoted = first, true
			return nil
		}
		t.prefix, t.dotted = first, true
		l.at++
		t.value = l.word()
	} else {
		t.value = l.word()
		if before, after, ok := strings.Cut(t.value, "."); ok {
			t.prefix, t.value, t.dotted = before, after, true
		}
	}
	if t.dotted && t.value == "" && l.at < len(l.src) && strings.IndexByte("'\"`", l.src[l.at]) >= 0 {
		t.quoted = true
		var err error
		t.value, err = l.quotes()
		return err
	}
	if t.dotted && strings.HasPrefix(l.src[l.at:], "{") {
		from := l.at
		if err := l.context(); err != nil {
			return err
		}
		t.value += l.src[from:l.at]
	}
	return nil
}

// context takes the context of a metric: {subset=val,fold="3"}.
func (l *lexer) context() error {
	from := l.at
	for quoted := false; l.at < len(l.src); l.at++ {
		switch c := l.src[l.at]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			l.at++
		case c == '}' && !quoted:
			l.at++
			return nil
		}
	}
	l.at = from
	return l.fail(from, "{ without its end", "a context is written {subset=val}")
}

var decimal = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)

func (l *lexer) number(t *token) error {
	t.kind = number
	if strings.IndexByte("+-", l.src[l.at]) >= 0 {
		l.at++
	}
	w := l.word()
	if strings.HasPrefix(l.src[l.at:], "+") && strings.HasSuffix(strings.ToLower(w), "e") { // 1e+3
		l.at++
		l.word()
	}
	s := l.src[t.at:l.at]
	if f, ok := infinity(s); ok {
		t.number = f
		return nil
	}
	if !decimal.MatchString(s) {
		if s == "" || strings.Trim(s, "+-") == "" {
			return l.fail(t.at, strconv.Quote(l.src[t.at:t.at+1])+" does not belong here", "")
		}
		return l.fail(t.at, s+" is no number", "put text and dates in quotes: "+strconv.Quote(s))
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return l.fail(t.at, s+" is more than a number can hold", "write inf or -inf for the infinities")
	}
	t.number = f
	return nil
}

// mark takes an operator, a bracket or a comma.
func (l *lexer) mark(t *token) error {
	t.kind = mark
	rest := l.src[l.at:]
	for _, wrong := range [][2]string{{"==", "="}, {"<>", "!="}, {"&&", "and"}, {"||", "or"}, {"=~", "like"}, {"[", ""}} {
		if strings.HasPrefix(rest, wrong[0]) {
			if wrong[0] == "[" {
				return l.fail(l.at, "[ does not belong here", "a name with such characters goes in quotes: metrics.\"a[0]\"; a list is (1, 2)")
			}
			return l.fail(l.at, wrong[0]+" is not an operator here", "write "+wrong[1])
		}
	}
	for _, m := range []string{"!=", "<=", ">=", "=", "<", ">", "(", ")", ","} {
		if strings.HasPrefix(rest, m) {
			l.at += len(m)
			return nil
		}
	}
	if rest[0] == '!' {
		return l.fail(l.at, "! is not an operator here", "write not, or != between two things")
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return l.fail(l.at, strconv.QuoteRune(r)+" does not belong here", "a name with such characters goes in quotes after its point: metrics.\"f1 %\"")
}
