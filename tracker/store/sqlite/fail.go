package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"github.com/mattn/go-sqlite3"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

const (
	hintFull     = "the disk is full: free space there and try again; everything recorded before is kept"
	hintReadOnly = "the store cannot be written: make its folder writable, or name another with CELLAR_STORE or --store"
	hintNotOne   = "the file is not a Cellar store: move it away, or name another with CELLAR_STORE or --store"
	hintCorrupt  = "the store is damaged: copy its folder, then try `sqlite3 FILE .recover`; backups from before upgrades lie beside it"
	hintBusy     = "another process has been writing to the store for half a minute: let it end, or stop it, and try again"
	hintGone     = "bring the .cellar folder back, or run the steps again: they make a new store"
	hintClosed   = "the store was closed: open it again"
	hintDisk     = "the disk or its connection fails: look at the system's log; everything recorded before is kept"
)

var causes = map[sqlite3.ErrNo]struct {
	hint  string
	cause error
}{
	sqlite3.ErrFull:     {hint: hintFull, cause: tracker.ErrUnwritable},
	sqlite3.ErrReadonly: {hint: hintReadOnly, cause: tracker.ErrUnwritable},
	sqlite3.ErrPerm:     {hint: hintReadOnly, cause: tracker.ErrUnwritable},
	sqlite3.ErrCantOpen: {hint: hintReadOnly},
	sqlite3.ErrAuth:     {hint: hintReadOnly},
	sqlite3.ErrNotADB:   {hint: hintNotOne},
	sqlite3.ErrCorrupt:  {hint: hintCorrupt, cause: tracker.ErrCorrupt},
	sqlite3.ErrBusy:     {hint: hintBusy},
	sqlite3.ErrLocked:   {hint: hintBusy},
	sqlite3.ErrIoErr:    {hint: hintDisk},
}

// fail says on which store op came to nothing and what can be done about it.
// Errors of the tracker's own, which name a run or a model, pass as they are.
func fail(op, path string, err error) error {
	if err == nil {
		return nil
	}
	var run *tracker.RunError
	var model *tracker.ModelError
	var told *storeError
	if errors.As(err, &run) || errors.As(err, &model) || errors.As(err, &told) {
		return err
	}
	advice := hint.Of(err)
	var se sqlite3.Error
	switch {
	case advice != "": // whoever failed knows better
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		advice = hintFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.ENOTDIR):
		advice = hintReadOnly
	case errors.Is(err, sql.ErrConnDone):
		advice = hintClosed
	case errors.As(err, &se):
		c := causes[se.Code]
		if se.Code == sqlite3.ErrIoErr && se.SystemErrno == syscall.ENOSPC {
			c = causes[sqlite3.ErrFull]
		}
		if c.cause != nil {
			err = fmt.Errorf("%w: %w", c.cause, err)
		}
		advice = c.hint
	}
	return &storeError{op, path, err, advice}
}

// A storeError is an error of the store as a whole.
type storeError struct {
	op, path string
	err      error
	hint     string
}

func (e *storeError) Error() string {
	in := "in store"
	if e.op == "open" || e.op == "close" || e.op == "check" {
		in = "store"
	}
	return fmt.Sprintf("%s %s %s: %v", e.op, in, e.path, e.err)
}

func (e *storeError) Unwrap() error { return e.err }
func (e *storeError) Hint() string  { return e.hint }
