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
	Raw    bool    // the text after the flags stays as it was typed, in Call.Rest
	Sub    []Magic // named by the first argument; then Bind is not used
}

// A Func runs a magic.
type Func func(ctx context.Context, env *Env, c *Call) (Result, error)

// A Completer returns the words that may stand where typed stands. The caller
// keeps those that begin with it.
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

	// Store opens the store at first use and returns the same one afterwards.
	Store    func(ctx context.Context) (tracker.Store, error)
	Session  Session          // nil in a shell
	Compiler Compiler         // nil where nothing can be compiled
	Now      func() time.Time // nil: the machine's clock
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
	// Cells lists the cells that ran, in order.
	Cells() []tracker.Cell
}

// A Variable is a name that the session has declared.
type Variable struct {
	Name  string `json:"name"`
	Kind  string `json:"kind"` // var, func, type, const
	Type  string `json:"type"`
	Value string `json:"value,omitempty"`
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
