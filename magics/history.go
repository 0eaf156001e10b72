package magics

import (
	"context"
	"errors"
	"fmt"
	"html"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
)

// A PastQuery asks for cells of this session and of those before: those of one
// session from Start up to, not including, Stop; or, with All, the newest N of
// every session whose text fits Pattern. A Session of 0 is this one, -1 the one
// before; a Stop or N of 0 is no bound.
type PastQuery struct {
	Session, Start, Stop int
	All                  bool
	Pattern              string // with * and ?; "" fits everything
	N                    int
	Unique               bool // of cells with the same text the newest
}

// A PastCell is a cell that ran.
type PastCell struct {
	Session int    `json:"session"`
	Line    int    `json:"line"`
	Input   string `json:"input"`
	Output  string `json:"output,omitempty"`
}

var history = Magic{
	Name:  "history",
	Usage: "[N|N-M...]",
	Short: "Show the cells that ran, of this session and of those before",
	Long: "N is a cell of this session, N-M several. --search looks through every session, for a part of a cell or a pattern with " +
		"* and ?. cells := %history binds their text.",
	Examples: []string{"history", "history 3-5 --output", "history --search 'train*mlp' --unique", "history --session -1", "cells := %history --last 100"},
	Max:      -1,
	Door:     Notebook,
	Result:   reflect.TypeFor[[]string](),
	Args:     pastLines,
	Bind: func(fs *pflag.FlagSet) Func {
		var o historyOptions
		fs.SortFlags = false
		fs.StringVarP(&o.Search, "search", "g", "", "`text` or pattern that the cell has")
		fs.BoolVarP(&o.Output, "output", "o", false, "show results too")
		fs.BoolVarP(&o.Unique, "unique", "u", false, "of cells with the same text only the newest")
		fs.IntVarP(&o.Last, "last", "l", 0, "the newest `n` of all sessions")
		fs.IntVarP(&o.Session, "session", "s", 0, "cells of the session with this `number`; -1 is the one before")
		return o.run
	},
}

type historyOptions struct {
	Search         string
	Output, Unique bool
	Last, Session  int
}

var errNoHistory = errors.New("no history is kept here")

func (o *historyOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	if env.History == nil {
		return Result{}, fmt.Errorf("history: %w", errNoHistory)
	}
	cells, err := o.find(ctx, env, c.Args)
	if err != nil {
		return Result{}, err
	}
	var inputs []string
	var b strings.Builder
	for _, p := range cells {
		inputs = append(inputs, p.Input)
		fmt.Fprintf(&b, "%s: %s\n", p.number(o.everywhere()), indented(p.Input))
		if o.Output && p.Output != "" {
			fmt.Fprintf(&b, "%s  %s\n", strings.Repeat(" ", len(p.number(o.everywhere()))), indented("→ "+p.Output))
		}
	}
	text := strings.TrimRight(b.String(), "\n")
	if len(cells) == 0 {
		text = "no such cells"
	}
	return Result{Value: inputs, JSON: cells, Show: show(display.HTML("<pre>"+html.EscapeString(text)+"</pre>", text))}, nil
}

// everywhere reports whether cells of several sessions are shown.
func (o *historyOptions) everywhere() bool { return o.Search != "" || o.Last > 0 }

// find is the cells that are asked for, without the one that asks.
func (o *historyOptions) find(ctx context.Context, env *Env, args []string) ([]PastCell, error) {
	switch {
	case o.Last < 0:
		return nil, usagef("1 or more", "history: --last %d", o.Last)
	case o.everywhere() && (len(args) > 0 || o.Session != 0):
		return nil, usagef("leave the numbers away, or --search and --last", "history: numbers are of one session, --search and --last of all")
	case o.everywhere():
		return o.search(ctx, env)
	}
	if len(args) == 0 {
		args = []string{"1-"}
	}
	var all []PastCell
	for _, a := range args {
		start, stop, err := lineRange(a)
		if err != nil {
			return nil, err
		}
		cells, err := env.History(ctx, PastQuery{Session: o.Session, Start: start, Stop: stop})
		if err != nil {
			return nil, err
		}
		if a == "1-" && o.Session == 0 {
			cells = beforeThis(env, cells)
		}
		all = append(all, cells...)
	}
	if o.Unique {
		all = newestOf(all)
	}
	return all, nil
}

func (o *historyOptions) search(ctx context.Context, env *Env) ([]PastCell, error) {
	q := PastQuery{All: true, Unique: o.Unique}
	if o.Search != "" {
		q.Pattern = "*" + o.Search + "*"
	}
	if o.Last > 0 {
		q.N = o.Last + 1 // the cell that asks is one of them
	}
	cells, err := env.History(ctx, q)
	cells = beforeThis(env, cells)
	if o.Last > 0 {
		cells = cells[max(0, len(cells)-o.Last):]
	}
	return cells, err
}

// beforeThis leaves out the newest cell when it is the one that asks.
func beforeThis(env *Env, cells []PastCell) []PastCell {
	if env.Session == nil || len(cells) == 0 {
		return cells
	}
	ran, last := env.Session.Cells(), cells[len(cells)-1]
	if n := len(ran); n > 0 && ran[n-1].Count == last.Line && ran[n-1].Code == last.Input {
		return cells[:len(cells)-1]
	}
	return cells
}

func newestOf(cells []PastCell) []PastCell {
	seen := map[string]bool{}
	var out []PastCell
	for _, c := range slices.Backward(cells) {
		if !seen[c.Input] {
			seen[c.Input] = true
			out = append(out, c)
		}
	}
	slices.Reverse(out)
	return out
}

// lineRange reads N, N-M and N-. Stop is past the last; 0 is no bound.
func lineRange(s string) (start, stop int, err error) {
	from, to, ranged := strings.Cut(s, "-")
	start, err = strconv.Atoi(from)
	switch {
	case err != nil:
	case !ranged:
		stop = start + 1
	case to != "":
		stop, err = strconv.Atoi(to)
		stop++
	}
	if err != nil || start < 1 || stop != 0 && stop <= start {
		return 0, 0, hint.New(&UsageError{fmt.Errorf("history: %s is no range of cells", s)}, "write 4, 4-6 or 4-; to look for text --search TEXT")
	}
	return start, stop, nil
}

func (p PastCell) number(session bool) string {
	if session {
		return strconv.Itoa(p.Session) + "/" + strconv.Itoa(p.Line)
	}
	return strconv.Itoa(p.Line)
}

// indented keeps the lines of a cell under its first.
func indented(text string) string { return strings.ReplaceAll(text, "\n", "\n    ") }

// pastLines are the cells of this session.
func pastLines(ctx context.Context, env *Env, _ string) []string {
	if env.History == nil {
		return nil
	}
	cells, err := env.History(ctx, PastQuery{Start: 1})
	if err != nil {
		return nil
	}
	var list []string
	for _, c := range cells {
		first, _, _ := strings.Cut(c.Input, "\n")
		list = append(list, strconv.Itoa(c.Line)+"\t"+first)
	}
	return list
}
