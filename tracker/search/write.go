package search

import (
	"strconv"
	"strings"
)

// String is the filter again: Parse of it gives the same query.
func (q Query) String() string {
	var w writer
	if q.Where != nil {
		q.Where.text(&w)
	}
	for i, k := range q.Order {
		switch {
		case i > 0:
			w.WriteString(", ")
		case q.Where != nil:
			w.WriteString(" order by ")
		default:
			w.WriteString("order by ")
		}
		w.WriteString(k.Field.String())
		if k.Desc {
			w.WriteString(" desc")
		}
	}
	return w.String()
}

// String is the field as a filter has it.
func (f Field) String() string {
	if f.Kind == Attribute {
		return f.Name
	}
	if f.Kind == Dataset && f.Name == DatasetRef {
		return string(f.Kind)
	}
	return string(f.Kind) + "." + quoteName(f.Name)
}

type writer struct{ strings.Builder }

func (a And) text(w *writer) {
	for i, x := range a {
		if i > 0 {
			w.WriteString(" and ")
		}
		w.inner(x)
	}
}

func (o Or) text(w *writer) {
	for i, x := range o {
		if i > 0 {
			w.WriteString(" or ")
		}
		if and, ok := x.(And); ok {
			and.text(w)
		} else {
			w.inner(x)
		}
	}
}

// inner writes a part, in brackets where it has parts of its own.
func (w *writer) inner(x Expr) {
	switch x.(type) {
	case And, Or:
		w.WriteByte('(')
		x.text(w)
		w.WriteByte(')')
	default:
		x.text(w)
	}
}

func (n Not) text(w *writer) {
	w.WriteString("not ")
	w.inner(n.X)
}

func (c Compare) text(w *writer) {
	w.WriteString(c.Field.String())
	w.WriteByte(' ')
	w.WriteString(string(c.Op))
	list := c.Op == In || c.Op == NotIn
	for i, v := range c.Values {
		switch {
		case i > 0:
			w.WriteString(", ")
		case list:
			w.WriteString(" (")
		default:
			w.WriteByte(' ')
		}
		if v.IsNumber {
			w.WriteString(strings.ToLower(strconv.FormatFloat(v.Number, 'g', -1, 64)))
		} else {
			w.WriteString(quoteText(v.Text))
		}
	}
	if list {
		w.WriteByte(')')
	}
}

func quoteText(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// quoteName puts a name in quotes where it needs them.
func quoteName(s string) string {
	l := lexer{src: s}
	if s != "" && l.word() == s {
		return s
	}
	return quoteText(s)
}
