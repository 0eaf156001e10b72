// Package registry promotes versions of models, takes that back by what was
// recorded of it, and gathers what is known of a model. It keeps nothing itself.
package registry

import (
	"context"
	"errors"
	"slices"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// Champion is the alias of the version that is in use, where none is named.
const Champion = "champion"

// By is who changes a model, as tracker.Who says it, and why.
type By struct{ Who, Why string }

// Promote lets an alias point to the version that ref names. The event is zero
// when it does so already.
func Promote(ctx context.Context, s tracker.Store, ref, alias string, by By) (tracker.ModelEvent, error) {
	m, err := s.Model(ctx, ref)
	if err != nil {
		return tracker.ModelEvent{}, err
	}
	return s.ChangeModel(ctx, tracker.ModelChange{
		Do: tracker.ActPromote, Model: m.Name, Version: m.Version, Alias: alias, Who: by.Who, Why: by.Why,
	})
}

// Rollback gives an alias back to the version that had it before, as Before
// says. It returns ErrNotFound when there was none, and ErrConflict when someone
// moves the alias at the same time.
func Rollback(ctx context.Context, s tracker.Store, name, alias string, by By) (tracker.ModelEvent, error) {
	none := tracker.ModelEvent{}
	c := tracker.ModelChange{Do: tracker.ActRollback, Model: name, Alias: alias, Who: by.Who, Why: by.Why}
	m, err := s.RegisteredModel(ctx, name)
	if err != nil {
		return none, err
	}
	if err := tracker.CheckAlias(alias); err != nil {
		return none, c.Fail(err)
	}
	events, err := s.ModelEvents(ctx, name)
	if err != nil {
		return none, err
	}
	there := map[int]bool{}
	all, err := s.Models(ctx)
	if err != nil {
		return none, err
	}
	for _, v := range all {
		there[v.Version] = there[v.Version] || v.Name == name
	}
	c.From = m.Aliases[alias]
	if c.Version = Before(events, alias, there); c.Version == 0 {
		return none, c.Fail(hint.New(tracker.Caused(tracker.ErrNotFound, "no version that is still there had @%s before", alias),
			"the history in models show says which versions had it; models promote gives it to any"))
	}
	return s.ChangeModel(ctx, c)
}

// Before is the version that had an alias before the one that has it now, or
// last had it; 0 for none. Events are those of one model, oldest first. A
// rollback counts as undone promotions: the next goes further back. Versions
// that are not there are passed over.
func Before(events []tracker.ModelEvent, alias string, there map[int]bool) int {
	var had []int // the last has it
	for _, e := range events {
		switch {
		case e.Alias != alias || e.To == e.From:
		case e.Do == tracker.ActRollback:
			if i := slices.Index(had, e.To); i >= 0 {
				had = had[:i]
			}
			had = append(had, e.To)
		default:
			had = append(had, e.To)
		}
	}
	now := 0
	for i, v := range slices.Backward(had) {
		if i == len(had)-1 {
			now = v
		} else if v != now && there[v] {
			return v
		}
	}
	return 0
}

// A Sheet is what is known of a model: all versions, or the one that was asked
// for. Both lists are newest first.
type Sheet struct {
	Model    tracker.RegisteredModel `json:"model"`
	Versions []Version               `json:"versions"`
	History  []tracker.ModelEvent    `json:"history"`
	One      bool                    `json:"-"` // of one version
}

// A Version is a version with what the tracker knows about how it came to be.
type Version struct {
	tracker.Model
	RunName string                    `json:"run_name,omitempty"`
	Metrics map[string]tracker.Number `json:"metrics"`
	Data    []string                  `json:"data"` // the dataset versions that its run read
	Card    string                    `json:"card,omitempty"`
}

// Open gathers the sheet of "name", "name@v3" or "name@alias"; ErrNotFound when
// there is no such model.
func Open(ctx context.Context, s tracker.Store, ref string) (*Sheet, error) {
	name, version, alias, err := tracker.ParseModelRef(ref)
	if err != nil {
		return nil, err
	}
	sheet := &Sheet{Versions: []Version{}, One: version > 0 || alias != "" || name != ref}
	if sheet.Model, err = s.RegisteredModel(ctx, name); err != nil {
		return nil, err
	}
	var models []tracker.Model
	if sheet.One {
		m, err := s.Model(ctx, ref)
		if err != nil {
			return nil, err
		}
		models = []tracker.Model{m}
	} else if models, err = versions(ctx, s, name); err != nil {
		return nil, err
	}
	if err := sheet.fill(ctx, s, models); err != nil {
		return nil, err
	}
	events, err := s.ModelEvents(ctx, name)
	sheet.History = []tracker.ModelEvent{}
	for _, e := range slices.Backward(events) {
		if !sheet.One || e.From == models[0].Version || e.To == models[0].Version {
			sheet.History = append(sheet.History, e)
		}
	}
	return sheet, err
}

// versions are those of one name, newest first.
func versions(ctx context.Context, s tracker.Store, name string) ([]tracker.Model, error) {
	all, err := s.Models(ctx)
	all = slices.DeleteFunc(all, func(m tracker.Model) bool { return m.Name != name })
	slices.Reverse(all)
	return all, err
}

func (sheet *Sheet) fill(ctx context.Context, s tracker.Store, models []tracker.Model) error {
	var runs []tracker.Node
	for _, m := range models {
		if m.Run != "" {
			runs = append(runs, tracker.Node{Kind: tracker.KindRun, ID: m.Run})
		}
	}
	edges, err := s.EdgesTo(ctx, runs...)
	if err != nil {
		return err
	}
	data := map[string][]string{}
	for _, e := range edges {
		if e.From.Kind == tracker.KindDataset && !slices.Contains(data[e.To.ID], e.From.ID) {
			data[e.To.ID] = append(data[e.To.ID], e.From.ID)
		}
	}
	for _, m := range models {
		v := Version{Model: m, Data: []string{}, Metrics: map[string]tracker.Number{}}
		if m.Run != "" {
			v.Data = append(v.Data, data[m.Run]...)
			r, err := s.Run(ctx, m.Run)
			if err != nil && !errors.Is(err, tracker.ErrNotFound) {
				return err
			}
			v.RunName = r.Name
			for name, value := range r.Metrics {
				v.Metrics[name] = tracker.Number(value)
			}
		}
		if sheet.One && m.Run != "" {
			if v.Card, err = card(ctx, s, m.Run); err != nil {
				return err
			}
		}
		sheet.Versions = append(sheet.Versions, v)
	}
	return nil
}
