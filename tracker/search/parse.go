package search

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/cellar-ml/cellar/internal/nearest"
)

// What a filter may have. A store need not be able to do more.
const (
	MaxLength      = 100_000 // bytes
	MaxDepth       = 40      // brackets and nots within each other
	MaxComparisons = 400
	MaxPattern     = 1_000 // bytes of a pattern
)

// Parse reads a filter. An empty one finds all runs. What is wrong comes back as
// an *Error; nothing makes Parse panic.
func Parse(filter string) (Query, error) {
	return parse(lexer{src: filter, of: "a run", has: attributes})
}

// A Thing is what else a filter may be over, such as "a model", and which texts,
// numbers and times it has as attributes.
type Thing struct {
	Of                    string
	Texts, Numbers, Times []string
}

// Parse is the package's Parse for filters over things. Their Subject answers for
// Attribute fields by the names that t has.
func (t Thing) Parse(filter string) (Query, error) {
	l := lexer{src: filter, of: t.Of}
	for _, list := range []struct {
		names []string
		sort  sort
	}{{t.Texts, texts}, {t.Numbers, numbers}, {t.Times, times}} {
		for _, n := range list.names {
			l.has = append(l.has, attribute{name: n, sort: list.sort})
		}
	}
	return parse(l)
}

func parse(l lexer) (Query, error) {
	filter := l.src
	p := parser{lexer: l}
	if len(filter) > MaxLength {
		return Query{}, p.fail(MaxLength, fmt.Sprintf("the filter has %d bytes, more than %d", len(filter), MaxLength), "make it shorter")
	}
	if !utf8.ValidString(filter) || strings.ContainsRune(filter, 0) {
		return Query{}, p.fail(0, "the filter is not UTF-8 text", "save it as UTF-8, without zero bytes")
	}
	if err := p.advance(); err != nil {
		return Query{}, err
	}
	return p.query()
}

type parser struct {
	lexer
	tok         token
	depth       int
	comparisons int
}

func (p *parser) advance() (err error) {
	p.tok, err = p.next()
	return err
}

// word reports whether the token is a keyword.
func (p *parser) word(w string) bool {
	return p.tok.kind == name && !p.tok.dotted && !p.tok.quoted && strings.EqualFold(p.tok.value, w)
}

func (p *parser) mark(m string) bool { return p.tok.kind == mark && p.tok.text == m }

// found is the token in words.
func (t token) found() string {
	if t.kind == end {
		return "the end"
	}
	if r := []rune(t.text); len(r) > 30 {
		return string(r[:30]) + "…"
	}
	return t.text
}

func (p *parser) query() (q Query, err error) {
	if p.tok.kind != end && !p.word("order") {
		if q.Where, err = p.or(); err != nil {
			return Query{}, err
		}
	}
	if p.word("order") {
		if q.Order, err = p.order(); err != nil {
			return Query{}, err
		}
	}
	if p.tok.kind != end {
		return Query{}, p.fail(p.tok.at, p.tok.found()+" does not belong here", p.instead())
	}
	return q, nil
}

// instead says what could follow a whole comparison.
func (p *parser) instead() string {
	switch {
	case p.mark(")"):
		return "there is no ( that it closes"
	case p.word("limit"), p.word("offset"):
		return "how many runs are listed is not for the filter to say: --limit N, --offset N"
	case p.word("where"), p.word("select"):
		return "write the comparisons only: metrics.auc > 0.9 and status = \"finished\""
	}
	if near := nearest.Of(p.tok.value, []string{"and", "or", "order"}, 1); p.tok.kind == name && !p.tok.dotted && len(near) > 0 {
		return "did you mean " + near[0] + "?"
	}
	return "join comparisons with and, or; then order by FIELD"
}

// or = and { "or" and }
func (p *parser) or() (Expr, error) {
	return p.chain("or", p.and, func(l []Expr) Expr { return Or(l) })
}

// and = not { "and" not }
func (p *parser) and() (Expr, error) {
	return p.chain("and", p.not, func(l []Expr) Expr { return And(l) })
}

func (p *parser) chain(word string, part func() (Expr, error), join func([]Expr) Expr) (Expr, error) {
	var list []Expr
	for {
		x, err := part()
		if err != nil {
			return nil, err
		}
		list = append(list, x)
		if !p.word(word) {
			break
		}
		if err := p.advance(); err != nil {
			return nil, err
		}
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return join(list), nil
}

// not = "not" not | "(" or ")" | comparison
func (p *parser) not() (Expr, error) {
	negative, bracket, at := p.word("not"), p.mark("("), p.tok.at
	if !negative && !bracket {
		return p.comparison()
	}
	if p.depth++; p.depth > MaxDepth {
		return nil, p.fail(at, fmt.Sprintf("more than %d brackets within each other", MaxDepth), "make it simpler")
	}
	defer func() { p.depth-- }()
	if err := p.advance(); err != nil {
		return nil, err
	}
	if negative {
		x, err := p.not()
		if err != nil {
			return nil, err
		}
		return Not{x}, nil
	}
	x, err := p.or()
	if err != nil {
		return nil, err
	}
	if !p.mark(")") {
		if p.tok.kind == end {
			return nil, p.fail(at, "( without its end", "close it with )")
		}
		return nil, p.fail(p.tok.at, p.tok.found()+" does not belong here", "join comparisons with and, or; close the bracket with )")
	}
	return x, p.advance()
}

// order = "order" "by" key { "," key }
func (p *parser) order() ([]Key, error) {
	if err := p.advance(); err != nil {
		return nil, err
	}
	if !p.word("by") {
		return nil, p.fail(p.tok.at, "by is missing after order", "write order by metrics.loss desc")
	}
	var keys []Key
	for {
		if err := p.advance(); err != nil {
			return nil, err
		}
		at := p.tok.at
		k, err := p.key()
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(keys, func(o Key) bool { return o.Field == k.Field }) {
			return nil, p.fail(at, "the runs are in the order of this already", "name each field once")
		}
		if keys = append(keys, k); len(keys) > 16 {
			return nil, p.fail(at, "more than 16 fields to order by", "name fewer")
		}
		if !p.mark(",") {
			return keys, nil
		}
	}
}

func (p *parser) key() (k Key, err error) {
	t := p.tok
	if t.kind != name {
		return k, p.fail(t.at, t.found()+" where a field should be", "write order by metrics.loss desc, start_time")
	}
	if k.Field, _, err = p.field(t); err != nil {
		return k, err
	}
	if k.Field.Kind == Dataset {
		return k, p.fail(t.at, "runs have no order by "+t.text+", for a run may read several", "order by a metric, a parameter, a tag or an attribute")
	}
	if err := p.advance(); err != nil {
		return k, err
	}
	switch k.Desc = p.word("desc"); {
	case k.Desc, p.word("asc"):
		return k, p.advance()
	case p.tok.kind == name:
		return k, p.fail(p.tok.at, p.tok.found()+" does not belong here", "after a field comes asc, desc or a comma")
	}
	return k, nil
}
