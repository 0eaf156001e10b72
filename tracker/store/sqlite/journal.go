package sqlite

import (
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/sqlite/journal"
)

const (
	small   = 64                     // points of a call that goes through the journal
	lag     = 200 * time.Millisecond // after which a journal that nobody reads is drained
	backlog = 1 << 20                // bytes that are drained at once
	longest = 16 << 20               // bytes of a file that is not appended to any more
)

// A journaled is the store's part in the journal. Whoever reads or writes drains it
// first, so that nobody sees the database without what was acknowledged.
type journaled struct {
	w     journal.Writer                   // of the holder of Store.mu
	seen  atomic.Pointer[map[string]int64] // sizes of the files that are in the database to there
	timer *time.Timer                      // runs while this process has points in the journal only
	armed bool
	stuck bool // the last drain failed: nothing more is taken until one does not
}

// JournalDir is the folder of the journal of the store at path: cellar.db has
// cellar.journal.
func JournalDir(path string) string { return strings.TrimSuffix(path, ".db") + ".journal" }

func (s *Store) newJournal() {
	s.journal.w = journal.Writer{Dir: JournalDir(s.path), ID: func() (string, error) {
		var id [8]byte
		_, err := io.ReadFull(s.rand, id[:])
		return hex.EncodeToString(id[:]), err
	}}
	s.journal.seen.Store(&map[string]int64{})
	s.journal.timer = time.AfterFunc(time.Hour, s.onLag)
	s.journal.timer.Stop()
}

// note keeps the points of a small call in the journal.
func (s *Store) note(r *request) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.writable()
	if err == nil {
		err = s.append(r)
	}
	var run *tracker.RunError
	if err != nil && !errors.As(err, &run) {
		err = &tracker.RunError{Op: "log", Run: r.run, Err: fail("log", s.path, err)}
	}
	return err
}

func (s *Store) append(r *request) error {
	id, err := s.logger.stillOpen(r.run)
	if err != nil {
		return err
	}
	if id <= 0 {
		return closed(id, "log", r.run)
	}
	pts := slices.Clone(r.points)
	for i := range pts {
		if pts[i].Time.IsZero() {
			pts[i].Time = s.now().Truncate(time.Microsecond)
		}
	}
	j := &s.journal
	if name, size := j.w.File(); j.stuck || size-(*j.seen.Load())[name] > backlog {
		if err := s.drain(); err != nil {
			return err
		}
	}
	if err := j.w.Append(journal.Entry{Run: r.run, Origin: r.origin, Points: pts}); err != nil {
		return err
	}
	if !j.armed {
		j.armed = true
		j.timer.Reset(lag)
	}
	return nil
}

// stillOpen is open, remembered for as long as nobody changes the database.
func (l *logger) stillOpen(uid string) (int64, error) {
	var row [1]driver.Value
	if _, err := l.version.one(row[:]); err != nil {
		return 0, err
	}
	if v := row[0].(int64); v != l.asOf {
		clear(l.running)
		l.asOf = v
	}
	if id, ok := l.running[uid]; ok {
		return id, nil
	}
	id, err := l.open(uid)
	if err == nil && id > 0 {
		l.running[uid] = id
	}
	return id, err
}

func (s *Store) onLag() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.journal.armed = false
	if s.writable() == nil {
		s.drain() // what an error leaves in the journal is there as well
	}
}

// catchUp drains the journal for a reader. Of a disk that is full, or a store that
// others keep busy, it reads what is in the database.
func (s *Store) catchUp() error {
	if s.frozen || !s.pending() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writable() != nil {
		return nil
	}
	err := s.drain()
	var se sqlite3.Error
	if errors.As(err, &se) && (se.Code == sqlite3.ErrBusy || causes[se.Code].cause == tracker.ErrUnwritable || se.Code == sqlite3.ErrIoErr) {
		return nil
	}
	return err
}

// pending reports whether a file of the journal is not known to be in the database.
func (s *Store) pending() bool {
	files, err := journal.List(s.journal.w.Dir)
	if err != nil {
		return true
	}
	seen := *s.journal.seen.Load()
	for name, size := range files {
		if known, ok := seen[name]; !ok && size > journal.Start || ok && size != known {
			return true
		}
	}
	return false
}

// drain brings what all processes have in the journal into the database, in one
// transaction that keeps how far each file is. Called with s.mu held.
func (s *Store) drain() error {
	if !s.pending() {
		return nil
	}
	s.journal.stuck = true
	var sizes, read map[string]int64
	err := s.logger.transact(func() (err error) {
		// Who removes a file has it in the database before, so what is listed
		// within the transaction is all that is not there.
		if sizes, err = journal.List(s.journal.w.Dir); err != nil {
			return err
		}
		read, err = s.logger.apply(s.journal.w.Dir, slices.Sorted(maps.Keys(sizes)), s.now)
		return err
	})
	if err != nil {
		return err
	}
	s.journal.stuck = false
	s.journal.seen.Store(&sizes)
	own, size := s.journal.w.File()
	for name, to := range read {
		if name != own {
			err = errors.Join(err, journal.Clear(filepath.Join(s.journal.w.Dir, name), to))
		} else if size > longest && to == size {
			err = errors.Join(err, s.journal.w.Drop())
		}
	}
	return err
}

// apply takes the entries of files that are not in the database yet, and returns
// how far each is.
func (l *logger) apply(dir string, names []string, now func() time.Time) (map[string]int64, error) {
	b, read := batch{l: l, next: map[int64]newest{}}, map[string]int64{}
	for _, name := range names {
		var row [1]driver.Value
		var from int64
		found, err := l.applied.one(row[:], name)
		if err != nil {
			return nil, err
		}
		if found {
			from = row[0].(int64)
		}
		g := gathered{b: &b, now: now}
		to, err := journal.Read(filepath.Join(dir, name), from, g.add)
		if errors.Is(err, fs.ErrNotExist) {
			continue // its process has ended, and brought it into the database before
		}
		if err == nil || errors.Is(err, journal.ErrUnreadable) {
			err = g.flush()
		}
		if err == nil && to > from {
			err = l.setApplied.exec(name, to)
		}
		if err != nil {
			return nil, err
		}
		read[name] = to
	}
	if err := b.end(); err != nil {
		return nil, err
	}
	list, err := json.Marshal(names)
	if err != nil {
		return nil, err
	}
	return read, l.dropApplied.exec(string(list))
}

// A gathered makes one call of the entries of a run that follow on each other.
type gathered struct {
	b   *batch
	now func() time.Time
	e   journal.Entry
}

func (g *gathered) add(e journal.Entry) error {
	if e.Run == g.e.Run && e.Origin == g.e.Origin {
		g.e.Points = append(g.e.Points, e.Points...)
		return nil
	}
	err := g.flush()
	g.e = e
	return err
}

func (g *gathered) flush() error {
	if len(g.e.Points) == 0 {
		return nil
	}
	var row [2]driver.Value
	found, err := g.b.l.run.one(row[:], g.e.Run)
	if err != nil || !found {
		return err // it was purged, and its points with it
	}
	if g.b.origin, err = g.b.l.originRow(g.e.Origin); err != nil {
		return err
	}
	return g.b.take(row[0].(int64), g.e.Points, g.now)
}

// endJournal brings the journal into the database and takes this process's file
// away. What an error leaves there is drained by whoever opens the store next.
func (s *Store) endJournal() {
	s.journal.timer.Stop()
	if s.writable() != nil || s.drain() != nil {
		s.journal.w.Release()
		return
	}
	s.journal.w.Drop()
	os.Remove(s.journal.w.Dir) // when no other process has a file there
}

// unread reports whether a process that was killed left points in the journal of
// the store at path.
func unread(path string) bool {
	files, err := journal.List(JournalDir(path))
	for _, size := range files {
		if size > journal.Start {
			return true
		}
	}
	return err != nil
}

// leftBehind are files of the journal that a dead process left, damaged.
func (s *Store) leftBehind() (found []tracker.Problem, err error) {
	files, err := journal.Damaged(s.journal.w.Dir)
	for _, path := range files {
		found = append(found, tracker.Problem{What: "points that a process logged before it was killed cannot be read", Where: path,
			Do: "what could be read is in the store; remove the file, or run the step again"})
	}
	return found, err
}
