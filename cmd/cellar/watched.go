package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/tracker"
)

// A watched store tells the session which datasets, models and runs the magics
// of a cell read and make, so that a cell which trains on a dataset depends on
// the cell which loaded it. What only lists is not told.
type watched struct {
	tracker.Store
	cells *lang.Session
}

// made tells of a version. NAME is another thing after it; NAME@v2 is the same
// for ever.
func (w watched) made(kind, name, ref string, digest tracker.Digest) {
	w.cells.Touch(kind+" "+name, true, ref+" "+string(digest))
	w.cells.Touch(kind+" "+ref, true, ref+" "+string(digest))
}

func (w watched) PutDataset(ctx context.Context, d tracker.DatasetVersion) (tracker.DatasetVersion, error) {
	d, err := w.Store.PutDataset(ctx, d)
	if err == nil {
		w.made(tracker.KindDataset, d.Name, d.Ref(), d.Digest)
	}
	return d, err
}

func (w watched) Dataset(ctx context.Context, ref string) (tracker.DatasetVersion, error) {
	d, err := w.Store.Dataset(ctx, ref)
	if err == nil {
		w.read(tracker.KindDataset, ref, d.Ref())
	}
	return d, err
}

func (w watched) PutModel(ctx context.Context, m tracker.Model) (tracker.Model, error) {
	m, err := w.Store.PutModel(ctx, m)
	if err == nil {
		w.made(tracker.KindModel, m.Name, m.Ref(), m.Digest)
	}
	return m, err
}

func (w watched) Model(ctx context.Context, ref string) (tracker.Model, error) {
	m, err := w.Store.Model(ctx, ref)
	if err == nil {
		w.read(tracker.KindModel, ref, m.Ref())
		if _, _, alias, _ := tracker.ParseModelRef(ref); alias != "" {
			w.cells.Touch(tracker.KindModel+" "+ref, false, "")
		}
	}
	return m, err
}

// ChangeModel tells of an alias that moved: NAME@alias is another thing after it.
func (w watched) ChangeModel(ctx context.Context, c tracker.ModelChange) (tracker.ModelEvent, error) {
	e, err := w.Store.ChangeModel(ctx, c)
	if err == nil && e.Alias != "" {
		w.cells.Touch(tracker.KindModel+" "+e.Model+"@"+e.Alias, true, fmt.Sprint(e.To))
	}
	return e, err
}

// read tells of a version by the name that was used: the newest, or this one.
func (w watched) read(kind, used, ref string) {
	if !strings.Contains(used, "@") {
		ref = used
	}
	w.cells.Touch(kind+" "+ref, false, "")
}

func (w watched) CreateRun(ctx context.Context, r tracker.Run) (tracker.Run, error) {
	r, err := w.Store.CreateRun(ctx, r)
	if err == nil {
		w.cells.Touch(tracker.KindRun+" "+r.ID, true, r.ID)
		w.cells.Touch(tracker.KindRun+" "+r.Name, true, r.ID)
	}
	return r, err
}

func (w watched) Run(ctx context.Context, ref string) (tracker.Run, error) {
	r, err := w.Store.Run(ctx, ref)
	switch {
	case err != nil:
	case ref == r.Name:
		w.cells.Touch(tracker.KindRun+" "+r.Name, false, "")
	default:
		w.cells.Touch(tracker.KindRun+" "+r.ID, false, "")
	}
	return r, err
}
