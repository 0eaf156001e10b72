package magics

import (
	"context"
	"fmt"
	"reflect"
	"strconv"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

var stale = Magic{
	Name:  "stale",
	Short: "List the cells whose inputs have changed since they ran",
	Long: "A cell is stale when something that it read was set or declared again by another cell, when the cell that it read from has " +
		"run again with another text, or when it comes from a stale one. A cell is the same one by the id that JupyterLab gives it; " +
		"a front end without ids has a new cell for each text. Cells of which nothing is left are not listed.",
	Door:   Notebook,
	Result: reflect.TypeFor[[]tracker.Cell](),
	Bind:   func(*pflag.FlagSet) Func { return runStale },
}

func runStale(_ context.Context, env *Env, _ *Call) (Result, error) {
	if env.Session == nil {
		return Result{}, fmt.Errorf("stale: %w", ErrNoSession)
	}
	list := env.Session.Stale()
	t := display.Table{Columns: []string{"cell", "because", "code"}, Limit: -1, Empty: "no cell is stale"}
	for _, s := range list {
		t.Rows = append(t.Rows, []any{fmt.Sprintf("[%d]", s.Cell.Count), clip(s.Because, 40), clip(firstLine(s.Cell.Code), 30)})
	}
	if len(list) > 0 {
		t.Note = env.Prefix + "rerun brings them up to date"
	}
	return Result{Value: cellsOf(list), Show: show(t.Display())}, nil
}

var rerun = Magic{
	Name:  "rerun",
	Usage: "[CELL]",
	Short: "Run stale cells again, in order",
	Long: "Without a number it runs the cells that %stale lists, each after those that it reads from, and shows their outputs. CELL is " +
		"the number n of a cell [n]: it and all that depend on it are run. A cell runs in the text in which it last ran and keeps its " +
		"number; JupyterLab shows the outputs under the cell with %rerun. It stops at the first error.",
	Examples: []string{"rerun", "rerun 3 --dry-run"},
	Max:      1,
	Door:     Notebook,
	Result:   reflect.TypeFor[[]tracker.Cell](),
	Args:     staleNumbers,
	Bind: func(fs *pflag.FlagSet) Func {
		var o rerunOptions
		fs.BoolVar(&o.DryRun, "dry-run", false, "say what would run, and run nothing")
		return o.run
	},
}

type rerunOptions struct{ DryRun bool }

func staleNumbers(_ context.Context, env *Env, _ string) []string {
	var list []string
	if env.Session != nil {
		for _, s := range env.Session.Stale() {
			list = append(list, strconv.Itoa(s.Cell.Count))
		}
	}
	return list
}

func (o *rerunOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	if env.Session == nil {
		return Result{}, fmt.Errorf("rerun: %w", ErrNoSession)
	}
	var fixed []tracker.Cell
	if len(c.Args) == 1 {
		n, err := strconv.Atoi(c.Args[0])
		if err != nil {
			return Result{}, usagef("the number in brackets beside the cell: "+env.Prefix+"rerun 3", "rerun %s: not a number", c.Args[0])
		}
		if fixed = env.Session.Dependants(n); fixed == nil {
			return Result{}, hint.New(fmt.Errorf("rerun: no cell [%d]", n), "a cell that ran again has the number of its last run")
		}
	}
	if o.DryRun {
		if len(c.Args) == 0 {
			fixed = cellsOf(env.Session.Stale())
		}
		return Result{Value: fixed, Show: show(planned(fixed))}, nil
	}
	var ran []tracker.Cell
	var err error
	if len(c.Args) == 1 {
		ran, err = rerunAll(ctx, env, fixed)
	} else {
		ran, err = rerunStale(ctx, env)
	}
	if err != nil {
		return Result{}, err
	}
	text := "no cell is stale"
	if len(ran) > 0 {
		text = "ran " + counted(len(ran), "cell") + " again"
	}
	if left := len(env.Session.Stale()); left > 0 && len(ran) > 0 {
		text += fmt.Sprintf("; %s still stale: see %sstale", counted(left, "cell"), env.Prefix)
	}
	return Result{Value: ran, Show: show(display.Text(text))}, nil
}

func cellsOf(list []Stale) []tracker.Cell {
	var cells []tracker.Cell
	for _, s := range list {
		cells = append(cells, s.Cell)
	}
	return cells
}

func planned(cells []tracker.Cell) display.Bundle {
	t := display.Table{Columns: []string{"cell", "code"}, Limit: -1, Empty: "no cell is stale"}
	for _, c := range cells {
		t.Rows = append(t.Rows, []any{fmt.Sprintf("[%d]", c.Count), clip(firstLine(c.Code), 64)})
	}
	return t.Display()
}

// rerunStale runs the first stale cell, looks again, and so on: what a cell makes
// may be what it was, and then the cells that read it are not stale any more. No
// cell runs twice.
func rerunStale(ctx context.Context, env *Env) ([]tracker.Cell, error) {
	var ran []tracker.Cell
	done := map[string]bool{}
	for {
		var next *tracker.Cell
		for _, s := range env.Session.Stale() {
			if !done[s.Cell.CellID+"\n"+s.Cell.Code] {
				next = &s.Cell
				break
			}
		}
		if next == nil {
			return ran, nil
		}
		done[next.CellID+"\n"+next.Code] = true
		one, err := rerunAll(ctx, env, []tracker.Cell{*next})
		if err != nil {
			return ran, err
		}
		ran = append(ran, one...)
	}
}

func rerunAll(ctx context.Context, env *Env, cells []tracker.Cell) ([]tracker.Cell, error) {
	for _, c := range cells {
		if err := env.Out.Publish(display.Text(fmt.Sprintf("[%d] %s", c.Count, clip(firstLine(c.Code), width-8)))); err != nil {
			return nil, err
		}
		if err := env.Session.Rerun(ctx, c); err != nil {
			return nil, err
		}
	}
	return cells, nil
}
