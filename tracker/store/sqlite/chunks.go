package sqlite

import (
	"database/sql/driver"
	"fmt"
	"slices"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/series"
)

const (
	young  = 256 // points of a metric in one call that are packed at once
	crowd  = 512 // rows of a metric that are packed while it is logged
	worthy = 64  // points of a metric that are packed when its run ends
)

// addPacked adds new points of a metric, which begin at seq, as a chunk: with all
// that is open of the metric, when that is a whole chunk then. A row comes behind them.
func (l *logger) addPacked(m *metric, seq int64, s series.Stretch) error {
	m.open += s.Len()
	if m.open < series.Size {
		return l.addChunk(m.id, seq, s)
	}
	return l.settle(m, seq+int64(s.Len()), series.Size, open{seq: seq, s: s})
}

func (l *logger) addChunk(metric, seq int64, s series.Stretch) error {
	return l.chunk.exec(metric, seq, int64(s.Len()), series.Summary(series.Buckets(s, series.Part)), series.Encode(s))
}

// An open is a part of what is open of a metric: an open chunk, rows, or points that
// are new.
type open struct {
	id  int64 // of the chunk; 0: no chunk
	seq int64
	s   series.Stretch
}

// settle packs what is open of a metric before its newest point, and more that is not
// in the store yet, when it is at least so many points. Else it stays as it is, and
// more becomes an open chunk.
func (l *logger) settle(m *metric, newest int64, least int, more ...open) error {
	parts, err := l.opened(m.id, newest)
	if err != nil {
		return err
	}
	parts = append(parts, more...)
	m.open, m.rows = 0, 0
	for _, p := range parts {
		m.open += p.s.Len()
	}
	if m.open < least {
		for _, p := range more {
			if err := l.addChunk(m.id, p.seq, p.s); err != nil {
				return err
			}
		}
		return nil
	}
	var all series.Stretch
	for _, p := range parts {
		if p.seq != parts[0].seq+int64(all.Len()) {
			return fmt.Errorf("points %d of metric row %d are missing: %w", parts[0].seq+int64(all.Len()), m.id, tracker.ErrCorrupt)
		}
		all.Extend(p.s)
		if p.id != 0 {
			if err := l.dropChunk.exec(p.id); err != nil {
				return err
			}
		}
	}
	if m.open >= series.Size {
		m.open = 0
	}
	if err := l.dropRows.exec(m.id, newest); err != nil {
		return err
	}
	for from := 0; from < all.Len(); {
		to := min(from+series.Size, all.Len())
		if all.Len()-to < series.Size {
			to = all.Len()
		}
		if err := l.addChunk(m.id, parts[0].seq+int64(from), all.Slice(from, to)); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// opened reads what is open of a metric before its newest point, in order.
func (l *logger) opened(metric, newest int64) (parts []open, err error) {
	var chunks []open
	err = l.openChunks.each(make([]driver.Value, 3), func(row []driver.Value) error {
		c := open{id: row[0].(int64), seq: row[1].(int64)}
		data, _ := row[2].([]byte)
		err := series.Decode(data, &c.s)
		chunks = append(chunks, c)
		return err
	}, metric)
	if err != nil {
		return nil, err
	}
	err = l.rows.each(make([]driver.Value, 4), func(row []driver.Value) error {
		seq := row[0].(int64)
		for len(chunks) > 0 && chunks[0].seq < seq {
			parts, chunks = append(parts, chunks[0]), chunks[1:]
		}
		v, ok := value(row[3])
		if !ok {
			return fmt.Errorf("point %d of metric row %d has a value of type %T: %w", seq, metric, row[3], tracker.ErrCorrupt)
		}
		if n := len(parts); n == 0 || parts[n-1].id != 0 || parts[n-1].seq+int64(parts[n-1].s.Len()) != seq {
			parts = append(parts, open{seq: seq})
		}
		parts[len(parts)-1].s.Append(row[1].(int64), row[2].(int64), v)
		return nil
	}, metric, newest)
	return append(parts, chunks...), err
}

// settleRun packs what a run that has ended left open, atOnce metrics in a
// transaction. What an error leaves unpacked is there as well.
func (s *Store) settleRun(run int64) {
	var ids []int64
	locked := func(f func(*logger) error) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		err := s.writable()
		if err == nil {
			err = f(&s.logger)
		}
		return err
	}
	err := locked(func(l *logger) error {
		return l.metrics.each(make([]driver.Value, 1), func(row []driver.Value) error {
			ids = append(ids, row[0].(int64))
			return nil
		}, run)
	})
	for part := range slices.Chunk(ids, atOnce) {
		if err != nil {
			return
		}
		err = locked(func(l *logger) error {
			return l.transact(func() error { return l.settleMetrics(part) })
		})
	}
}

func (l *logger) settleMetrics(ids []int64) error {
	for _, id := range ids {
		var row [1]driver.Value
		found, err := l.last.one(row[:], id)
		if err == nil && found && row[0].(int64) > worthy {
			err = l.settle(&metric{id: id}, row[0].(int64), worthy)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
