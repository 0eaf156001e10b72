package magics

import (
	"context"
	"fmt"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/usage"
)

// tagHidden is the tag of a run that used values of hidden state.
const tagHidden = "hidden_state"

// begun records what a run gets without asking once it is open: what it uses of
// the machine, until end is called, its uncommitted changes, and a warning where
// it uses values that the notebook would not make again.
func begun(ctx context.Context, env *Env, store tracker.Store, run tracker.Run) (end func()) {
	warnHidden(ctx, env, store, run)
	keepDiff(ctx, env, store, run)
	return usage.Watch(ctx, store, run, usage.Options{Now: env.Now})
}

// warnHidden says under the cell, and in the run's tag, what of hidden state the
// running cell uses.
func warnHidden(ctx context.Context, env *Env, store tracker.Store, run tracker.Run) {
	if env.Session == nil {
		return
	}
	list := env.Session.Hidden()
	if len(list) == 0 {
		return
	}
	warn(env, fmt.Sprintf("run %s uses values that the notebook, as it stands, would not make again:\n  %s", run.Name, strings.Join(list, "\n  ")))
	if err := store.SetTags(ctx, run.ID, map[string]string{tagHidden: strings.Join(list, "; ")}); err != nil {
		warn(env, fmt.Sprintf("run %s: %v", run.Name, err))
	}
}

// keepDiff keeps the uncommitted changes of the work tree as an artifact.
func keepDiff(ctx context.Context, env *Env, store tracker.Store, run tracker.Run) {
	if !run.Source.Git.Dirty {
		return
	}
	diff, err := tracker.GitDiff(ctx, ".")
	if err == nil && len(diff) > 0 {
		err = tracker.Keep(ctx, store, run.ID, "git.diff", "text/x-diff", diff)
	}
	if err != nil {
		warn(env, fmt.Sprintf("run %s: keep the uncommitted changes: %v", run.Name, err))
	}
}

func warn(env *Env, text string) {
	fmt.Fprintln(env.Stderr, "warning:", text)
}
