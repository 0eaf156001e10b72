package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/series"
)

// Points returns one metric of a run, in the order it was logged.
func (s *Store) Points(ctx context.Context, runID, metric string) ([]tracker.Point, error) {
	all, err := s.Curve(ctx, runID, metric)
	if err != nil || all.Len() == 0 {
		return nil, err
	}
	pts := make([]tracker.Point, all.Len())
	for i := range pts {
		pts[i] = tracker.Point{Metric: metric, Step: all.Steps[i], Time: time.Unix(0, all.Times[i]).UTC(), Value: all.Values[i]}
	}
	return pts, nil
}

// Curve returns one metric of a run as columns: see tracker.Store.
func (s *Store) Curve(ctx context.Context, runID, metric string) (all series.Stretch, err error) {
	err = s.curve(ctx, "read points", runID, metric, func(c *curve) error {
		all, err = c.all()
		return err
	})
	return all, err
}

// Buckets returns one metric of a run as at most n buckets: see tracker.Store.
func (s *Store) Buckets(ctx context.Context, runID, metric string, n int) (list []series.Bucket, err error) {
	err = s.curve(ctx, "read buckets", runID, metric, func(c *curve) error {
		count, err := c.count()
		if err != nil {
			return err
		}
		each := max(1, (count+n-1)/max(n, 1))
		if each < series.Part {
			all, err := c.all()
			list = series.Buckets(all, each)
			return err
		}
		list, err = c.summaries()
		list = series.Fewer(list, each)
		return err
	})
	return list, err
}

// A curve reads one metric in one transaction.
type curve struct {
	*tx
	metric int64
	name   string
}

// curve calls f for a metric that is there.
func (s *Store) curve(ctx context.Context, op, runID, metric string, f func(*curve) error) error {
	return s.view(ctx, op, func(t *tx) error {
		var id sql.NullInt64
		found, err := t.one([]any{&id}, "SELECT m.id FROM runs r LEFT JOIN metrics m ON m.run = r.id AND m.name = ? WHERE r.uid = ?", metric, runID)
		switch {
		case err != nil:
			return err
		case !found:
			return &tracker.RunError{Op: op, Run: runID, Err: tracker.ErrNotFound}
		case !id.Valid:
			return nil
		}
		return f(&curve{t, id.Int64, metric})
	})
}

func (c *curve) count() (n int, err error) {
	_, err = c.one([]any{&n}, `SELECT (SELECT coalesce(sum(count), 0) FROM chunks WHERE metric = ?1)
		+ (SELECT count(*) FROM points WHERE metric = ?1)`, c.metric)
	return n, err
}

// A piece is a chunk, or rows that follow each other, by the seq of its first point.
type piece struct {
	seq  int64
	data []byte // of a chunk
	rows series.Stretch
}

// pieces reads a metric in order. Of chunks it reads the column that is named.
func (c *curve) pieces(column string) ([]piece, error) {
	var chunks, list []piece
	err := c.raw(2, func(row []driver.Value) error {
		seq, ok := row[0].(int64)
		data, isBlob := row[1].([]byte)
		if !ok || !isBlob {
			return fmt.Errorf("a chunk of metric %s: %w", c.name, tracker.ErrCorrupt)
		}
		chunks = append(chunks, piece{seq: seq, data: data})
		return nil
	}, "SELECT seq, "+column+" FROM chunks WHERE metric = ? ORDER BY seq", c.metric)
	if err != nil {
		return nil, err
	}
	err = c.raw(4, func(row []driver.Value) error {
		seq, ok1 := row[0].(int64)
		step, ok2 := row[1].(int64)
		at, ok3 := row[2].(int64)
		v, ok4 := value(row[3])
		if !ok1 || !ok2 || !ok3 || !ok4 {
			return fmt.Errorf("point %d of metric %s has a value of type %T: %w", seq, c.name, row[3], tracker.ErrCorrupt)
		}
		for len(chunks) > 0 && chunks[0].seq < seq {
			list, chunks = append(list, chunks[0]), chunks[1:]
		}
		if len(list) == 0 || list[len(list)-1].data != nil {
			list = append(list, piece{seq: seq})
		}
		list[len(list)-1].rows.Append(step, at, v)
		return nil
	}, "SELECT seq, step, time, value FROM points WHERE metric = ? ORDER BY seq", c.metric)
	return append(list, chunks...), err
}

// all decodes the chunks beside each other, each into its place.
func (c *curve) all() (series.Stretch, error) {
	pieces, err := c.pieces("data")
	if err != nil {
		return series.Stretch{}, err
	}
	count, from := 0, make([]int, len(pieces)+1)
	for i, p := range pieces {
		n := p.rows.Len()
		if p.data != nil {
			if n, err = series.Count(p.data); err != nil {
				return series.Stretch{}, c.damaged(p.seq, err)
			}
		}
		count += n
		from[i+1] = count
	}
	all := series.Make(count)
	all = all.Slice(0, count)
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range pieces {
		room := all.Room(from[i], from[i+1]-from[i])
		if p.data == nil {
			room.Extend(p.rows)
			continue
		}
		work.Go(func() error {
			if err := series.Decode(p.data, &room); err != nil {
				return c.damaged(p.seq, err)
			}
			return nil
		})
	}
	return all, work.Wait()
}

func (c *curve) summaries() (list []series.Bucket, err error) {
	pieces, err := c.pieces("summary")
	for _, p := range pieces {
		more := series.Buckets(p.rows, series.Part)
		if p.data != nil {
			var err error
			if more, err = series.FromSummary(p.data); err != nil {
				return nil, c.damaged(p.seq, err)
			}
		}
		list = append(list, more...)
	}
	return list, err
}

func (c *curve) damaged(seq int64, err error) error {
	return fmt.Errorf("chunk %d of metric %s: %w: %w", seq, c.name, tracker.ErrCorrupt, err)
}
