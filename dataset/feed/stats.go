package feed

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/cellar-ml/cellar/internal/clock"
)

// Stats counts what the stages of ingestion do. The zero value is ready, and a
// nil one counts nothing. It is safe for concurrent use.
type Stats struct {
	mu     sync.Mutex
	stages []*stage
}

// A Stage is what one stage did.
type Stage struct {
	Name    string
	Workers int           // that may be busy at once
	Rows    int64         // that went through
	Bytes   int64         // that were read or written; 0 where none are
	Busy    time.Duration // of all workers together
	Span    time.Duration // from when it began to when it was last done
	Waited  time.Duration // the next stage waited for this one
	Queue   float64       // how full its queue was when the next stage looked, 0 to 1; -1 without a queue
}

// Rate is the rows a second that the stage alone would do, all workers busy.
func (s Stage) Rate() float64 {
	if s.Busy <= 0 {
		return 0
	}
	return float64(s.Rows) / s.Busy.Seconds() * float64(s.Workers)
}

// Share is how much of its workers' time the stage was busy, 0 to 1.
func (s Stage) Share() float64 {
	if s.Span <= 0 {
		return 0
	}
	return min(1, s.Busy.Seconds()/s.Span.Seconds()/float64(s.Workers))
}

// Stages lists them in the order in which they began.
func (s *Stats) Stages() []Stage {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Stage, len(s.stages))
	for i, st := range s.stages {
		out[i] = st.value()
	}
	return out
}

// Add tells of work that is done elsewhere: a stage of that name with its workers.
func (s *Stats) Add(name string, workers, rows int, busy time.Duration) {
	s.stage(name, workers, 0).add(rows, busy)
}

// Queue tells that the stage of that name had n of size places filled, and that
// the next one waited for it.
func (s *Stats) Queue(name string, n, size int, waited time.Duration) {
	st := s.stage(name, 1, size)
	st.filled(n)
	st.waited(waited)
}

// Forget makes the stages of these names begin anew, as if nothing had gone
// through them: what they did beside something that is not to be counted.
func (s *Stats) Forget(names ...string) {
	for _, name := range names {
		s.stage(name, 0, 0).forget()
	}
}

// stage finds the stage of that name, or makes it; its size is the queue's.
func (s *Stats) stage(name string, workers, size int) *stage {
	if s == nil {
		return &stage{name: name, workers: workers, size: size}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.stages {
		if st.name == name {
			st.size, st.workers = max(st.size, size), max(st.workers, workers)
			return st
		}
	}
	st := &stage{name: name, workers: workers, size: size}
	s.stages = append(s.stages, st)
	return st
}

type stage struct {
	name                                                    string
	workers, size                                           int
	rows, bytes, busy, waiting, places, looks, began, ended atomic.Int64
}

func (s *stage) add(rows int, busy time.Duration) {
	now := clock.System().UnixNano()
	s.began.CompareAndSwap(0, now-int64(busy))
	s.ended.Store(now)
	s.rows.Add(int64(rows))
	s.busy.Add(int64(busy))
}

func (s *stage) forget() {
	for _, n := range []*atomic.Int64{&s.rows, &s.bytes, &s.busy, &s.waiting, &s.places, &s.looks, &s.began, &s.ended} {
		n.Store(0)
	}
}

func (s *stage) moved(bytes int) { s.bytes.Add(int64(bytes)) }

func (s *stage) filled(n int) {
	s.places.Add(int64(n))
	s.looks.Add(1)
}

func (s *stage) waited(d time.Duration) { s.waiting.Add(int64(d)) }

func (s *stage) wait() time.Duration { return time.Duration(s.waiting.Load()) }

func (s *stage) value() Stage {
	out := Stage{Name: s.name, Workers: s.workers, Rows: s.rows.Load(), Bytes: s.bytes.Load(),
		Busy: time.Duration(s.busy.Load()), Span: time.Duration(s.ended.Load() - s.began.Load()), Waited: s.wait(), Queue: -1}
	if looks := s.looks.Load(); looks > 0 && s.size > 0 {
		out.Queue = float64(s.places.Load()) / float64(looks) / float64(s.size)
	}
	return out
}
