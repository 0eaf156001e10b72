// Package sqlite keeps the tracker's words in one SQLite file, with the blobs
// in a folder beside it. It knows nothing of URLs, notebooks or training;
// docs/format/store.md describes what lies on disk.
package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	_ "github.com/mattn/go-sqlite3" // the database/sql driver "sqlite3"

	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/blob"
)

// Options completes Open. The zero value is right outside tests.
type Options struct {
	Now  func() time.Time // nil: the machine's clock
	Rand io.Reader        // for ids and names; nil: crypto/rand
}

// A Store is a tracker.Store in one file. Several processes may have it open.
//
// Reads go through a pool; all writes of this process go through one
// connection, one transaction at a time. A commit is in the operating system's
// hands when it returns: it survives a kill of the process; a loss of power may
// take the last moments, and never damages what came before.
type Store struct {
	path    string
	file    os.FileInfo // what lay at path when it was opened
	blobs   blob.Folder
	now     func() time.Time
	rand    io.Reader
	read    *sql.DB
	write   *sql.DB
	logger  logger
	journal journaled
	mu      sync.Mutex // holds the writing connection
	conn    *sql.Conn
	frozen  bool // the folder cannot be written, and nobody has a log beside the file
}

var _ tracker.Store = (*Store)(nil)

// Open opens the store in the file at path and makes it, with its folder, when
// it is not there. In a folder that cannot be written what is there can be read
// while nobody else writes to it. It brings an older store up to date after a backup beside
// it. It returns ErrNewer, and touches nothing, for a store that a newer
// version wrote, and ErrCorrupt for a damaged one.
func Open(ctx context.Context, path string, o Options) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fail("open", path, err)
	}
	s := &Store{path: path, now: clock.Or(o.Now), rand: o.Rand, blobs: blob.Folder{Dir: BlobDir(path)}}
	if s.rand == nil {
		s.rand = rand.Reader
	}
	s.newJournal()
	if err := prepare(ctx, path, s.now, embedded); err != nil {
		return nil, fail("open", path, err)
	}
	if err := s.connect(ctx); err != nil {
		s.Close()
		return nil, fail("open", path, err)
	}
	return s, nil
}

// BlobDir is the folder of the blobs of the store at path: cellar.db has
// cellar.blobs.
func BlobDir(path string) string { return strings.TrimSuffix(path, ".db") + ".blobs" }

// readers is how many reads run at a time; SQLite reads are short.
const readers = 4

func (s *Store) connect(ctx context.Context) (err error) {
	if s.frozen, err = readOnly(s.path); err != nil {
		return err
	}
	if s.read, err = sql.Open("sqlite3", source(s.path, "&_query_only=true&_mutex=no&_cache_size=-32000"+s.immutable())); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	if s.file, err = os.Stat(s.path); err != nil || s.frozen {
		return err
	}
	if s.write, err = sql.Open("sqlite3", source(s.path, "&_txlock=immediate&_synchronous=NORMAL&_cache_size=-8000")); err != nil {
		return err
	}
	if s.conn, err = s.write.Conn(ctx); err != nil {
		return err
	}
	// A checkpoint syncs twice; one for every 16 MB of log keeps them rare.
	if _, err = s.conn.ExecContext(ctx, "PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864"); err != nil {
		return err
	}
	return s.conn.Raw(s.logger.prepare)
}

// Path is the database file.
func (s *Store) Path() string { return s.path }

// Schema is the version of the schema that the file has.
func (s *Store) Schema() (int, error) { return schema(s.path, math.MaxInt32) }

// Gone reports whether the database file was deleted, moved or replaced since
// it was opened, or one that was read-only is written to now. What is written then is lost with the old file, so writes fail.
func (s *Store) Gone() bool {
	now, err := os.Stat(s.path)
	return err != nil || !os.SameFile(now, s.file) || s.frozen && exists(s.path+"-wal")
}

// readOnly reports whether the store at path lies in a folder that cannot be
// written. Then SQLite can read it only as a file that nobody changes.
func readOnly(path string) (bool, error) {
	const writable = 2 // W_OK
	if err := syscall.Access(filepath.Dir(path), writable); err == nil || exists(path+"-shm") {
		return false, nil // or a process that can write it has it open
	}
	if st, err := os.Stat(path + "-wal"); err == nil && st.Size() > 0 || unread(path) {
		return false, hint.New(errors.New("its folder cannot be written, and a process that was killed left a log there"),
			"make the folder writable, or copy it to where it is, and open it there: nothing is lost")
	}
	return true, nil
}

// immutable are the driver's options for a store that cannot be written.
func (s *Store) immutable() string {
	if s.frozen {
		return "&mode=ro&immutable=1"
	}
	return ""
}

// writable is why this store takes no more writes, or nil. Called with s.mu held.
func (s *Store) writable() error {
	switch {
	case s.frozen:
		return hint.New(fmt.Errorf("%w: its folder is read-only", tracker.ErrUnwritable), hintReadOnly)
	case s.conn == nil:
		return sql.ErrConnDone
	case s.Gone():
		return hint.New(errors.New("the file was deleted or moved while it was open"), hintGone)
	}
	return nil
}

// Blobs is the folder beside the database file.
func (s *Store) Blobs() tracker.Blobs { return s.blobs }

// Close waits for writes that have begun and releases the file. It may be
// called more than once.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var first error
	keep := func(err error) {
		if err != nil && first == nil {
			first = fail("close", s.path, err)
		}
	}
	if s.conn != nil {
		s.endJournal()
		s.logger.close()
		keep(s.conn.Close())
		s.conn = nil
	}
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			keep(db.Close())
		}
	}
	return first
}

// update runs f in one transaction on the writing connection. Once begun it
// does not end with ctx: an interrupted cell must not lose half a record.
func (s *Store) update(ctx context.Context, op string, f func(tx *tx) error) error {
	if err := ctx.Err(); err != nil {
		return fail(op, s.path, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writable(); err != nil {
		return fail(op, s.path, err)
	}
	if err := s.drain(); err != nil {
		return fail(op, s.path, err)
	}
	clear(s.logger.running)
	t, err := begin(context.WithoutCancel(ctx), s.conn, nil)
	if err != nil {
		return fail(op, s.path, err)
	}
	defer t.Rollback()
	if err := f(t); err != nil {
		return fail(op, s.path, err)
	}
	return fail(op, s.path, t.Commit())
}

// view runs f in one read transaction, so that f sees one state of the store.
func (s *Store) view(ctx context.Context, op string, f func(tx *tx) error) error {
	if err := s.catchUp(); err != nil {
		return fail(op, s.path, err)
	}
	conn, err := s.read.Conn(ctx)
	if err != nil {
		return fail(op, s.path, err)
	}
	defer conn.Close()
	t, err := begin(ctx, conn, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return fail(op, s.path, err)
	}
	defer t.Rollback()
	return fail(op, s.path, f(t))
}
