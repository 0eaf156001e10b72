package sqlite

import (
	"context"
	"maps"
	"slices"

	"github.com/cellar-ml/cellar/tracker"
)

// CreateExperiment makes one that has no runs yet: see tracker.Store.
func (s *Store) CreateExperiment(ctx context.Context, e tracker.Experiment) (tracker.Experiment, error) {
	if err := tracker.CheckName("experiment", e.Name); err != nil {
		return tracker.Experiment{}, err
	}
	out := tracker.NewExperiment(e, "", s.now())
	err := s.update(ctx, "create experiment", func(t *tx) error {
		if err := t.free(e.Name, ""); err != nil {
			return err
		}
		if _, err := t.exec("INSERT INTO experiments (name, created) VALUES (?, ?)", out.Name, nanos(out.Created)); err != nil {
			return err
		}
		if _, err := t.one([]any{&out.ID}, "SELECT id FROM experiments WHERE name = ?", out.Name); err != nil {
			return err
		}
		return t.setExperimentTags(out.ID, out.Tags)
	})
	if err != nil {
		return tracker.Experiment{}, err
	}
	return out, nil
}

// RenameExperiment gives an experiment another name: see tracker.Store.
func (s *Store) RenameExperiment(ctx context.Context, id, name string) error {
	if err := tracker.CheckName("experiment", name); err != nil {
		return err
	}
	return s.update(ctx, "rename experiment", func(t *tx) error {
		if err := t.free(name, id); err != nil {
			return err
		}
		n, err := t.exec("UPDATE experiments SET name = ? WHERE id = ?", name, id)
		if err == nil && n == 0 {
			err = tracker.NoExperiment(id)
		}
		return err
	})
}

// free refuses a name that an experiment other than id has.
func (t *tx) free(name, id string) error {
	var have string
	found, err := t.one([]any{&have}, "SELECT id FROM experiments WHERE name = ?", name)
	if err == nil && found && have != id {
		err = tracker.TakenExperiment(name)
	}
	return err
}

// SetExperimentTags sets or removes tags of an experiment.
func (s *Store) SetExperimentTags(ctx context.Context, id string, tags map[string]string) error {
	return s.update(ctx, "set tags of experiment", func(t *tx) error {
		var have string
		found, err := t.one([]any{&have}, "SELECT id FROM experiments WHERE id = ?", id)
		if err == nil && !found {
			err = tracker.NoExperiment(id)
		}
		if err != nil {
			return err
		}
		return t.setExperimentTags(id, tags)
	})
}

func (t *tx) setExperimentTags(id string, tags map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(tags)) {
		query, args := "INSERT OR REPLACE INTO experiment_tags (experiment, name, value) VALUES (?, ?, ?)", []any{id, name, tags[name]}
		if tags[name] == "" {
			query, args = "DELETE FROM experiment_tags WHERE experiment = ? AND name = ?", args[:2]
		}
		if _, err := t.exec(query, args...); err != nil {
			return err
		}
	}
	return nil
}

// experimentTags fills the tags of experiments.
func (t *tx) experimentTags(list []tracker.Experiment) error {
	at := map[string]int{}
	for i, e := range list {
		at[e.ID] = i
	}
	return t.each(func(scan func(...any) error) error {
		var id, name, value string
		if err := scan(&id, &name, &value); err != nil {
			return err
		}
		i, ok := at[id]
		if !ok {
			return nil
		}
		if list[i].Tags == nil {
			list[i].Tags = map[string]string{}
		}
		list[i].Tags[name] = value
		return nil
	}, "SELECT experiment, name, value FROM experiment_tags")
}
