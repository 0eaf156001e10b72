package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/internal/disk"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/blob"
)

// RestoreOptions completes Restore.
type RestoreOptions struct {
	Force bool             // put a store that is there aside
	Now   func() time.Time // nil: the machine's clock
	Tick  tracker.Tick
}

// Restored is what Restore did.
type Restored struct {
	Path     string            `json:"path"`
	Kept     string            `json:"kept,omitempty"` // where the store lies that was there before
	Blobs    int               `json:"blobs"`
	Bytes    int64             `json:"bytes"`
	Problems []tracker.Problem `json:"problems"`
}

// Restore makes a store at path of a backup: a folder that Backup wrote, or a
// database file, such as the copy that an upgrade made. The database is checked and
// each blob hashed before anything takes its place. A store that is there already
// is ErrConflict, or with Force goes aside, to path with .before-TIME. A Restore
// that was killed leaves the old store in place and can be run again; it does not
// copy again what is there. A database file without blobs beside it takes the place
// of the database only.
func Restore(ctx context.Context, src, path string, o RestoreOptions) (Restored, error) {
	path, err := filepath.Abs(path)
	if err == nil {
		src, err = filepath.Abs(src)
	}
	if err != nil {
		return Restored{}, fail("restore", path, err)
	}
	out, err := restore(ctx, src, path, o)
	return out, fail("restore from "+src, path, err)
}

func restore(ctx context.Context, src, path string, o RestoreOptions) (Restored, error) {
	out := Restored{Path: path, Problems: []tracker.Problem{}}
	db, err := backupAt(src)
	if err != nil {
		return out, err
	}
	if db == path {
		return out, hint.New(errors.New("the backup is the store itself"), "name a backup that lies elsewhere")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return out, err
	}
	unlock, err := lock(path + ".lock")
	if err != nil {
		return out, err
	}
	defer unlock()
	if st, err := os.Stat(path); err == nil && st.Size() > 0 && !o.Force {
		return out, hint.New(tracker.Caused(tracker.ErrConflict, "there is a store already"),
			"--force puts it aside, beside the restored one; or name another place with --store")
	}
	next := aside(path, "restoring")
	refs, err := snapshot(ctx, source(db, frozen(db)), next)
	if err != nil {
		return out, err
	}
	whole := exists(BlobDir(db))
	if whole {
		c := copying{from: blob.Folder{Dir: BlobDir(db)}, to: blob.Folder{Dir: BlobDir(next)}, tick: o.Tick, problems: out.Problems}
		if err := c.all(ctx, refs); err != nil {
			return out, err
		}
		out.Blobs, out.Bytes, out.Problems = c.blobs, c.bytes, c.problems
	}
	old := aside(path, "before-"+clock.Or(o.Now)().UTC().Format("20060102T150405.000"))
	if exists(path) || whole && exists(BlobDir(path)) {
		out.Kept = old
	}
	if err := switchTo(next, path, old, whole); err != nil {
		return out, err
	}
	return out, disk.SyncDir(filepath.Dir(path))
}

// backupAt is the database of a backup, when it can be read by this version.
func backupAt(src string) (string, error) {
	st, err := os.Stat(src)
	if err != nil {
		return "", hint.New(err, "name the folder that `cellar backup` wrote")
	}
	if st.IsDir() {
		src = filepath.Join(src, backupFile)
		if !exists(src) {
			return "", hint.New(fmt.Errorf("no whole backup: %w", tracker.ErrNotFound), "name the folder that `cellar backup` wrote, and let it end")
		}
	}
	files, err := fs.Glob(embedded, "migrations/*.sql")
	if err != nil {
		return "", err
	}
	version, err := schema(src, len(files))
	if err == nil && version == 0 {
		err = hint.New(errors.New("the backup is an empty file"), "name the folder that `cellar backup` wrote")
	}
	return src, err
}

// frozen are the driver's options to read a backup, which may lie on a medium
// that cannot be written. One that was opened as a store and has a log needs more.
func frozen(db string) string {
	if exists(db + "-wal") {
		return ""
	}
	return "&mode=ro&immutable=1"
}

// aside is a path beside a store's, of a store of its own.
func aside(path, what string) string { return strings.TrimSuffix(path, ".db") + "." + what + ".db" }

// switchTo puts the store at path aside to old, and next in its place. The
// database comes last: without it there is no store. Where next has no blobs those
// that are there stay.
func switchTo(next, path, old string, blobs bool) error {
	type move struct{ from, to string }
	moves := []move{{path, old}, {path + "-wal", old + "-wal"}, {path + "-shm", old + "-shm"}, {JournalDir(path), JournalDir(old)}}
	if blobs {
		moves = append(moves, move{BlobDir(path), BlobDir(old)}, move{BlobDir(next), BlobDir(path)})
	}
	for _, m := range append(moves, move{next, path}) {
		if !exists(m.from) {
			continue
		}
		if err := os.Rename(m.from, m.to); err != nil {
			return err
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
