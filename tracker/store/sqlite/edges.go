package sqlite

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/cellar-ml/cellar/tracker"
)

// AddEdges records lineage; an edge that is there already is kept once, with
// the time it had first. An edge without a time gets the clock's.
func (s *Store) AddEdges(ctx context.Context, edges ...tracker.Edge) error {
	return s.update(ctx, "add edges", func(t *tx) error {
		edges := slices.Clone(edges)
		for i := range edges {
			if edges[i].Time.IsZero() {
				edges[i].Time = s.now()
			}
		}
		return t.addEdges(edges...)
	})
}

func (t *tx) addEdges(edges ...tracker.Edge) error {
	origin, err := t.origin()
	if err != nil {
		return err
	}
	for _, e := range edges {
		var how any
		if e.Transform != nil {
			b, err := json.Marshal(e.Transform)
			if err != nil {
				return err
			}
			how = string(b)
		}
		if _, err := t.exec(`INSERT INTO edges (from_kind, from_id, to_kind, to_id, role, time, origin, transform) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT DO NOTHING`, e.From.Kind, e.From.ID, e.To.Kind, e.To.ID, e.Role, nanos(e.Time), origin, how); err != nil {
			return err
		}
	}
	return nil
}

// Edges returns every edge, in the order they were added.
func (s *Store) Edges(ctx context.Context) ([]tracker.Edge, error) { return s.edges(ctx, "") }

// EdgesTo returns the edges that lead to one of the nodes.
func (s *Store) EdgesTo(ctx context.Context, nodes ...tracker.Node) ([]tracker.Edge, error) {
	return s.edges(ctx, "JOIN json_each(?) n ON to_kind = n.value ->> 0 AND to_id = n.value ->> 1", pairs(nodes))
}

// EdgesFrom returns the edges that lead from one of the nodes.
func (s *Store) EdgesFrom(ctx context.Context, nodes ...tracker.Node) ([]tracker.Edge, error) {
	return s.edges(ctx, "JOIN json_each(?) n ON from_kind = n.value ->> 0 AND from_id = n.value ->> 1", pairs(nodes))
}

// pairs are nodes as a JSON array of kind and id, each once.
func pairs(nodes []tracker.Node) string {
	list := [][2]string{}
	seen := map[tracker.Node]bool{}
	for _, n := range nodes {
		if !seen[n] {
			seen[n] = true
			list = append(list, [2]string{n.Kind, n.ID})
		}
	}
	b, _ := json.Marshal(list) // of texts it does not fail
	return string(b)
}

func (s *Store) edges(ctx context.Context, join string, args ...any) ([]tracker.Edge, error) {
	var out []tracker.Edge
	err := s.view(ctx, "list edges", func(t *tx) error {
		return t.each(func(scan func(...any) error) error {
			var e tracker.Edge
			err := scan(&e.From.Kind, &e.From.ID, &e.To.Kind, &e.To.ID, &e.Role, when{&e.Time}, from{&e.Origin}, how{&e.Transform})
			out = append(out, e)
			return err
		}, "SELECT from_kind, from_id, to_kind, to_id, role, time, "+originText+", transform FROM edges "+join+
			" LEFT JOIN origins o ON o.id = origin ORDER BY edges.id", args...)
	})
	return out, err
}

// how scans the JSON of a transform; NULL is none.
type how struct{ t **tracker.Transform }

func (h how) Scan(v any) error {
	if v == nil {
		return nil
	}
	return json.Unmarshal([]byte(text(v)), h.t)
}
