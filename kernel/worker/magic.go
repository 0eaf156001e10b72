package worker

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime/debug"
	"strings"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/link"
)

// Magics handles what is not Go in a cell. Its methods are safe for concurrent
// use.
type Magics interface {
	// Run runs one % or ! line, or a whole %% cell. The value is what
	// "name := %line" binds; what there is to show goes to the call's Out.
	Run(ctx context.Context, call MagicCall) (value any, err error)
	// ResultType is the type of what "name := %line" binds; nil: nothing.
	ResultType(line string) reflect.Type
	// Complete and Inspect answer questions about a line, also while a cell
	// runs. The span of the matches is in code points of the line.
	Complete(ask MagicAsk) (matches []link.Match, start, end int)
	Inspect(ask MagicAsk) (display.Bundle, bool)
	// GoAt is where the Go code of a line that takes some begins, in bytes; -1
	// for others.
	GoAt(line string) int
	// Summary is a value of the session in short, where there is more to say of
	// it than its text.
	Summary(v any) (display.Bundle, bool)
}

// A MagicAsk is a question about one magic line.
type MagicAsk struct {
	Line    string // from the % or ! on, without the newline
	Cursor  int    // in code points
	Session *interp.Session
	History func(ctx context.Context, q link.HistoryQuery) ([]link.PastCell, error)
}

// A Compiler is Magics that know a native tier. Both methods are those of
// interp.Options.
type Compiler interface {
	RestoreCell(s *interp.Session, c lang.Cell) (rest string, ok bool)
	CompileFuncs(n *lang.Native) error
}

// A MagicCall is one use of a magic.
type MagicCall struct {
	Line    string // from the % or ! on, without the newline
	Body    string // of a %% cell
	Cell    bool   // the line begins with %%
	Out     display.Sink
	Session *interp.Session
	Kernel  string    // the kernel's session
	In      lang.Cell // that it stands in
	// CellOf is the cell of an interp.Session's Owner.
	CellOf func(owner string) (lang.Cell, bool)
	Input  func(prompt string, password bool) (string, error)
	// History asks for cells of this session and of those before.
	History func(ctx context.Context, q link.HistoryQuery) ([]link.PastCell, error)
	// RunGo runs code as a part of the cell: declarations stay, and the value
	// of the last expression is shown unless quiet.
	RunGo func(ctx context.Context, code string, quiet bool) error
	// Rerun runs a cell of the notebook again, inside this one.
	Rerun func(ctx context.Context, c lang.Cell) error
}

// A magicError is the failure of one magic line.
type magicError struct {
	line string
	err  error
}

func (e *magicError) Error() string { return e.err.Error() }
func (e *magicError) Unwrap() error { return e.err }

// magic runs one segment of the cell x that is not Go.
func (w *worker) magic(ctx context.Context, x link.Execute, seg lang.Segment) (value any, err error) {
	w.magics.Add(1)
	defer w.magics.Done()
	line := strings.TrimRight(seg.Line, " \t\r")
	defer func() {
		if r := recover(); r != nil {
			err = &magicError{line, fmt.Errorf("%s: internal fault: %v\n%s", line, r, debug.Stack())}
		}
	}()
	if w.opt.Magics == nil {
		return nil, &magicError{line, hint.New(errors.New("magics are not part of this worker"), "write Go")}
	}
	value, err = w.opt.Magics.Run(ctx, MagicCall{
		Line: line, Body: seg.Body, Cell: seg.Kind == lang.CellMagic,
		Out: w.once, Session: w.session, Kernel: x.Session, In: cellOf(x), CellOf: w.cellOf,
		Input:   func(prompt string, password bool) (string, error) { return w.input(ctx, x, prompt, password) },
		History: w.past,
		RunGo: func(ctx context.Context, code string, quiet bool) error {
			show := w.show
			if quiet {
				show = nil
			}
			_, err := w.runGo(ctx, x, code, show)
			return err
		},
		Rerun: func(ctx context.Context, c lang.Cell) error { return w.rerun(ctx, x, c) },
	})
	switch {
	case err == nil:
		return value, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	}
	return nil, &magicError{line, err}
}
