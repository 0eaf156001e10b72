package search

import (
	"fmt"
	"strings"
)

// comparison = field operator constant | field ["not"] "in" "(" constants ")"
// | field "is" ["not"] ("null" | "nan")
func (p *parser) comparison() (Expr, error) {
	t := p.tok
	if t.kind != name || p.keyword() {
		advice := "a comparison begins with a field: metrics.auc > 0.9"
		if t.kind == text || t.kind == number {
			advice = "the field comes first: metrics.auc > 0.9; a name with spaces is metrics.\"f1 score\""
		}
		return nil, p.fail(t.at, t.found()+" where a field should be", advice)
	}
	if p.comparisons++; p.comparisons > MaxComparisons {
		return nil, p.fail(t.at, fmt.Sprintf("more than %d comparisons", MaxComparisons), "use in (…), or make it simpler")
	}
	f, s, err := p.field(t)
	if err != nil {
		return nil, err
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	c := comparison{field: f, sort: s, as: t.text, at: p.tok.at}
	if c.op, err = p.operator(t); err != nil {
		return nil, err
	}
	if err := p.fits(c); err != nil {
		return nil, err
	}
	switch c.op {
	case Null, NotNull, NaN, NotNaN:
		return Compare{Field: datasetName(c.field), Op: c.op}, nil
	case In, NotIn:
		return p.list(c)
	}
	v, err := p.constant(c)
	if err != nil {
		return nil, err
	}
	return p.normal(c, []Value{v}), nil
}

// keyword reports whether the token is a word that no field can have.
func (p *parser) keyword() bool {
	for _, w := range []string{"and", "or", "not", "order", "in", "is", "like", "ilike"} {
		if p.word(w) {
			return true
		}
	}
	return false
}

// A comparison is one that is being read.
type comparison struct {
	field Field
	sort  sort
	op    Op
	as    string // the field as it was written
	at    int    // of the operator
}

// operator reads what stands between a field and a constant.
func (p *parser) operator(field token) (Op, error) {
	t := p.tok
	if t.kind == mark {
		switch op := Op(t.text); op {
		case Eq, Ne, Lt, Le, Gt, Ge:
			return op, p.advance()
		}
	}
	if p.word("is") {
		return p.isOperator()
	}
	not := p.word("not")
	if not {
		if err := p.advance(); err != nil {
			return "", err
		}
	}
	for _, op := range []Op{In, Like, ILike} {
		if p.word(string(op)) {
			if not {
				op = "not " + op
			}
			return op, p.advance()
		}
	}
	if not {
		return "", p.fail(p.tok.at, p.tok.found()+" after not", "write not in (…), not like \"…\", or not before the field")
	}
	advice := "after a field comes =, !=, <, <=, >, >=, in, like, ilike or is null"
	if t.kind == name || t.kind == number || t.kind == text {
		advice += "; a name with spaces is written metrics.\"f1 score\""
	}
	return "", p.fail(t.at, t.found()+" where an operator should be, after "+field.text, advice)
}

func (p *parser) isOperator() (Op, error) {
	if err := p.advance(); err != nil {
		return "", err
	}
	op := "is "
	if p.word("not") {
		op += "not "
		if err := p.advance(); err != nil {
			return "", err
		}
	}
	for _, w := range []string{"null", "nan"} {
		if p.word(w) {
			return Op(op + w), p.advance()
		}
	}
	return "", p.fail(p.tok.at, p.tok.found()+" after is", "write is null, is not null, is nan; = compares with a value")
}

// fits refuses the operators that the field cannot have.
func (p *parser) fits(c comparison) error {
	switch c.op {
	case Like, NotLike, ILike, NotILike:
		if c.sort == numbers || c.sort == times {
			return p.fail(c.at, c.as+" is a number, and "+string(c.op)+" compares text", "use =, !=, <, <=, > or >=")
		}
	case NaN, NotNaN:
		if c.field.Kind != Metric && c.field.Kind != Param {
			return p.fail(c.at, c.as+" cannot be NaN", "only metrics and params can")
		}
	case Lt, Le, Gt, Ge:
		if c.field.Kind == Dataset || c.sort == states {
			return p.fail(c.at, c.as+" has no smaller and greater", "use =, !=, in or like")
		}
	}
	return nil
}

// list = "(" constant { "," constant } ")"
func (p *parser) list(c comparison) (Expr, error) {
	if !p.mark("(") {
		return nil, p.fail(p.tok.at, p.tok.found()+" where ( should be", "write "+c.as+" "+string(c.op)+" (\"a\", \"b\")")
	}
	open := p.tok.at
	var values []Value
	for {
		if err := p.advance(); err != nil {
			return nil, err
		}
		v, err := p.constant(c)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		if p.mark(",") {
			continue
		}
		if p.mark(")") {
			return p.normal(c, values), p.advance()
		}
		if p.tok.kind == end {
			return nil, p.fail(open, "( without its end", "close the list with )")
		}
		return nil, p.fail(p.tok.at, p.tok.found()+" does not belong into a list", "put commas between the values and ) after the last")
	}
}

// normal is the comparison with constants of one kind, and a dataset's name
// apart from its versions.
func (p *parser) normal(c comparison, values []Value) Expr {
	op, negative := c.op.Positive()
	groups := map[Field][2][]Value{}
	var order []Field
	for _, v := range values {
		f := c.field
		if f == (Field{Dataset, DatasetRef}) && (op == Eq || op == In) && !strings.Contains(v.Text, "@") {
			f.Name = DatasetName
		}
		g, ok := groups[f]
		if !ok {
			order = append(order, f)
		}
		at := 0
		if v.IsNumber {
			at = 1
		}
		g[at] = append(g[at], v)
		groups[f] = g
	}
	var list []Expr
	for _, f := range order {
		for _, g := range groups[f] {
			if len(g) > 0 {
				list = append(list, Compare{f, c.op, g})
			}
		}
	}
	switch {
	case len(list) == 1:
		return list[0]
	case negative:
		return And(list)
	}
	return Or(list)
}

func datasetName(f Field) Field {
	if f.Kind == Dataset && f.Name == DatasetRef {
		f.Name = DatasetName
	}
	return f
}
