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
	openChunks, rows        *statement
	chunk, metrics          *statement
	dropChunk, dropRows     *statement
	origin, addOrigin       *statement
	stretch, addStretch     *statement
	version                 *statement
	applied, setApplied     *statement
	dropApplied             *statement
	ids                     map[metricKey]*metric // metrics that are committed
	origins                 map[tracker.Origin]int64

	running map[string]int64 // rows of runs that are open,
	asOf    int64            // as of this version of the database
}

// A metric is a row of metrics.
type metric struct {
	id   int64
	open int // points that this process knows to be in no whole chunk,
	rows int // and those of them that it has added as rows

	origin int64 // of the newest point; 0: no cell, unknown: not read yet
}

const unknown = -1

// A request is one call of Log.
type request struct {
	run    string
	origin tracker.Origin
	points []tracker.Point
	done   bool
	err    error
}

type metricKey struct {
	run  int64
	name string
}

// perInsert is how many points one INSERT carries in a batch.
const perInsert = 100

// prepare makes the statements on the driver's connection: through
// database/sql each would cost several times as much.
func (l *logger) prepare(conn any) error {
	l.ids, l.origins, l.running = map[metricKey]*metric{}, map[tracker.Origin]int64{}, map[string]int64{}
	row := "(?,?,?,?,?)"
	many := row
	for range perInsert - 1 {
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
		{&l.openChunks, "SELECT id, seq, data FROM chunks WHERE metric = ? AND count < 4096 ORDER BY seq"},
		{&l.rows, "SELECT seq, step, time, value FROM points WHERE metric = ? AND seq < ? ORDER BY seq"},
		{&l.chunk, "INSERT INTO chunks (metric, seq, count, summary, data) VALUES (?,?,?,?,?)"},
		{&l.metrics, "SELECT id FROM metrics WHERE run = ?"},
		{&l.dropChunk, "DELETE FROM chunks WHERE id = ?"},
		{&l.dropRows, "DELETE FROM points WHERE metric = ? AND seq < ?"},
		{&l.origin, "SELECT id FROM origins WHERE session = ? AND count = ? AND cell_id = ? AND sha256 = ?"},
		{&l.addOrigin, "INSERT INTO origins (session, count, cell_id, sha256) VALUES (?, ?, ?, ?)"},
		{&l.stretch, "SELECT coalesce(origin, 0) FROM stretches WHERE metric = ? ORDER BY seq DESC LIMIT 1"},
		{&l.addStretch, "INSERT INTO stretches (metric, seq, origin) VALUES (?, ?, nullif(?, 0))"},
		{&l.version, "PRAGMA data_version"},
		{&l.applied, "SELECT applied FROM journals WHERE file = ?"},
		{&l.setApplied, "INSERT INTO journals (file, applied) VALUES (?, ?) ON CONFLICT DO UPDATE SET applied = excluded.applied"},
		{&l.dropApplied, "DELETE FROM journals WHERE file NOT IN (SELECT value FROM json_each(?))"},
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
	for _, st := range []*statement{l.begin, l.commit, l.rollback, l.run, l.metric, l.addMetric, l.last, l.insert, l.insertAll,
		l.openChunks, l.rows, l.chunk, l.metrics, l.dropChunk, l.dropRows, l.origin, l.addOrigin, l.stretch, l.addStretch,
		l.version, l.applied, l.setApplied, l.dropApplied} {
		if st != nil {
			st.Close()
		}
	}
}

// Log appends points to an open run: see tracker.Store. Points without a time
// get the clock's. Points of one call are kept all or none. A few points go through
// the journal.
func (s *Store) Log(ctx context.Context, runID string, pts ...tracker.Point) error {
	if err := ctx.Err(); err != nil {
		return &tracker.RunError{Op: "log", Run: runID, Err: err}
	}
	if err := tracker.CheckPoints(runID, pts); err != nil {
		return err
	}
	r := &request{run: runID, origin: tracker.OriginOf(ctx), points: pts}
	if len(pts) <= small {
		return s.note(r)
	}
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
		err = s.drain() // a metric has its points in the order of the calls
	}
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
	return l.transact(func() error { return l.append(queue, now) })
}

// transact runs f in a transaction. Called with Store.mu held.
func (l *logger) transact(f func() error) error {
	if err := l.begin.exec(); err != nil {
		return err
	}
	err := f()
	if err == nil {
		err = l.commit.exec()
	}
	if err != nil {
		l.forget() // they may name rows that the rollback takes away
		l.rollback.exec()
	}
	return err
}

// append writes what the requests carry. A request that names no open run gets
// its error and adds nothing; an error of the store itself is returned.
func (l *logger) append(queue []*request, now func() time.Time) error {
	b := batch{l: l, next: map[int64]newest{}}
	for _, r := range queue {
		id, err := l.open(r.run)
		if err != nil {
			return err
		}
		if id <= 0 {
			r.err = closed(id, "log", r.run)
			continue
		}
		if b.origin, err = l.originRow(r.origin); err != nil {
			return err
		}
		if err := b.take(id, r.points, now); err != nil {
			return err
		}
	}
	return b.end()
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

// metricRow finds or makes the row of a metric.
func (l *logger) metricRow(run int64, name string) (*metric, error) {
	key := metricKey{run, name}
	if m, ok := l.ids[key]; ok {
		return m, nil
	}
	var row [1]driver.Value
	found, err := l.metric.one(row[:], run, name)
	if err == nil && !found {
		if err = l.addMetric.exec(run, name); err == nil {
			_, err = l.metric.one(row[:], run, name)
		}
	}
	if err != nil {
		return nil, err
	}
	if len(l.ids) > 10_000 {
		clear(l.ids)
	}
	l.ids[key] = &metric{id: row[0].(int64), origin: unknown}
	return l.ids[key], nil
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
