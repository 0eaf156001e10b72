package tracker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Tags of a branch: the id of the run that it was cut off, and the step after
// which.
const (
	TagBranchOf   = "branch.of"
	TagBranchStep = "branch.step"
)

// Resume opens a closed run again for the running process, so that it can log
// more. It returns ErrInUse for a run whose process is alive.
func Resume(ctx context.Context, s Store, ref string) (Run, error) {
	r, err := s.Run(ctx, ref)
	if err != nil {
		return Run{}, err
	}
	if r.Status == Running {
		return Run{}, &RunError{Op: "resume", Run: r.Name, Err: fmt.Errorf("%w: it is open", ErrInUse)}
	}
	return s.ReopenRun(ctx, r.ID, Self())
}

// Rewind is Resume from a step: what the run logged after that step is taken off it
// and kept as a run of its own, a closed child with the same parameters and
// tags, and TagBranchOf and TagBranchStep. The branch is zero when nothing was logged after.
func Rewind(ctx context.Context, s Store, ref string, step int64) (run, branch Run, err error) {
	old, err := s.Run(ctx, ref)
	if err != nil {
		return Run{}, Run{}, err
	}
	if run, err = Resume(ctx, s, ref); err != nil {
		return Run{}, Run{}, err
	}
	// From here on the run is ours: what fails gives it back.
	keep := context.WithoutCancel(ctx)
	branch, err = cutOff(keep, s, old, step)
	if err != nil {
		return Run{}, Run{}, errors.Join(err, s.FinishRun(keep, run.ID, old.Status, old.Reason))
	}
	run, err = s.Run(keep, run.ID)
	return run, branch, err
}

func cutOff(ctx context.Context, s Store, old Run, step int64) (Run, error) {
	after, err := loggedAfter(ctx, s, old, step)
	if err != nil || !after {
		return Run{}, err
	}
	b := Run{Experiment: old.Experiment, Parent: old.ID, Kind: old.Kind, Started: old.Started, Source: old.Source, Params: old.Params,
		Name: fmt.Sprintf("%s after step %d", old.Name, step), Tags: maps.Clone(old.Tags)}
	if b.Tags == nil {
		b.Tags = map[string]string{}
	}
	b.Tags[TagBranchOf], b.Tags[TagBranchStep] = old.ID, fmt.Sprint(step)
	b.Source.Process = Self()
	if b, err = s.CreateRun(ctx, b); err != nil {
		return Run{}, err
	}
	if _, err = s.MovePoints(ctx, old.ID, step, b.ID); err != nil {
		return Run{}, errors.Join(err, s.FinishRun(ctx, b.ID, Failed, err.Error()))
	}
	if err := s.FinishRun(ctx, b.ID, old.Status, fmt.Sprintf("cut off when %s was resumed from step %d", old.Name, step)); err != nil {
		return Run{}, err
	}
	return s.Run(ctx, b.ID)
}

func loggedAfter(ctx context.Context, s Store, r Run, step int64) (bool, error) {
	for name := range r.Metrics {
		all, err := s.Curve(ctx, r.ID, name)
		if err != nil {
			return false, err
		}
		if all.Len() > 0 && slices.Max(all.Steps) > step {
			return true, nil
		}
	}
	return false, nil
}
