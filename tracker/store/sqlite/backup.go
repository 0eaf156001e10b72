package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/cellar-ml/cellar/internal/disk"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/blob"
)

const (
	backupFile = "cellar.db"          // in a backup's folder; the blobs lie beside it
	backupMark = "cellar-backup.json" // says that the folder is a backup, and of what
)

// A mark is the content of backupMark.
type mark struct {
	Format int       `json:"format"`
	Of     string    `json:"of"`
	Time   time.Time `json:"time,omitzero"` // of the last whole backup
}

// Backup copies the store into dir: see tracker.Store. The database is copied by
// VACUUM INTO, which reads one state and keeps no writer waiting, and checked; then
// come the blobs that the copy names, each hashed as it is written; last the copy
// gets its name. A blob that is missing or damaged is told of, and ends nothing.
func (s *Store) Backup(ctx context.Context, dir string, tick tracker.Tick) (out tracker.BackedUp, err error) {
	if out.Dir, err = filepath.Abs(dir); err != nil {
		return out, fail("back up", s.path, err)
	}
	out, err = s.backup(ctx, out, tick)
	return out, fail("back up to "+out.Dir+" what is", s.path, err)
}

func (s *Store) backup(ctx context.Context, out tracker.BackedUp, tick tracker.Tick) (tracker.BackedUp, error) {
	if err := claim(out.Dir, s.path); err != nil {
		return out, err
	}
	path := filepath.Join(out.Dir, backupFile)
	unlock, err := lock(path + ".lock")
	if err != nil {
		return out, err
	}
	defer unlock()
	release, err := s.blobs.Hold() // what the copy names stays until it is copied
	if err != nil {
		return out, err
	}
	defer release()
	began := s.now()
	if err := s.catchUp(); err != nil {
		return out, err
	}
	next := path + ".new"
	refs, err := snapshot(ctx, source(s.path, s.immutable()), next)
	if err != nil {
		return out, err
	}
	if st, err := os.Stat(next); err == nil {
		out.Store = st.Size()
	}
	c := copying{from: s.blobs, to: blob.Folder{Dir: BlobDir(path)}, tick: tick, problems: []tracker.Problem{}}
	if err := c.all(ctx, refs); err != nil {
		return out, err
	}
	out.Blobs, out.Copied, out.Bytes, out.Problems = c.blobs, c.copied, c.bytes, c.problems
	for _, stale := range []string{path + "-wal", path + "-shm"} { // of one who opened the old copy as a store
		if err := os.Remove(stale); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return out, err
		}
	}
	if err := os.Rename(next, path); err != nil {
		return out, err
	}
	return out, errors.Join(writeMark(out.Dir, mark{1, s.path, began.UTC()}), disk.SyncDir(out.Dir))
}

// claim makes the folder of a backup, or finds that it is one.
func claim(dir, of string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if e.Name() == backupMark {
			return nil
		}
	}
	if len(entries) > 0 {
		return hint.New(tracker.Caused(tracker.ErrConflict, "%s holds other files", dir), "name a folder that is empty, new, or a backup already")
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	return writeMark(dir, mark{Format: 1, Of: of})
}

func writeMark(dir string, m mark) error {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	next := filepath.Join(dir, backupMark+".new")
	if err := os.WriteFile(next, append(data, '\n'), 0o666); err != nil {
		return err
	}
	return os.Rename(next, filepath.Join(dir, backupMark))
}

// snapshot writes one state of a database into a new file, whole and on the disk,
// and returns what it names.
func snapshot(ctx context.Context, from, path string) ([]tracker.Reference, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	db, err := sql.Open("sqlite3", from)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	return inspect(ctx, path)
}

// inspect checks a database that nobody writes to, and lists what it names.
func inspect(ctx context.Context, path string) ([]tracker.Reference, error) {
	db, err := sql.Open("sqlite3", source(path, "&mode=ro&immutable=1"))
	if err != nil {
		return nil, err
	}
	defer db.Close()
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	t, err := begin(ctx, conn, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer t.Rollback()
	var found []tracker.Problem
	if err := t.pages(path, &found); err != nil {
		return nil, err
	}
	if len(found) > 0 {
		return nil, hint.New(fmt.Errorf("%w: %s: %s", tracker.ErrCorrupt, path, found[0].What), hintCorrupt)
	}
	return t.references()
}

// A copying brings the blobs that a store names from one folder to another.
type copying struct {
	from, to      blob.Folder
	tick          tracker.Tick
	blobs, copied int
	bytes         int64
	problems      []tracker.Problem
}

func (c *copying) all(ctx context.Context, refs []tracker.Reference) error {
	first := map[tracker.Digest]tracker.Reference{}
	for _, r := range refs {
		if _, ok := first[r.Digest]; !ok {
			first[r.Digest] = r
		}
	}
	sizes := map[tracker.Digest]int64{}
	var total, done int64
	err := c.from.List(ctx, func(b tracker.BlobInfo) error {
		if _, ok := first[b.Digest]; ok {
			sizes[b.Digest] = b.Size
			total += b.Size
		}
		return nil
	})
	if err != nil {
		return err
	}
	have := map[tracker.Digest]int64{}
	if err := c.to.List(ctx, func(b tracker.BlobInfo) error { have[b.Digest] = b.Size; return nil }); err != nil {
		return err
	}
	for d, ref := range first {
		size, there := sizes[d]
		copied, ok := have[d]
		c.blobs++
		if !there || !ok || copied != size {
			if err := c.one(ctx, ref); err != nil {
				return err
			}
		}
		done += size
		c.tick.Tell(done, total)
	}
	return nil
}

// one copies a blob. Whoever reads it hashes it, so what is written has the digest.
func (c *copying) one(ctx context.Context, ref tracker.Reference) error {
	r, err := c.from.Open(ctx, ref.Digest)
	if err == nil {
		defer r.Close()
		var n int64
		if _, n, err = c.to.Put(ctx, r); err == nil {
			c.copied, c.bytes = c.copied+1, c.bytes+n
			return nil
		}
	}
	if errors.Is(err, tracker.ErrNotFound) || errors.Is(err, tracker.ErrCorrupt) {
		c.problems = append(c.problems, tracker.LostBlob(ref, err))
		return nil
	}
	return err
}
