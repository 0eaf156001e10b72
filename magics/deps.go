package magics

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
	"github.com/cellar-ml/cellar/tracker"
)

var deps = Magic{
	Name:  "deps",
	Usage: "NAME|RUN",
	Short: "List the cells that a value or a run was made from",
	Long: "NAME is a variable, function or type of the notebook, or a dataset or model that a cell of it made. For a run it is " +
		"what the tracker has recorded, so that it is there in a later session, and in a shell, too. The cells are those that made " +
		"what is used now, in the order in which they ran and in the text in which they ran. What a cell does to files is not seen, " +
		"nor a change through a pointer that is kept inside another value.",
	Examples: []string{"deps accuracy", "deps brisk-otter-12"},
	Min:      1,
	Max:      1,
	Args:     both(sessionNames, runNames),
	Result:   reflect.TypeFor[[]tracker.Cell](),
	Bind:     func(*pflag.FlagSet) Func { return runDeps },
}

func sessionNames(_ context.Context, env *Env, _ string) []string {
	var list []string
	if env.Session != nil {
		for _, v := range env.Session.Names() {
			list = append(list, v.Name)
		}
	}
	return list
}

func runDeps(ctx context.Context, env *Env, c *Call) (Result, error) {
	name := c.Args[0]
	steps, err := origin(ctx, env, name)
	if err != nil {
		return Result{}, err
	}
	t := display.Table{Columns: []string{"cell", "makes", "from", "code"}, Limit: -1,
		Empty: "no cells: " + name + " was not made in a notebook"}
	for _, s := range steps {
		var from []string
		for _, n := range s.From {
			from = append(from, fmt.Sprintf("[%d]", n))
		}
		t.Rows = append(t.Rows, []any{
			fmt.Sprintf("[%d]", s.Cell.Count), clip(strings.Join(s.Makes, ", "), 18), clip(strings.Join(from, " "), 12), clip(firstLine(s.Cell.Code), 34),
		})
	}
	var cells []tracker.Cell
	for _, s := range steps {
		cells = append(cells, s.Cell)
	}
	return Result{Value: cells, JSON: orEmpty(steps), Show: show(t.Display())}, nil
}

// origin finds what a name of the session, or of the store, was made from.
func origin(ctx context.Context, env *Env, name string) ([]Step, error) {
	if s := env.Session; s != nil {
		for _, v := range s.Names() {
			if v.Name == name {
				return s.Slice(name), nil
			}
		}
		for _, kind := range []string{tracker.KindRun, tracker.KindDataset, tracker.KindModel} {
			if steps := s.Slice(kind + " " + name); len(steps) > 0 {
				return steps, nil
			}
		}
	}
	store, err := env.Store(ctx)
	if err != nil {
		return nil, err
	}
	run, err := store.Run(ctx, name)
	if errors.Is(err, tracker.ErrNotFound) {
		known := both(sessionNames, runNames)(ctx, env, "")
		for i, w := range known {
			known[i], _, _ = strings.Cut(w, "\t")
		}
		h := "name a variable or function of the notebook, or a run; " + env.Prefix + "runs lists those"
		if near := nearest.Of(name, known, 3); len(near) > 0 {
			h = "did you mean " + strings.Join(near, " or ") + "? " + h
		}
		return nil, hint.New(fmt.Errorf("deps: nothing is called %s: %w", name, err), h)
	}
	if err != nil {
		return nil, err
	}
	var steps []Step
	for i, cell := range run.Source.Cells {
		s := Step{Cell: cell, Makes: []string{}}
		if i == len(run.Source.Cells)-1 {
			s.Makes = []string{"run " + run.Name}
		}
		steps = append(steps, s)
	}
	return steps, nil
}

func firstLine(code string) string {
	for line := range strings.Lines(code) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			return line
		}
	}
	return strings.TrimSpace(code)
}

// clip cuts text to n characters.
func clip(text string, n int) string {
	r := []rune(text)
	if len(r) <= n {
		return text
	}
	return string(r[:n-1]) + "…"
}
