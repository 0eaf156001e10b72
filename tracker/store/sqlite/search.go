package sqlite

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
)

// Runs lists the runs that q selects, without their cells. Each comparison of a
// filter is one query that an index serves; and, or and not are done on sets of
// rows.
func (s *Store) Runs(ctx context.Context, q tracker.Query) ([]tracker.Run, error) {
	var runs []tracker.Run
	err := s.view(ctx, "list runs", func(t *tx) error {
		ids, err := t.selected(q)
		if err == nil {
			runs, err = t.runs(ids)
		}
		return err
	})
	return runs, err
}

// selected are the rows of the runs that q selects, in its order.
func (t *tx) selected(q tracker.Query) ([]int64, error) {
	q.Offset = max(q.Offset, 0)
	if q.Limit <= 0 {
		q.Limit = math.MaxInt64 - q.Offset
	}
	if q.Where == nil && len(q.Order) == 0 {
		return t.newest(q)
	}
	f := finder{tx: t}
	if _, err := t.one([]any{&f.most}, "SELECT coalesce(max(id), 0) FROM runs"); err != nil {
		return nil, err
	}
	var found set
	if where := scope(q); len(where) > 0 {
		var err error
		if found, err = f.find(where, nil); err != nil {
			return nil, err
		}
	}
	found, err := f.seen(q.View, found)
	if err != nil {
		return nil, err
	}
	return f.ordered(q, found)
}

// viewed is the condition that a run is in a view.
var viewed = map[tracker.View]string{tracker.ActiveOnly: "deleted IS NULL", tracker.DeletedOnly: "deleted IS NOT NULL", tracker.AllRuns: "1"}

// seen is what a view has of a set; nil for all runs, as long as none is deleted.
func (f finder) seen(v tracker.View, in set) (set, error) {
	if v == tracker.AllRuns {
		return in, nil
	}
	deleted := newSet(f.most)
	if err := f.rows(deleted.add, "SELECT id FROM runs WHERE deleted IS NOT NULL"); err != nil {
		return nil, err
	}
	switch {
	case v == tracker.DeletedOnly:
		return deleted.without(deleted.without(f.among(in))), nil
	case deleted.count() == 0:
		return in, nil
	}
	return f.among(in).without(deleted), nil
}

// scope is the whole condition of q.
func scope(q tracker.Query) search.And {
	var and search.And
	for _, a := range [][2]string{{search.Experiment, q.Experiment}, {search.Status, string(q.Status)}, {search.RunKind, q.Kind}, {search.Parent, q.Parent}} {
		if a[1] != "" {
			and = append(and, search.Compare{Field: search.Field{Kind: search.Attribute, Name: a[0]}, Op: search.Eq, Values: []search.Value{{Text: a[1]}}})
		}
	}
	switch x := q.Where.(type) {
	case nil:
	case search.And:
		and = append(and, x...)
	default:
		and = append(and, x)
	}
	return and
}

// newest is selected without a filter.
func (t *tx) newest(q tracker.Query) ([]int64, error) {
	where, args := within(q)
	var ids []int64
	err := t.rows(func(id int64) { ids = append(ids, id) },
		"SELECT id FROM runs WHERE "+where+" ORDER BY started DESC, id DESC LIMIT ? OFFSET ?", append(args, q.Limit, q.Offset)...)
	return ids, err
}

// within is q without its filter, as a condition on runs.
func within(q tracker.Query) (string, []any) {
	where, args := []string{viewed[q.View]}, []any{}
	add := func(text, value string) {
		if value != "" {
			where, args = append(where, text), append(args, value)
		}
	}
	add("experiment = (SELECT id FROM experiments WHERE name = ?)", q.Experiment)
	add("status = ?", string(q.Status))
	add("kind = ?", q.Kind)
	add("parent = (SELECT id FROM runs WHERE uid = ?)", q.Parent)
	return strings.Join(where, " AND "), args
}

// A finder finds the rows that an expression is true of.
type finder struct {
	*tx
	most int64 // the greatest row
}

// few is how many rows are looked at one by one rather than by a query that
// reads all that pass.
const few = 200

// find returns the rows among in for which x is true; in is nil for all. Of
// all, it may have rows that no run has: whoever orders them reads the runs.
func (f finder) find(x search.Expr, in set) (set, error) {
	switch x := x.(type) {
	case search.And:
		return f.all(x, in)
	case search.Or:
		out := newSet(f.most)
		for _, part := range x {
			found, err := f.find(part, in)
			if err != nil {
				return nil, err
			}
			out.join(found)
		}
		return out, nil
	case search.Not:
		found, err := f.find(x.X, in)
		if err != nil {
			return nil, err
		}
		return f.among(in).without(found), nil
	}
	c := x.(search.Compare)
	found, err := f.compare(c, in)
	if err == nil && c.Op == search.Null {
		found = f.among(in).without(found)
	}
	return found, err
}

// among is in, or all rows that there could be.
func (f finder) among(in set) set {
	if in != nil {
		return in
	}
	out := newSet(f.most)
	for i := range out {
		out[i] = math.MaxUint64
	}
	return out
}

// all is find for And: what finds the fewest comes first, so that the others
// may have little to look at.
func (f finder) all(and search.And, in set) (set, error) {
	and = slices.Clone(and)
	if len(and) > 1 {
		cost := map[int]int{}
		order := make([]int, len(and))
		for i, x := range and {
			order[i] = i
			n, err := f.estimate(x)
			if err != nil {
				return nil, err
			}
			cost[i] = n
		}
		slices.SortStableFunc(order, func(a, b int) int { return cost[a] - cost[b] })
		sorted := make(search.And, len(and))
		for i, at := range order {
			sorted[i] = and[at]
		}
		and = sorted
	}
	for _, x := range and {
		found, err := f.find(x, in)
		if err != nil {
			return nil, err
		}
		if in = found; in.count() == 0 {
			break
		}
	}
	return in, nil
}

// many is where counting ends: beyond it the order matters little.
const many = 1000

// estimate is how many rows x finds, at most many.
func (f finder) estimate(x search.Expr) (int, error) {
	c, ok := x.(search.Compare)
	if !ok || c.Op == search.Null {
		return many, nil
	}
	list, err := branches(c)
	if err != nil {
		return 0, err
	}
	var parts []string
	var args []any
	for _, b := range list {
		parts, args = append(parts, "SELECT 1 FROM "+b.from+" WHERE "+b.where), append(args, b.args...)
	}
	var n int
	_, err = f.one([]any{&n}, "SELECT count(*) FROM ("+strings.Join(parts, " UNION ALL ")+" LIMIT ?)", append(args, many)...)
	return n, err
}

// compare is find for a comparison; for Null, of those that have a value.
func (f finder) compare(c search.Compare, in set) (set, error) {
	parts, err := branches(c)
	if err != nil {
		return nil, err
	}
	out := newSet(f.most)
	some := in != nil && in.count() <= few
	for _, b := range parts {
		from, args := b.from, b.args
		if some {
			from, args = "json_each(?) s CROSS JOIN "+b.seek, append([]any{list(in.ids())}, b.args...)
		}
		err := f.rows(func(id int64) {
			if in == nil || in.has(id) {
				out.add(id)
			}
		}, "SELECT "+b.run+" AS id FROM "+from+" WHERE "+b.where, args...)
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
