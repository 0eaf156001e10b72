package sqlite

import (
	"context"

	"github.com/cellar-ml/cellar/tracker"
)

// CountRuns is how many runs q selects: see tracker.Store. It reads indexes only.
func (s *Store) CountRuns(ctx context.Context, q tracker.Query) (n int, err error) {
	err = s.view(ctx, "count runs", func(t *tx) error {
		if q.Where == nil {
			n, err = t.countWithin(q)
			return err
		}
		f := finder{tx: t}
		if _, err := t.one([]any{&f.most}, "SELECT coalesce(max(id), 0) FROM runs"); err != nil {
			return err
		}
		found, err := f.find(scope(q), nil)
		if err == nil {
			found, err = f.seen(q.View, found)
		}
		if err != nil || found.count() == 0 {
			return err
		}
		return t.rows(func(id int64) { // a set may have rows that no run has
			if found.has(id) {
				n++
			}
		}, "SELECT id FROM runs")
	})
	return n, err
}

// countWithin counts without a filter. No index has all live runs: they are all
// but the deleted ones.
func (t *tx) countWithin(q tracker.Query) (n int, err error) {
	if q.View == tracker.ActiveOnly {
		var deleted int
		q.View = tracker.DeletedOnly
		if deleted, err = t.countWithin(q); err != nil {
			return 0, err
		}
		q.View = tracker.AllRuns
		n, err = t.countWithin(q)
		return n - deleted, err
	}
	where, args := within(q)
	_, err = t.one([]any{&n}, "SELECT count(*) FROM runs WHERE "+where, args...)
	return n, err
}
