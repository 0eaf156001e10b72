package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// Points returns one metric of a run, in the order it was logged.
func (s *Store) Points(ctx context.Context, runID, metric string) ([]tracker.Point, error) {
	var pts []tracker.Point
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return nil, fail("read points", s.path, err)
	}
	defer conn.Close()
	var run, id sql.NullInt64
	err = conn.QueryRowContext(ctx, `SELECT r.id, m.id FROM runs r LEFT JOIN metrics m ON m.run = r.id AND m.name = ?
		WHERE r.uid = ?`, metric, runID).Scan(&run, &id)
	if err == sql.ErrNoRows {
		return nil, &tracker.RunError{Op: "read points", Run: runID, Err: tracker.ErrNotFound}
	}
	if err == nil && id.Valid {
		err = conn.Raw(func(c any) (err error) {
			pts, err = curve(ctx, c.(driver.QueryerContext), id.Int64, metric)
			return err
		})
	}
	return pts, fail("read points", s.path, err)
}

// curve reads a metric past database/sql, whose conversions would cost more
// than the reading.
func curve(ctx context.Context, c driver.QueryerContext, id int64, metric string) ([]tracker.Point, error) {
	rows, err := c.QueryContext(ctx, "SELECT step, time, value FROM points WHERE metric = ? ORDER BY seq",
		[]driver.NamedValue{{Ordinal: 1, Value: id}})
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var pts []tracker.Point
	var row [3]driver.Value
	for {
		if err := rows.Next(row[:]); err == io.EOF {
			return pts, nil
		} else if err != nil {
			return nil, err
		}
		step, ok1 := row[0].(int64)
		at, ok2 := row[1].(int64)
		v, ok3 := value(row[2])
		if !ok1 || !ok2 || !ok3 {
			return nil, fmt.Errorf("point %d of metric %s has a value of type %T: %w", len(pts)+1, metric, row[2], tracker.ErrCorrupt)
		}
		pts = append(pts, tracker.Point{Metric: metric, Step: step, Time: time.Unix(0, at).UTC(), Value: v})
	}
}
