package sqlite

import (
	"cmp"
	"context"
	"errors"

	"github.com/cellar-ml/cellar/tracker"
)

// ChangeModel makes one change and records it: see tracker.Store.
func (s *Store) ChangeModel(ctx context.Context, c tracker.ModelChange) (e tracker.ModelEvent, err error) {
	if err := c.Check(); err != nil {
		return e, err
	}
	err = s.update(ctx, string(c.Do)+" model "+c.Model, func(t *tx) error {
		e, err = t.changeModel(s, c)
		return err
	})
	if err != nil {
		return tracker.ModelEvent{}, err
	}
	return e, nil
}

func (t *tx) changeModel(s *Store, c tracker.ModelChange) (tracker.ModelEvent, error) {
	none := tracker.ModelEvent{}
	m, err := t.registered(c.Model)
	missing := errors.Is(err, tracker.ErrNotFound)
	switch {
	case err != nil && !missing:
		return none, err
	case c.Do == tracker.ActCreate && !missing:
		return none, c.Fail(tracker.TakenName(c.Model))
	case c.Do == tracker.ActCreate:
		return t.createModel(c, c.Event(s.now()))
	case missing:
		return none, c.Fail(tracker.ErrNotFound)
	}
	var version *tracker.Model
	if c.Version > 0 && c.Do != tracker.ActUnalias {
		found, err := t.models("WHERE m.name = ? AND version = ?", c.Model, c.Version)
		if err != nil {
			return none, err
		}
		if len(found) == 0 {
			return none, c.Fail(tracker.ErrNotFound)
		}
		version = &found[0]
	}
	switch c.Do {
	case tracker.ActDelete:
		return t.deleteModel(c, c.Event(s.now()))
	case tracker.ActRename:
		return t.renameModel(c, c.Event(s.now()))
	}
	e, err := c.Apply(&m, version, s.now())
	if err != nil || e.Do == "" {
		return none, err
	}
	if err := t.keepModel(m, version, e); err != nil {
		return none, err
	}
	return t.event(e)
}

// keepModel writes what an event changed.
func (t *tx) keepModel(m tracker.RegisteredModel, v *tracker.Model, e tracker.ModelEvent) error {
	if _, err := t.exec("UPDATE registered_models SET description = ?, tags = ?, updated = ? WHERE name = ?",
		m.Description, packed(m.Tags), nanos(m.Updated), m.Name); err != nil {
		return err
	}
	if v != nil {
		if _, err := t.exec("UPDATE models SET description = ?, stage = ?, tags = ?, updated = ? WHERE name = ? AND version = ?",
			v.Description, string(v.Stage), packed(v.Tags), nanos(v.Updated), v.Name, v.Version); err != nil {
			return err
		}
	}
	if e.Alias == "" {
		return nil
	}
	query, args := "DELETE FROM model_aliases WHERE name = ? AND alias = ?", []any{m.Name, e.Alias}
	if e.To > 0 {
		query, args = "INSERT INTO model_aliases (name, alias, version) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version", append(args, e.To)
	}
	_, err := t.exec(query, args...)
	return err
}

func (t *tx) createModel(c tracker.ModelChange, e tracker.ModelEvent) (tracker.ModelEvent, error) {
	tags := tracker.SetTags(nil, c.Tags)
	if _, err := t.exec("INSERT INTO registered_models (name, description, tags, created, updated) VALUES (?1, ?2, ?3, ?4, ?4)",
		c.Model, c.Value, packed(tags), nanos(e.Time)); err != nil {
		return e, err
	}
	return t.event(e)
}

// renameModel gives a model, its versions and its history another name.
func (t *tx) renameModel(c tracker.ModelChange, e tracker.ModelEvent) (tracker.ModelEvent, error) {
	if _, err := t.registered(c.Value); !errors.Is(err, tracker.ErrNotFound) {
		return e, cmp.Or(err, c.Fail(tracker.TakenName(c.Value)))
	}
	for _, query := range []string{
		"UPDATE models SET name = ?2 WHERE name = ?1", // the aliases follow
		"UPDATE registered_models SET name = ?2 WHERE name = ?1",
		"UPDATE model_events SET name = ?2 WHERE name = ?1",
		"UPDATE edges SET from_id = ?2 || substr(from_id, length(?1) + 1) WHERE from_kind = 'model' AND substr(from_id, 1, length(?1) + 1) = ?1 || '@'",
		"UPDATE edges SET to_id = ?2 || substr(to_id, length(?1) + 1) WHERE to_kind = 'model' AND substr(to_id, 1, length(?1) + 1) = ?1 || '@'",
	} {
		if _, err := t.exec(query, c.Model, c.Value); err != nil {
			return e, err
		}
	}
	if _, err := t.exec("UPDATE registered_models SET updated = ? WHERE name = ?", nanos(e.Time), c.Value); err != nil {
		return e, err
	}
	return t.event(e)
}

// deleteModel removes a version, or the name with all of them.
func (t *tx) deleteModel(c tracker.ModelChange, e tracker.ModelEvent) (tracker.ModelEvent, error) {
	versions, err := t.models("WHERE m.name = ?1 AND (version = ?2 OR ?2 = 0) ORDER BY version", c.Model, c.Version)
	if err != nil {
		return e, err
	}
	for _, v := range versions {
		var user string
		if len(v.Aliases) > 0 {
			user = "the alias @" + v.Aliases[0]
		} else if _, err := t.one([]any{&user}, "SELECT to_kind || ' ' || to_id FROM edges WHERE from_kind = 'model' AND from_id = ? LIMIT 1", v.Ref()); err != nil {
			return e, err
		}
		if user != "" && !c.Force {
			return e, c.Fail(tracker.InUse(user))
		}
	}
	for _, v := range versions {
		for _, query := range []string{
			"DELETE FROM model_aliases WHERE name = ?1 AND version = ?2",
			"DELETE FROM edges WHERE from_kind = 'model' AND from_id = ?1 || '@v' || ?2 OR to_kind = 'model' AND to_id = ?1 || '@v' || ?2",
			"DELETE FROM models WHERE name = ?1 AND version = ?2",
		} {
			if _, err := t.exec(query, v.Name, v.Version); err != nil {
				return e, err
			}
		}
	}
	if c.Version == 0 {
		_, err = t.exec("DELETE FROM registered_models WHERE name = ?", c.Model)
	} else {
		_, err = t.exec("UPDATE registered_models SET updated = ? WHERE name = ?", nanos(e.Time), c.Model)
	}
	if err != nil {
		return e, err
	}
	return t.event(e)
}

// event records an event and gives it its number.
func (t *tx) event(e tracker.ModelEvent) (out tracker.ModelEvent, err error) {
	e.Seq, err = t.insert(`INSERT INTO model_events (time, who, action, name, from_version, to_version, alias, was, value, tags, why)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		nanos(e.Time), e.Who, string(e.Do), e.Model, e.From, e.To, e.Alias, e.Was, e.Value, packed(e.Tags), e.Why)
	return e, err
}

// ModelEvents lists the changes of one name, or of all, oldest first.
func (s *Store) ModelEvents(ctx context.Context, name string) ([]tracker.ModelEvent, error) {
	var out []tracker.ModelEvent
	err := s.view(ctx, "list events of model "+name, func(t *tx) error {
		return t.each(func(scan func(...any) error) error {
			var e tracker.ModelEvent
			var tags []byte
			if err := scan(&e.Seq, when{&e.Time}, &e.Who, &e.Do, &e.Model, &e.From, &e.To, &e.Alias, &e.Was, &e.Value, &tags, &e.Why); err != nil {
				return err
			}
			out = append(out, e)
			return unpack("tags of an event", tags, &out[len(out)-1].Tags)
		}, `SELECT id, time, who, action, name, from_version, to_version, alias, was, value, tags, why FROM model_events
			WHERE name = ?1 OR ?1 = '' ORDER BY id`, name)
	})
	return out, err
}
