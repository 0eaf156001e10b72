package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
)

// A listing is which runs a table shows, and how. All of it is in the address,
// so that a table can be kept and sent.
type listing struct {
	Experiment string
	Filter     string
	Sort       search.Key   // the zero Key: the filter's order, or newest first
	Columns    []column     // nil: those that say most
	Page       int          // from 1
	query      search.Query // of Filter
	Wrong      *wrong       // what is wrong with Filter
}

// perPage is how many runs a page of a table has.
const perPage = 50

// A wrong is a filter that could not be read, parted at the character that
// it is about.
type wrong struct {
	What, Hint        string
	Before, At, After string
	Column            int // of At, in UTF-16 units from 0, as a browser counts
}

// readListing reads an address. A filter that is wrong is kept and explained.
func readListing(r *http.Request) listing {
	q := r.URL.Query()
	l := listing{Experiment: q.Get("experiment"), Filter: strings.TrimSpace(q.Get("filter")), Page: 1}
	if n, err := strconv.Atoi(q.Get("page")); err == nil && n > 1 && n < 1<<30 {
		l.Page = n
	}
	if key, ok := readKey(q.Get("sort")); ok {
		l.Sort = key
	}
	for _, name := range q["col"] {
		if c, ok := readColumn(name); ok {
			l.Columns = append(l.Columns, c)
		}
	}
	var err error
	if l.query, err = search.Parse(l.Filter); err != nil {
		l.Wrong = explain(l.Filter, err)
	}
	return l
}

// explain parts a filter where it is wrong.
func explain(filter string, err error) *wrong {
	e, ok := errors.AsType[*search.Error](err)
	if !ok || e.At > len(filter) {
		return &wrong{What: err.Error(), Before: cut(filter)}
	}
	w := &wrong{What: e.What, Hint: e.Advice, Before: filter[:e.At]}
	for _, r := range w.Before {
		if w.Column++; r > 0xffff {
			w.Column++
		}
	}
	rest := []rune(filter[e.At:])
	if len(rest) > 0 {
		w.At, w.After = string(rest[:1]), string(rest[1:])
	}
	return w
}

// readKey reads one level of an order as a filter has it: metrics.loss desc.
func readKey(s string) (search.Key, bool) {
	if s == "" {
		return search.Key{}, false
	}
	q, err := search.Parse("order by " + s)
	if err != nil || len(q.Order) != 1 {
		return search.Key{}, false
	}
	return q.Order[0], true
}

// Query is what the store is asked for: a page, and one run more, which tells
// whether there is another.
func (l listing) Query() tracker.Query {
	q := l.all()
	q.Limit, q.Offset = perPage+1, (l.Page-1)*perPage
	return q
}

// all is Query without pages.
func (l listing) all() tracker.Query {
	q := tracker.Query{Experiment: l.Experiment, Where: l.query.Where, Order: l.query.Order}
	if l.Sort != (search.Key{}) {
		q.Order = append([]search.Key{l.Sort}, q.Order...)
	}
	return q
}

// values is the listing as an address has it.
func (l listing) values() url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set(name, value)
		}
	}
	set("experiment", l.Experiment)
	set("filter", l.Filter)
	set("sort", keyText(l.Sort))
	for _, c := range l.Columns {
		v.Add("col", c.Name())
	}
	if l.Page > 1 {
		v.Set("page", strconv.Itoa(l.Page))
	}
	return v
}

// Href is the address of the listing.
func (l listing) Href() string { return at("/runs", l.values()) }

// CountHref is where its count is asked for.
func (l listing) CountHref() string {
	l.Page, l.Columns, l.Sort = 1, nil, search.Key{}
	return at("/count", l.values())
}

// Turn is the address of another page.
func (l listing) Turn(by int) string {
	l.Page += by
	return l.Href()
}

// Unfiltered is the address without a filter.
func (l listing) Unfiltered() string {
	l.Filter, l.Page = "", 1
	return l.Href()
}

// SortText is the order as the address has it; "" for the store's own.
func (l listing) SortText() string { return keyText(l.Sort) }

// Sorted is the address of the next order by a column: up, down, none.
func (l listing) Sorted(c column) string {
	switch {
	case l.Sort.Field != c.Field:
		l.Sort = search.Key{Field: c.Field}
	case !l.Sort.Desc:
		l.Sort.Desc = true
	default:
		l.Sort = search.Key{}
	}
	l.Page = 1
	return l.Href()
}

// Way is how the table is sorted by a column, in ARIA's words.
func (l listing) Way(c column) string {
	switch {
	case c.Field == (search.Field{}) || l.Sort.Field != c.Field:
		return ""
	case l.Sort.Desc:
		return "descending"
	}
	return "ascending"
}

func keyText(k search.Key) string {
	if k == (search.Key{}) {
		return ""
	}
	return search.Query{Order: []search.Key{k}}.String()[len("order by "):]
}

func at(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}
