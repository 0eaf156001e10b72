package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/json"

	"github.com/cellar-ml/cellar/tracker"
)

// originText is an origin o as one column, and from reads it.
const originText = "json_object('session', o.session, 'count', o.count, 'cell_id', o.cell_id, 'sha256', o.sha256)"

type from struct{ o *tracker.Origin }

func (f from) Scan(v any) error { return json.Unmarshal([]byte(text(v)), f.o) }

// origin is the row of the origin that the caller has; nil for none.
func (t *tx) origin() (any, error) {
	o := tracker.OriginOf(t.ctx)
	if o == (tracker.Origin{}) {
		return nil, nil
	}
	var id int64
	found, err := t.one([]any{&id}, "SELECT id FROM origins WHERE session = ? AND count = ? AND cell_id = ? AND sha256 = ?", o.Session, o.Count, o.CellID, o.SHA256)
	if err == nil && !found {
		id, err = t.insert("INSERT INTO origins (session, count, cell_id, sha256) VALUES (?, ?, ?, ?)", o.Session, o.Count, o.CellID, o.SHA256)
	}
	return id, err
}

// originRow is the row of an origin, 0 for none.
func (l *logger) originRow(o tracker.Origin) (int64, error) {
	if o == (tracker.Origin{}) {
		return 0, nil
	}
	if id, ok := l.origins[o]; ok {
		return id, nil
	}
	args := []driver.Value{o.Session, int64(o.Count), o.CellID, o.SHA256}
	var row [1]driver.Value
	found, err := l.origin.one(row[:], args...)
	if err == nil && !found {
		if err = l.addOrigin.exec(args...); err == nil {
			_, err = l.origin.one(row[:], args...)
		}
	}
	if err != nil {
		return 0, err
	}
	l.origins[o] = row[0].(int64)
	return l.origins[o], nil
}

// forget drops what is known of rows that may not be there any more.
func (l *logger) forget() {
	clear(l.ids)
	clear(l.origins)
}

// came notes where points begin that another cell logged than those before them.
func (b *batch) came(m *metric, seq int64) error {
	if m.origin == unknown {
		var row [1]driver.Value
		found, err := b.l.stretch.one(row[:], m.id)
		if err != nil {
			return err
		}
		m.origin = 0
		if found {
			m.origin = row[0].(int64)
		}
	}
	if m.origin == b.origin {
		return nil
	}
	m.origin = b.origin
	return b.l.addStretch.exec(m.id, seq, b.origin)
}

// Origins returns which cells set the parameters and logged the metrics of a run.
func (s *Store) Origins(ctx context.Context, runID string) (tracker.Origins, error) {
	out := tracker.Origins{Params: map[string]tracker.Origin{}, Metrics: map[string][]tracker.Span{}}
	err := s.view(ctx, "read origins", func(t *tx) error {
		run, _, err := t.runRow("read origins of", runID)
		if err != nil {
			return err
		}
		err = t.each(func(scan func(...any) error) error {
			var name string
			var o tracker.Origin
			err := scan(&name, from{&o})
			out.Params[name] = o
			return err
		}, "SELECT name, "+originText+" FROM params JOIN origins o ON o.id = origin WHERE run = ?", run)
		if err != nil {
			return err
		}
		return t.each(func(scan func(...any) error) error {
			var name string
			var span tracker.Span
			err := scan(&name, &span.First, from{&span.Origin})
			if len(out.Metrics[name]) == 0 && span.First > 0 {
				out.Metrics[name] = []tracker.Span{{}}
			}
			out.Metrics[name] = append(out.Metrics[name], span)
			return err
		}, `SELECT m.name, s.seq - 1, `+originText+` FROM metrics m JOIN stretches s ON s.metric = m.id LEFT JOIN origins o ON o.id = s.origin
			WHERE m.run = ? ORDER BY m.id, s.seq`, run)
	})
	return out, err
}
