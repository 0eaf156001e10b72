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
	path   string
	file   os.FileInfo // what lay at path when it was opened
	blobs  blob.Folder
	now    func() time.Time
	rand   io.Reader
	read   *sql.DB
	write  *sql.DB
	logger logger
	mu     sync.Mutex // holds the writing connection
	conn   *sql.Conn
}

var _ tracker.Store = (*Store)(nil)

// Open opens the store in the file at path and makes it, with its folder, when
// it is not there. It brings an older store up to date after a backup beside
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
	if s.read, err = sql.Open("sqlite3", source(s.path, "&_query_only=true&_mutex=no&_cache_size=-32000")); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	if s.write, err = sql.Open("sqlite3", source(s.path, "&_txlock=immediate&_synchronous=NORMAL&_cache_size=-8000")); err != nil {
		return err
	}
	if s.conn, err = s.write.Conn(ctx); err != nil {
		return err
	}
	if s.file, err = os.Stat(s.path); err != nil {
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
// it was opened. What is written then is lost with the old file, so writes fail.
func (s *Store) Gone() bool {
	now, err := os.Stat(s.path)
	return err != nil || !os.SameFile(now, s.file)
}

// writable is why this store takes no more writes, or nil. Called with s.mu held.
func (s *Store) writable() error {
	switch {
	case s.conn == nil:
		return sql.ErrConnDone
	case s.Gone():
		return hint.New(errors.New("the file was deleted or moved while it was open"), hintGone)
	}
	return nil
}

// Blobs is the folder beside the database file.
func (s *Store) Blobs() tracker.Blobs { return s.blobs }

// Check reads the whole database and returns an ErrCorrupt that says what is
// damaged, or nil. It is slow on a large store: for doctor, not for every start.
func (s *Store) Check(ctx context.Context) error {
	var damage []string
	err := s.view(ctx, "check", func(t *tx) error {
		return t.each(func(scan func(...any) error) error {
			var line string
			err := scan(&line)
			if line != "ok" {
				damage = append(damage, line)
			}
			return err
		}, "PRAGMA quick_check(3)")
	})
	if err == nil && len(damage) > 0 {
		err = fail("check", s.path, hint.New(fmt.Errorf("%w: %s", tracker.ErrCorrupt, strings.Join(damage, "; ")), hintCorrupt))
	}
	return err
}

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
