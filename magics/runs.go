package magics

import (
	"context"
	"errors"
	"reflect"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
	"github.com/cellar-ml/cellar/tracker"
)

var runsMagic = Magic{
	Name:   "runs",
	Usage:  "[STEP]",
	Short:  "List, find, show, start, resume, tag, delete and restore runs",
	Long:   "Without a step it lists. A run goes by its id, the first 4 or more characters of it, or its name.",
	Sub:    []Magic{runsList, runsSearch, runsShow, runsStart, runsResume, runsTag, runsDelete, runsRestore},
	Bind:   bindRunsList,
	Result: reflect.TypeFor[[]tracker.Run](),
	Values: runsListValues,
}

var runsTag = Magic{
	Name:     "tag",
	Usage:    "RUN NAME=VALUE...",
	Short:    "Set tags of a run; an empty value removes one",
	Examples: []string{"runs tag brisk-otter-12 reviewed=yes"},
	Min:      2,
	Max:      -1,
	Args:     runNames,
	Result:   reflect.TypeFor[tracker.Run](),
	Bind:     func(*pflag.FlagSet) Func { return tagRun },
}

func tagRun(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, run, err := findRun(ctx, env, c.Args[0])
	if err != nil {
		return Result{}, err
	}
	tags, err := parseTags("runs tag", c.Args[1:])
	if err != nil {
		return Result{}, err
	}
	if err := store.SetTags(ctx, run.ID, tags); err != nil {
		return Result{}, err
	}
	if run, err = store.Run(ctx, run.ID); err != nil {
		return Result{}, err
	}
	return Result{Value: run, Show: show(display.Text(run.Name + ": " + tagText(run.Tags)))}, nil
}

// findRun opens the store and finds a run; an unknown one comes with the names
// that are near.
func findRun(ctx context.Context, env *Env, ref string) (tracker.Store, tracker.Run, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return nil, tracker.Run{}, err
	}
	run, err := store.Run(ctx, ref)
	if errors.Is(err, tracker.ErrNotFound) {
		if gone, e := deletedRuns(ctx, store, ref); e == nil && len(gone) > 0 {
			return store, run, hint.New(err, "it was deleted: "+env.Prefix+"runs restore "+ref+" brings it back")
		}
		err = notFound(env, ref, err, runNames(ctx, env, ""), env.Prefix+"runs lists them all")
	}
	return store, run, err
}

// notFound adds to err what the person may have meant: a Go variable of that
// name, or one of the names that are there. Else the error's own hint stays.
func notFound(env *Env, ref string, err error, known []string, see string) error {
	if env.Session != nil {
		for _, v := range env.Session.Names() {
			if v.Name == ref {
				return hint.New(err, "for the value of the Go variable write {"+ref+"}")
			}
		}
	}
	if near := nearest.Of(ref, bare(known), 3); len(near) > 0 {
		return hint.New(err, "did you mean "+strings.Join(near, " or ")+"? "+see)
	}
	if hint.Of(err) == "" {
		return hint.New(err, see)
	}
	return err
}
