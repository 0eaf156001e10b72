package search

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Match reports whether an expression is true of a run; nil is true of all.
func Match(x Expr, s Subject) bool { return x == nil || x.match(s) }

func (a And) match(s Subject) bool {
	return !slices.ContainsFunc(a, func(x Expr) bool { return !x.match(s) })
}

func (o Or) match(s Subject) bool {
	return slices.ContainsFunc(o, func(x Expr) bool { return x.match(s) })
}

func (n Not) match(s Subject) bool { return !n.X.match(s) }

func (c Compare) match(s Subject) bool {
	values := s.Values(c.Field)
	if c.Op == Null {
		return len(values) == 0
	}
	op, negative := c.Op.Positive()
	return slices.ContainsFunc(values, func(v Value) bool { return v.passes(op, c.Values) != negative })
}

// passes tests one value by a comparison that is not negative.
func (v Value) passes(op Op, with []Value) bool {
	switch op {
	case NotNull:
		return true
	case NaN:
		return v.IsNumber && math.IsNaN(v.Number)
	case In, Eq:
		return slices.ContainsFunc(with, v.equal)
	case Like:
		return Pattern(with[0].Text, v.Text, false)
	case ILike:
		return Pattern(with[0].Text, v.Text, true)
	}
	w := with[0]
	if w.IsNumber {
		return v.IsNumber && !math.IsNaN(v.Number) && ordered(op, cmp.Compare(v.Number, w.Number))
	}
	return ordered(op, strings.Compare(v.Text, w.Text))
}

func (v Value) equal(w Value) bool {
	if w.IsNumber {
		return v.IsNumber && v.Number == w.Number
	}
	return v.Text == w.Text
}

func ordered(op Op, sign int) bool {
	switch op {
	case Lt:
		return sign < 0
	case Le:
		return sign <= 0
	case Gt:
		return sign > 0
	}
	return sign >= 0
}

// Before compares two runs by an order: negative where a comes first, 0 where
// the order says nothing.
func Before(order []Key, a, b Subject) int {
	for _, k := range order {
		va, vb := rank(a.Values(k.Field)), rank(b.Values(k.Field))
		if d := cmp.Compare(va.class, vb.class); d != 0 {
			return d
		}
		d := cmp.Or(cmp.Compare(va.Nanos, vb.Nanos), strings.Compare(va.text, vb.text))
		if va.class == 0 {
			d = cmp.Or(cmp.Compare(va.Nanos, vb.Nanos), cmp.Compare(va.Number, vb.Number))
		}
		if k.Desc {
			d = -d
		}
		if d != 0 {
			return d
		}
	}
	return 0
}

// A ranked is a value in its class: numbers, NaN, text, nothing.
type ranked struct {
	Value
	class int
	text  string
}

func rank(values []Value) ranked {
	switch {
	case len(values) == 0:
		return ranked{class: 3}
	case !values[0].IsNumber:
		return ranked{class: 2, text: values[0].Text}
	case math.IsNaN(values[0].Number):
		return ranked{class: 1}
	}
	return ranked{Value: values[0]}
}

// Pattern reports whether a text is as a pattern says: % is any text, _ any one
// character. With fold the letters A to Z are as a to z.
func Pattern(pattern, s string, fold bool) bool {
	if fold {
		pattern, s = lower(pattern), lower(s)
	}
	p, r := []rune(pattern), []rune(s)
	star, from := -1, 0 // the last %, and where its text ends
	i, j := 0, 0
	for j < len(r) {
		switch {
		case i < len(p) && p[i] == '%':
			star, from = i, j
			i++
		case i < len(p) && (p[i] == '_' || p[i] == r[j]):
			i++
			j++
		case star >= 0:
			from++
			i, j = star+1, from
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '%' {
		i++
	}
	return i == len(p)
}

func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}
