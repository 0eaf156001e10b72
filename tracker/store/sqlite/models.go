package sqlite

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"

	"github.com/cellar-ml/cellar/tracker"
)

// PutModel registers a version: see tracker.Store.
func (s *Store) PutModel(ctx context.Context, m tracker.Model) (tracker.Model, error) {
	if err := tracker.CheckModel(m); err != nil {
		return tracker.Model{}, err
	}
	err := s.update(ctx, "put model "+m.Name, func(t *tx) error {
		var run any
		if m.Run != "" {
			row, _, err := t.runRow("put a model of", m.Run)
			if err != nil {
				return err
			}
			run = row
		}
		m.Created, m.Aliases, m.Tags = s.now().Round(0).UTC(), nil, maps.Clone(m.Tags)
		m.Updated = m.Created
		if err := t.number(&m); err != nil {
			return err
		}
		if _, err := t.exec(`INSERT INTO registered_models (name, description, tags, created, updated) VALUES (?1, '', '{}', ?2, ?2)
			ON CONFLICT DO UPDATE SET updated = ?2`, m.Name, nanos(m.Created)); err != nil {
			return err
		}
		if _, err := t.exec(`INSERT INTO models (name, version, run, digest, family, created, made_by, description, stage, tags, updated)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, m.Name, m.Version, run, string(m.Digest), m.Family, nanos(m.Created),
			m.By, m.Description, string(m.Stage), packed(m.Tags), nanos(m.Updated)); err != nil {
			return err
		}
		_, err := t.event(tracker.ModelEvent{Time: m.Created, Who: m.By, Do: tracker.ActRegister, Model: m.Name, To: m.Version})
		return err
	})
	if err != nil {
		return tracker.Model{}, err
	}
	return m, nil
}

// number gives m the number after the last that its name had, or refuses the one
// that it has.
func (t *tx) number(m *tracker.Model) error {
	const had = "FROM model_events WHERE name = ?1 AND action = 'register'"
	if m.Version == 0 {
		_, err := t.one([]any{&m.Version}, "SELECT coalesce(max(to_version), 0) + 1 "+had, m.Name)
		return err
	}
	taken, err := t.one([]any{new(int)}, "SELECT 1 "+had+" AND to_version = ?2", m.Name, m.Version)
	if err == nil && taken {
		err = tracker.Taken(*m)
	}
	return err
}

// Model returns "name", "name@v3" or "name@alias"; ErrNotFound otherwise.
func (s *Store) Model(ctx context.Context, ref string) (tracker.Model, error) {
	var out []tracker.Model
	name, version, alias, err := tracker.ParseModelRef(ref)
	if err != nil {
		return tracker.Model{}, err
	}
	err = s.view(ctx, "read model "+ref, func(t *tx) (err error) {
		if alias != "" {
			out, err = t.models("WHERE m.name = ?1 AND version = (SELECT version FROM model_aliases WHERE name = ?1 AND alias = ?2)", name, alias)
		} else {
			out, err = t.models("WHERE m.name = ?1 AND (version = ?2 OR ?2 = 0) ORDER BY version DESC LIMIT 1", name, version)
		}
		return err
	})
	if err == nil && len(out) == 0 {
		err = tracker.NoVersion("model", ref)
	}
	if err != nil {
		return tracker.Model{}, err
	}
	return out[0], nil
}

// Models lists every version, by name and version.
func (s *Store) Models(ctx context.Context) ([]tracker.Model, error) {
	var out []tracker.Model
	err := s.view(ctx, "list models", func(t *tx) (err error) {
		out, err = t.models("ORDER BY m.name, version")
		return err
	})
	return out, err
}

func (t *tx) models(tail string, args ...any) ([]tracker.Model, error) {
	var out []tracker.Model
	err := t.each(func(scan func(...any) error) error {
		var m tracker.Model
		var tags, aliases []byte
		if err := scan(&m.Name, &m.Version, &m.Run, &m.Digest, &m.Family, when{&m.Created}, &m.By, &m.Description, &m.Stage, &tags,
			when{&m.Updated}, &aliases); err != nil {
			return err
		}
		err := unpack("tags of model "+m.Ref(), tags, &m.Tags)
		if err == nil {
			err = unpack("aliases of model "+m.Ref(), aliases, &m.Aliases)
		}
		out = append(out, m)
		return err
	}, `SELECT m.name, version, coalesce(r.uid, ''), digest, family, created, made_by, description, stage, tags, updated,
		(SELECT json_group_array(alias ORDER BY alias) FROM model_aliases a WHERE a.name = m.name AND a.version = m.version)
		FROM models m LEFT JOIN runs r ON r.id = m.run `+tail, args...)
	return out, err
}

// RegisteredModel returns one name with its aliases: see tracker.Store.
func (s *Store) RegisteredModel(ctx context.Context, name string) (m tracker.RegisteredModel, err error) {
	err = s.view(ctx, "read model "+name, func(t *tx) (err error) {
		m, err = t.registered(name)
		return err
	})
	return m, err
}

// RegisteredModels lists the names in order.
func (s *Store) RegisteredModels(ctx context.Context) (out []tracker.RegisteredModel, err error) {
	err = s.view(ctx, "list registered models", func(t *tx) (err error) {
		out, err = t.registeredModels("ORDER BY name")
		return err
	})
	return out, err
}

func (t *tx) registered(name string) (tracker.RegisteredModel, error) {
	out, err := t.registeredModels("WHERE name = ?", name)
	if err == nil && len(out) == 0 {
		err = &tracker.ModelError{Op: "find", Ref: name, Err: tracker.ErrNotFound}
	}
	if err != nil {
		return tracker.RegisteredModel{}, err
	}
	return out[0], nil
}

func (t *tx) registeredModels(tail string, args ...any) ([]tracker.RegisteredModel, error) {
	var out []tracker.RegisteredModel
	err := t.each(func(scan func(...any) error) error {
		var m tracker.RegisteredModel
		var tags, aliases []byte
		if err := scan(&m.Name, &m.Description, &tags, when{&m.Created}, when{&m.Updated}, &m.Latest, &aliases); err != nil {
			return err
		}
		err := unpack("tags of model "+m.Name, tags, &m.Tags)
		if err == nil {
			err = unpack("aliases of model "+m.Name, aliases, &m.Aliases)
		}
		out = append(out, m)
		return err
	}, `SELECT name, description, tags, created, updated, coalesce((SELECT max(version) FROM models v WHERE v.name = r.name), 0),
		(SELECT json_group_object(alias, version) FROM model_aliases a WHERE a.name = r.name)
		FROM registered_models r `+tail, args...)
	return out, err
}

// packed is a map of texts as it lies in a column.
func packed(m map[string]string) string {
	if len(m) == 0 {
		return "{}"
	}
	b, _ := json.Marshal(m) // of texts it does not fail
	return string(b)
}

// unpack reads what lies in a column as JSON; an empty map or list stays nil.
func unpack(what string, data []byte, into any) error {
	if len(data) <= 2 {
		return nil
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	return nil
}
