package tracker

import (
	"errors"
	"fmt"
)

// What a caller branches on. Errors of a Store wrap them.
var (
	ErrNotFound  = errors.New("not found")
	ErrFinished  = errors.New("run is closed")
	ErrAmbiguous = errors.New("ambiguous reference")
	ErrInUse     = errors.New("still in use")
	// ErrNotDeleted is of a run that is to be purged and was not deleted first.
	ErrNotDeleted = errors.New("run is not deleted")
	ErrCorrupt    = errors.New("stored bytes are damaged")
	ErrNewer      = errors.New("store was made by a newer cellar")
	ErrConflict   = errors.New("already has another value")
	// ErrUnwritable is a full disk or a read-only store: what it has can be read.
	ErrUnwritable = errors.New("store cannot be written")
)

// Caused is an error with a text of its own that is one of the above all the same.
func Caused(cause error, format string, args ...any) error {
	return told{fmt.Sprintf(format, args...), cause}
}

type told struct {
	text  string
	cause error
}

func (t told) Error() string { return t.text }
func (t told) Unwrap() error { return t.cause }

// A RunError says which operation on which run came to nothing. Run is the id
// or the reference that was given.
type RunError struct {
	Op  string // create, finish, log, set params, ...
	Run string
	Err error
}

// Error is "op run REF: err".
func (e *RunError) Error() string {
	return fmt.Sprintf("%s run %s: %v", e.Op, e.Run, e.Err)
}

// Unwrap returns the cause.
func (e *RunError) Unwrap() error { return e.Err }

// Hint says what the person can do; "" where only the cause can.
func (e *RunError) Hint() string {
	var h interface{ Hint() string }
	switch {
	case errors.As(e.Err, &h):
		return h.Hint()
	case errors.Is(e.Err, ErrNotFound):
		return "list the runs with %runs or `cellar runs list`; a run goes by its id, 4 or more characters of it, or its name"
	case errors.Is(e.Err, ErrFinished):
		return "a closed run takes tags and artifacts only: start a new run"
	case errors.Is(e.Err, ErrAmbiguous):
		return "give more characters of the id"
	case errors.Is(e.Err, ErrInUse):
		return "purge what came from the run first; `cellar lineage` shows it"
	case errors.Is(e.Err, ErrNotDeleted):
		return "delete it first: `cellar runs delete`"
	case errors.Is(e.Err, ErrConflict):
		return "a parameter is set once: use another name, a tag, or a new run"
	}
	return ""
}
