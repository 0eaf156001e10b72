// Package magics has the steps of the machine learning lifecycle as a person
// types them: %train in a cell, cellar train in a shell. A magic is thin: it
// parses flags, calls one library function and hands the result to display.
// It knows neither Jupyter nor how Go in cells is run: both come in with Env.
package magics

import (
	"context"
	"io"
	"reflect"
	"time"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/tracker"
)

// A Magic is one step, defined once for both front doors. Help, completion,
// the man page and docs/magics.md come from it.
type Magic struct {
	Name     string
	Usage    string   // the positional arguments: "FAMILY", "A B [C...]"
	Short    string   // one line, as an order: "List the magics"
	Long     string   // further paragraphs, plain text
	Examples []string // whole lines as typed after the % or "cellar "

	// Min and Max bound the number of arguments; a negative Max is no bound.
	Min, Max int

	// Bind declares the flags and returns what runs once they are parsed.
	Bind func(*pflag.FlagSet) Func

	// Args completes a positional argument, Values that of a flag by its name.
	Args   Completer
	Values map[string]Completer

	Result reflect.Type // what `name := %magic` binds; nil: nothing
	Door   Door
	Body   Body
	Go     bool    // Raw: that text, and the body, is Go
	Raw    bool    // the text after the flags stays as it was typed, in Call.Rest
	Sub    []Magic // named by the first argument; then Bind is not used
}

// A Func runs a magic. A result that comes with an error is shown before it.
type Func func(ctx context.Context, env *Env, c *Call) (Result, error)

// A Completer returns the words that may stand where typed stands, each alone
// or with a tab and a note on it. The caller keeps those that begin with typed.
type Completer func(ctx context.Context, env *Env, typed string) []string

// A Door says where a magic can be used.
type Door int

// The doors.
const (
	Both     Door = iota
	Notebook      // makes no sense in a shell
)

// A Body says whether a magic takes the rest of its cell.
type Body int

// The bodies.
const (
	NoBody   Body = iota // a line only
	MayBody              // %name and %%name
	MustBody             // %%name only
)

// A Call is one use of a magic.
type Call struct {
	Line string   // as typed, for the record: "%train mlp --data wine"
	Args []string // positional
	Rest string   // Raw: what follows the flags
	Body string   // what follows the line of a %% cell
	Cell bool     // a %% cell
}

// A Result is what a step made. Value is what `name := %step` binds and what
// --json prints where JSON is nil. Show is what the person sees, in order.
type Result struct {
	Value any
	Show  []display.Bundle
	JSON  any
}

// Env is the world of a magic: the same step in a notebook, a shell and a test
// differs by its Env only.
type Env struct {
	Out            display.Sink
	Stdout, Stderr io.Writer // of commands that a magic starts
	Magics         []Magic
	Prefix         string // what stands before a magic: "%", or "cellar " in a shell
	Plain          bool   // Out shows text only, so that no picture need be drawn
	Width          int    // columns of Out; 0 means 80

	// Store opens the store at first use and returns the same one afterwards.
	Store    func(ctx context.Context) (tracker.Store, error)
	Session  Session          // nil in a shell
	Compiler Compiler         // nil where nothing can be compiled
	Now      func() time.Time // nil: the machine's clock

	// History asks for cells of this session and of those before; nil where
	// none is kept.
	History func(ctx context.Context, q PastQuery) ([]PastCell, error)
	// Given are the flags on the line that is being completed.
	Given map[string]string
}

// A Session is the Go of the notebook.
type Session interface {
	// Eval returns the value of one Go expression.
	Eval(ctx context.Context, expr string) (any, error)
	// RunGo runs code as a cell: what it declares stays, and the value of its
	// last expression is shown unless quiet.
	RunGo(ctx context.Context, code string, quiet bool) error
	// Names lists what the session's cells have declared, by name.
	Names() []Variable
	// Closure is the Go source of a declared name and of all it depends on.
	Closure(name string) string
	// Cells lists the cells that the running one depends on, and itself: each in
	// the text that made what is used, in the order in which they ran.
	Cells() []tracker.Cell
	// Slice lists the cells that what stands under a name was made from. Things
	// of the store go by "dataset NAME", "model NAME" and "run NAME". It is nil
	// for a name that no cell made.
	Slice(name string) []Step
	// Stale lists the cells whose inputs have changed since they ran, in the
	// order in which to run them again.
	Stale() []Stale
	// Dependants is the newest cell with a number and those that depend on it, in
	// the order in which to run them again; nil for a number that no cell has.
	Dependants(n int) []tracker.Cell
	// Origin is the cell that the caller's goroutine belongs to.
	Origin() tracker.Origin
	// Hidden says which values the running cell uses that the notebook would not
	// make again as it stands: "df: [3] was deleted".
	Hidden() []string
	// Rerun runs a cell again and shows its outputs under the running one.
	Rerun(ctx context.Context, c tracker.Cell) error
}

// A Step is a cell of a slice.
type Step struct {
	Cell  tracker.Cell `json:"cell"`
	Makes []string     `json:"makes"`          // what later cells of the slice use
	From  []int        `json:"from,omitempty"` // the cells that it uses
}

// A Stale is a cell that would give something else if it ran now.
type Stale struct {
	Cell    tracker.Cell `json:"cell"`
	Because string       `json:"because"` // "x changed in [7]"
}

// A Variable is a name that the session has declared.
type Variable struct {
	Name  string `json:"name"`
	Kind  string `json:"kind"` // var, func, type, const
	Type  string `json:"type"`
	Value string `json:"value,omitempty"`
	Cell  int    `json:"cell,omitempty"`
	Len   int    `json:"len"` // of a slice, map, array, channel or string; -1 for others
	Cap   int    `json:"cap"` // of a slice or channel; -1 for others

	// Size is about how many bytes a variable holds, with all that it points
	// to; whole is false when it holds more. It looks, so it takes time; nil for
	// what is no variable.
	Size func() (bytes int64, whole bool) `json:"-"`
}

// find returns the magic with a name, or nil.
func find(table []Magic, name string) *Magic {
	for i := range table {
		if table[i].Name == name {
			return &table[i]
		}
	}
	return nil
}

func names(table []Magic) []string {
	var list []string
	for _, m := range table {
		list = append(list, m.Name)
	}
	return list
}
