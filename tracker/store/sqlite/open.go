package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

//go:embed migrations/*.sql
var embedded embed.FS

// applicationID marks the file as ours in its header: "Celr".
const applicationID = 0x43656c72

// source is the driver's name of the database at path.
func source(path, more string) string {
	u := url.URL{Scheme: "file", Path: path}
	return u.String() + "?_busy_timeout=30000&_foreign_keys=on&_stmt_cache_size=64" + more
}

// prepare makes sure that a store of this version lies at path. Several
// processes may do so at once: one makes or migrates it, the others wait.
func prepare(ctx context.Context, path string, now func() time.Time, migrations fs.FS) error {
	steps, err := fs.Glob(migrations, "migrations/*.sql") // in order of their numbers
	if err != nil {
		return err
	}
	have, err := schema(path, len(steps))
	if err != nil || have == len(steps) {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	unlock, err := lock(path + ".lock")
	if err != nil {
		return err
	}
	defer unlock()
	if have, err = schema(path, len(steps)); err != nil || have == len(steps) {
		return err // another process was first
	}
	return migrate(ctx, path, have, steps, now, migrations)
}

// schema reads from the file's header which version of the schema it has, 0
// for no file or an empty one. It opens no database, so it touches nothing.
func schema(path string, ours int) (int, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var head [100]byte
	n, err := io.ReadFull(f, head[:])
	if n == 0 && err == io.EOF {
		return 0, nil
	}
	if err != nil || string(head[:16]) != "SQLite format 3\x00" {
		return 0, hint.New(errors.New("file is not a database"), hintNotOne)
	}
	version, app := binary.BigEndian.Uint32(head[60:]), binary.BigEndian.Uint32(head[68:])
	switch {
	case app == 0 && version == 0 && binary.BigEndian.Uint32(head[40:]) == 0:
		return 0, nil // a database without a table: a first start that was killed
	case app != applicationID:
		return 0, hint.New(errors.New("file is a database of another program"), hintNotOne)
	case int(version) > ours:
		return 0, hint.New(fmt.Errorf("%w: its schema is %d, this cellar knows up to %d", tracker.ErrNewer, version, ours),
			"install a cellar as new as the one that wrote it, or name another store with CELLAR_STORE or --store; nothing was touched")
	}
	return int(version), nil
}

// lock holds the file at path against other processes until the returned
// function is called. The file stays: removing it would race.
func lock(path string) (func(), error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o666)
	if err != nil {
		return nil, err
	}
	for {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
		if err != syscall.EINTR {
			break
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { f.Close() }, nil
}

// migrate brings the store from version have to the last of steps, each step in
// a transaction of its own, after a backup where there is something to lose.
func migrate(ctx context.Context, path string, have int, steps []string, now func() time.Time, migrations fs.FS) (err error) {
	// Of a new file the pages that become free can be given back a few at a time.
	db, err := sql.Open("sqlite3", source(path, "&_journal_mode=WAL&_txlock=exclusive&_foreign_keys=off&_cache_size=-64000&_vacuum=incremental"))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	defer func() { err = errors.Join(err, db.Close()) }()
	if have > 0 {
		backup := fmt.Sprintf("%s.v%d-%s.backup", path, have, now().UTC().Format("20060102T150405"))
		if _, err := db.ExecContext(ctx, "VACUUM INTO ?", backup); err != nil {
			return fmt.Errorf("back up to %s before the upgrade: %w", backup, err)
		}
	}
	for _, name := range steps[have:] {
		if err := step(ctx, db, name, migrations); err != nil {
			return fmt.Errorf("upgrade the schema by %s: %w", filepath.Base(name), err)
		}
	}
	// The header must say the version to those who read only the file.
	_, err = db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// step applies one migration and its number in one transaction.
func step(ctx context.Context, db *sql.DB, name string, migrations fs.FS) error {
	text, err := fs.ReadFile(migrations, name)
	if err != nil {
		return err
	}
	number, _, _ := strings.Cut(filepath.Base(name), "_")
	version, err := strconv.Atoi(number)
	if err != nil {
		return err
	}
	t, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer t.Rollback()
	mark := fmt.Sprintf(";\nPRAGMA user_version = %d; PRAGMA application_id = %d", version, applicationID)
	if _, err := t.ExecContext(ctx, string(text)+mark); err != nil {
		return err
	}
	if fill := fills[version]; fill != nil {
		if err := fill(ctx, t); err != nil {
			return err
		}
	}
	return t.Commit()
}
