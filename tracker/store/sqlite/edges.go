package sqlite

import (
	"context"

	"github.com/cellar-ml/cellar/tracker"
)

// AddEdges records lineage; an edge that is there already is kept once, with
// the time it had first. An edge without a time gets the clock's.
func (s *Store) AddEdges(ctx context.Context, edges ...tracker.Edge) error {
	return s.update(ctx, "add edges", func(t *tx) error {
		origin, err := t.origin()
		if err != nil {
			return err
		}
		for _, e := range edges {
			if e.Time.IsZero() {
				e.Time = s.now()
			}
			if _, err := t.exec(`INSERT INTO edges (from_kind, from_id, to_kind, to_id, role, time, origin) VALUES (?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT DO NOTHING`, e.From.Kind, e.From.ID, e.To.Kind, e.To.ID, e.Role, nanos(e.Time), origin); err != nil {
				return err
			}
		}
		return nil
	})
}

// Edges returns every edge, in the order they were added.
func (s *Store) Edges(ctx context.Context) ([]tracker.Edge, error) {
	var out []tracker.Edge
	err := s.view(ctx, "list edges", func(t *tx) error {
		return t.each(func(scan func(...any) error) error {
			var e tracker.Edge
			err := scan(&e.From.Kind, &e.From.ID, &e.To.Kind, &e.To.ID, &e.Role, when{&e.Time}, from{&e.Origin})
			out = append(out, e)
			return err
		}, "SELECT from_kind, from_id, to_kind, to_id, role, time, "+originText+" FROM edges LEFT JOIN origins o ON o.id = origin ORDER BY edges.id")
	})
	return out, err
}
