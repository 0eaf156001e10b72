package mlflow

import (
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker/search"
)

// parse reads a filter and an order, which MLflow has apart.
func parse(read func(string) (search.Query, error), filter string, order []string) (search.Query, error) {
	q, err := read(filter)
	if err != nil || len(order) == 0 {
		return q, as(invalidValue, err)
	}
	o, err := read("order by " + strings.Join(order, ", "))
	q.Order = o.Order
	return q, as(invalidValue, err)
}

// searched is a page of those of a list that a filter finds, in its order.
func searched[T search.Subject](over search.Thing, in searchIn, list []T, usual, most int) ([]T, string, error) {
	n, offset, err := in.at(usual, most)
	if err != nil {
		return nil, "", err
	}
	q, err := parse(over.Parse, in.Filter, in.OrderBy)
	if err != nil {
		return nil, "", err
	}
	list = slices.DeleteFunc(list, func(x T) bool { return !search.Match(q.Where, x) })
	slices.SortStableFunc(list, func(a, b T) int { return search.Before(q.Order, a, b) })
	list, token := cutPage(list, n, offset)
	return list, token, nil
}

func number(f float64) search.Value { return search.Value{Number: f, IsNumber: true} }

func textValue(s string) []search.Value {
	if s == "" {
		return nil
	}
	return []search.Value{{Text: s}}
}

func tagValues(tags []pair, key string) []search.Value {
	for _, t := range tags {
		if t.Key == key {
			n, is := search.ReadNumber(t.Value)
			return []search.Value{{Text: t.Value, Number: n, IsNumber: is}}
		}
	}
	return nil
}

// rewrite gives every comparison of a filter another form.
func rewrite(x search.Expr, f func(search.Compare) search.Expr) search.Expr {
	all := func(list []search.Expr) []search.Expr {
		out := make([]search.Expr, len(list))
		for i, part := range list {
			out[i] = rewrite(part, f)
		}
		return out
	}
	switch x := x.(type) {
	case search.And:
		return search.And(all(x))
	case search.Or:
		return search.Or(all(x))
	case search.Not:
		return search.Not{X: rewrite(x.X, f)}
	case search.Compare:
		return f(x)
	}
	return x
}

// among is a comparison with other values: = becomes in.
func among(c search.Compare, values []search.Value) search.Compare {
	switch {
	case len(values) == 1:
	case c.Op == search.Eq:
		c.Op = search.In
	case c.Op == search.Ne:
		c.Op = search.NotIn
	}
	c.Values = values
	return c
}
