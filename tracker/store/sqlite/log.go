package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"math"
	"sync"
	"time"

	"github.com/cellar-ml/cellar/tracker"
)

// A logger turns calls of Log into transactions. Callers that arrive while one
// is being committed are committed together by whichever of them is next, so
// many goroutines share one write of the log.
type logger struct {
	mu    sync.Mutex // holds queue
	queue []*request

	// Below belongs to the holder of Store.mu.
	begin, commit, rollback *statement
	run, metric, addMetric  *statement
	last, insert, insertAll *statement
	ids                     map[metricKey]int64 // metrics that are committed
}

// A request is one call of Log.
type request struct {
	run    string
	points []tracker.Point
	done   bool
	err    error
}

type metricKey struct {
	run  int64
	name string
}

// chunk is how many points one INSERT carries in a batch.
const chunk = 100

// prepare makes the statements on the driver's connection: through
// database/sql each would cost several times as much.
func (l *logger) prepare(conn any) error {
	l.ids = map[metricKey]int64{}
	row := "(?,?,?,?,?)"
	many := row
	for range chunk - 1 {
		many += "," + row
	}
	for _, p := range []struct {
		at   **statement
		text string
	}{
		{&l.begin, "BEGIN IMMEDIATE"},
		{&l.commit, "COMMIT"},
		{&l.rollback, "ROLLBACK"},
		{&l.run, "SELECT id, status FROM runs WHERE uid = ?"},
		{&l.metric, "SELECT id FROM metrics WHERE run = ? AND name = ?"},
		{&l.addMetric, "INSERT INTO metrics (run, name) VALUES (?, ?)"},
		{&l.last, "SELECT seq FROM points WHERE metric = ? ORDER BY seq DESC LIMIT 1"},
		{&l.insert, "INSERT INTO points (metric, seq, step, time, value) VALUES " + row},
		{&l.insertAll, "INSERT INTO points (metric, seq, step, time, value) VALUES " + many},
	} {
		st, err := newStatement(conn.(driver.Conn), p.text)
		if err != nil {
			return err
		}
		*p.at = st
	}
	return nil
}

func (l *logger) close() {
	for _, st := range []*statement{l.begin, l.commit, l.rollback, l.run, l.metric, l.addMetric, l.last, l.insert, l.insertAll} {
		if st != nil {
			st.Close()
		}
	}
}

// Log appends points to an open run: see tracker.Store. Points without a time
// get the clock's. Points of one call are kept all or none.
func (s *Store) Log(ctx context.Context, runID string, pts ...tracker.Point) error {
	if err := ctx.Err(); err != nil {
		return &tracker.RunError{Op: "log", Run: runID, Err: err}
	}
	r := &request{run: runID, points: pts}
	s.logger.mu.Lock()
	s.logger.queue = append(s.logger.queue, r)
	s.logger.mu.Unlock()

	s.mu.Lock()
	defer s.mu.Unlock()
	if !r.done {
		s.logger.mu.Lock()
		queue := s.logger.queue
		s.logger.queue = nil
		s.logger.mu.Unlock()
		s.flush(queue)
	}
	return r.err
}

// flush commits a queue of requests in one transaction. Called with s.mu held.
func (s *Store) flush(queue []*request) {
	err := s.writable()
	if err == nil {
		err = s.logger.write(queue, s.now)
	}
	for _, r := range queue {
		if r.err == nil && err != nil {
			r.err = &tracker.RunError{Op: "log", Run: r.run, Err: fail("log", s.path, err)}
		}
		r.done = true
	}
}

func (l *logger) write(queue []*request, now func() time.Time) error {
	if err := l.begin.exec(); err != nil {
		return err
	}
	err := l.append(queue, now)
	if err == nil {
		err = l.commit.exec()
	}
	if err != nil {
		clear(l.ids) // they may name metrics that the rollback takes away
		l.rollback.exec()
	}
	return err
}

// append writes what the requests carry. A request that names no open run gets
// its error and adds nothing; an error of the store itself is returned.
func (l *logger) append(queue []*request, now func() time.Time) error {
	b := batch{l: l, next: map[int64]int64{}}
	for _, r := range queue {
		id, err := l.open(r.run)
		if err != nil {
			return err
		}
		if id <= 0 {
			r.err = closed(id, "log", r.run)
			continue
		}
		for _, p := range r.points {
			if p.Time.IsZero() {
				p.Time = now()
			}
			if err := b.add(id, p); err != nil {
				return err
			}
		}
	}
	return b.flush()
}

// open returns the row of an open run, 0 for an unknown one, -1 for a closed.
func (l *logger) open(uid string) (int64, error) {
	var row [2]driver.Value
	found, err := l.run.one(row[:], uid)
	if err != nil || !found {
		return 0, err
	}
	if tracker.Status(text(row[1])) != tracker.Running {
		return -1, nil
	}
	return row[0].(int64), nil
}

func closed(id int64, op, uid string) error {
	if id < 0 {
		return &tracker.RunError{Op: op, Run: uid, Err: tracker.ErrFinished}
	}
	return &tracker.RunError{Op: op, Run: uid, Err: tracker.ErrNotFound}
}

// metricID finds or makes the row of a metric.
func (l *logger) metricID(run int64, name string) (int64, error) {
	key := metricKey{run, name}
	if id, ok := l.ids[key]; ok {
		return id, nil
	}
	var row [1]driver.Value
	found, err := l.metric.one(row[:], run, name)
	if err == nil && !found {
		if err = l.addMetric.exec(run, name); err == nil {
			_, err = l.metric.one(row[:], run, name)
		}
	}
	if err != nil {
		return 0, err
	}
	if len(l.ids) > 10_000 {
		clear(l.ids)
	}
	l.ids[key] = row[0].(int64)
	return l.ids[key], nil
}

// A batch gathers the rows of one transaction.
type batch struct {
	l    *logger
	next map[int64]int64 // the next seq of each metric seen
	args []driver.Value
}

const pointColumns = 5

func (b *batch) add(run int64, p tracker.Point) error {
	id, err := b.l.metricID(run, p.Metric)
	if err != nil {
		return err
	}
	seq, ok := b.next[id]
	if !ok {
		var row [1]driver.Value
		if found, err := b.l.last.one(row[:], id); err != nil {
			return err
		} else if found {
			seq = row[0].(int64)
		}
	}
	b.next[id] = seq + 1
	b.args = append(b.args, id, seq+1, p.Step, p.Time.UnixNano(), bits(p.Value))
	if len(b.args) == chunk*pointColumns {
		err = b.l.insertAll.exec(b.args...)
		b.args = b.args[:0]
	}
	return err
}

func (b *batch) flush() error {
	for i := 0; i < len(b.args); i += pointColumns {
		if err := b.l.insert.exec(b.args[i : i+pointColumns]...); err != nil {
			return err
		}
	}
	return nil
}

// bits is how a value lies in the store: SQLite would turn NaN into NULL.
func bits(v float64) driver.Value {
	if math.IsNaN(v) {
		return binary.BigEndian.AppendUint64(nil, math.Float64bits(v))
	}
	return v
}

// value is the reverse of bits.
func value(v any) (float64, bool) {
	switch v := v.(type) {
	case float64:
		return v, true
	case []byte:
		if len(v) == 8 {
			return math.Float64frombits(binary.BigEndian.Uint64(v)), true
		}
	}
	return 0, false
}
