package sqlite

import (
	"database/sql/driver"
	"time"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/series"
)

// A batch gathers the rows of one transaction.
type batch struct {
	l    *logger
	next map[int64]newest // by the metric's row
	args []driver.Value

	origin int64 // of the points that are taken
}

const pointColumns = 5

// newest is how far a metric is that the batch has points of.
type newest struct {
	*metric
	seq int64
}

// take adds the points of one call. Of a metric that has many of them all but the
// newest are packed at once.
func (b *batch) take(run int64, pts []tracker.Point, now func() time.Time) error {
	packed := map[string]*series.Stretch{}
	if len(pts) >= young {
		packed = room(pts)
	}
	for _, p := range pts {
		if p.Time.IsZero() {
			p.Time = now().Truncate(time.Microsecond)
		}
		m, err := b.l.metricRow(run, p.Metric)
		if err != nil {
			return err
		}
		if s := packed[p.Metric]; s != nil && s.Len() < cap(s.Values) {
			s.Append(p.Step, p.Time.UnixNano(), p.Value)
			if s.Len() == cap(s.Values) {
				err = b.pack(m, *s)
			}
		} else {
			err = b.add(m, p)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// room makes room for all points but one of each metric that has many.
func room(pts []tracker.Point) map[string]*series.Stretch {
	count := map[string]int{}
	for i := 0; i < len(pts); {
		from := i
		for i < len(pts) && pts[i].Metric == pts[from].Metric {
			i++
		}
		count[pts[from].Metric] += i - from
	}
	made := map[string]*series.Stretch{}
	for name, n := range count {
		if n >= young {
			made[name] = &series.Stretch{Steps: make([]int64, 0, n-1), Times: make([]int64, 0, n-1), Values: make([]float64, 0, n-1)}
		}
	}
	return made
}

// newest returns the seq of the newest point of a metric; 0 when it has none.
func (b *batch) newest(m *metric) (int64, error) {
	if n, ok := b.next[m.id]; ok {
		return n.seq, nil
	}
	var row [1]driver.Value
	found, err := b.l.last.one(row[:], m.id)
	if err != nil || !found {
		return 0, err
	}
	return row[0].(int64), nil
}

// pack adds points as a chunk; another point of the metric comes behind it.
func (b *batch) pack(m *metric, s series.Stretch) error {
	seq, err := b.newest(m)
	if err == nil {
		err = b.came(m, seq+1)
	}
	if err == nil {
		err = b.flush() // it may be packed with them
	}
	if err == nil {
		err = b.l.addPacked(m, seq+1, s)
	}
	b.next[m.id] = newest{m, seq + int64(s.Len())}
	return err
}

// add adds a point as a row.
func (b *batch) add(m *metric, p tracker.Point) error {
	seq, err := b.newest(m)
	if err == nil {
		err = b.came(m, seq+1)
	}
	if err != nil {
		return err
	}
	m.open++
	m.rows++
	b.next[m.id] = newest{m, seq + 1}
	b.args = append(b.args, m.id, seq+1, p.Step, p.Time.UnixNano(), bits(p.Value))
	if len(b.args) == perInsert*pointColumns {
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
	b.args = b.args[:0]
	return nil
}

// end writes what is left, and packs rows that have become many.
func (b *batch) end() error {
	if err := b.flush(); err != nil {
		return err
	}
	for _, n := range b.next {
		if n.rows > crowd {
			if err := b.l.settle(n.metric, n.seq, worthy); err != nil {
				return err
			}
		}
	}
	return nil
}
