package mem

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/tracker"
)

// PutModel registers a version: see tracker.Store.
func (s *Store) PutModel(ctx context.Context, m tracker.Model) (tracker.Model, error) {
	if err := tracker.CheckModel(m); err != nil {
		return tracker.Model{}, err
	}
	if err := s.enter(ctx); err != nil {
		return tracker.Model{}, err
	}
	defer s.mu.Unlock()
	if m.Run != "" {
		if _, err := s.find("put a model of", m.Run); err != nil {
			return tracker.Model{}, err
		}
	}
	last := 0
	for _, e := range s.events {
		if e.Do == tracker.ActRegister && e.Model == m.Name {
			if e.To == m.Version {
				return tracker.Model{}, tracker.Taken(m)
			}
			last = max(last, e.To)
		}
	}
	if m.Version == 0 {
		m.Version = last + 1
	}
	m.Created, m.Aliases, m.Tags = s.now().Round(0).UTC(), nil, maps.Clone(m.Tags)
	m.Updated = m.Created
	if r := s.registered[m.Name]; r != nil {
		r.Updated = m.Created
	} else {
		s.registered[m.Name] = &tracker.RegisteredModel{Name: m.Name, Created: m.Created, Updated: m.Created}
	}
	s.models = append(s.models, m)
	slices.SortFunc(s.models, func(a, b tracker.Model) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version))
	})
	s.event(tracker.ModelEvent{Time: m.Created, Who: m.By, Do: tracker.ActRegister, Model: m.Name, To: m.Version})
	m.Tags = maps.Clone(m.Tags)
	return m, nil
}

// event records an event and gives it its number.
func (s *Store) event(e tracker.ModelEvent) tracker.ModelEvent {
	e.Seq = int64(len(s.events) + 1)
	s.events = append(s.events, e)
	return e
}

// whole is a version with the aliases that point to it, and maps of its own.
func (s *Store) whole(m tracker.Model) tracker.Model {
	m.Tags = maps.Clone(m.Tags)
	for alias, version := range s.registered[m.Name].Aliases {
		if version == m.Version {
			m.Aliases = append(m.Aliases, alias)
		}
	}
	slices.Sort(m.Aliases)
	return m
}

// Model returns "name", "name@v3" or "name@alias".
func (s *Store) Model(ctx context.Context, ref string) (tracker.Model, error) {
	name, version, alias, err := tracker.ParseModelRef(ref)
	if err != nil {
		return tracker.Model{}, err
	}
	if err := s.enter(ctx); err != nil {
		return tracker.Model{}, err
	}
	defer s.mu.Unlock()
	if alias != "" {
		if r := s.registered[name]; r != nil {
			version = r.Aliases[alias]
		}
		if version == 0 {
			return tracker.Model{}, tracker.NoVersion("model", ref)
		}
	}
	for _, m := range slices.Backward(s.models) {
		if m.Name == name && (version == 0 || version == m.Version) {
			return s.whole(m), nil
		}
	}
	return tracker.Model{}, tracker.NoVersion("model", ref)
}

// Models lists every version, by name and version.
func (s *Store) Models(ctx context.Context) ([]tracker.Model, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	var out []tracker.Model
	for _, m := range s.models {
		out = append(out, s.whole(m))
	}
	return out, nil
}

// RegisteredModel returns one name with its aliases.
func (s *Store) RegisteredModel(ctx context.Context, name string) (tracker.RegisteredModel, error) {
	if err := s.enter(ctx); err != nil {
		return tracker.RegisteredModel{}, err
	}
	defer s.mu.Unlock()
	r := s.registered[name]
	if r == nil {
		return tracker.RegisteredModel{}, &tracker.ModelError{Op: "find", Ref: name, Err: tracker.ErrNotFound}
	}
	return s.wholeName(r), nil
}

// wholeName is a registered model with its newest version, and maps of its own.
func (s *Store) wholeName(r *tracker.RegisteredModel) tracker.RegisteredModel {
	out := *r
	out.Tags, out.Aliases = maps.Clone(r.Tags), maps.Clone(r.Aliases)
	for _, m := range s.models {
		if m.Name == r.Name {
			out.Latest = m.Version
		}
	}
	return out
}

// RegisteredModels lists the names in order.
func (s *Store) RegisteredModels(ctx context.Context) ([]tracker.RegisteredModel, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	var out []tracker.RegisteredModel
	for _, name := range slices.Sorted(maps.Keys(s.registered)) {
		out = append(out, s.wholeName(s.registered[name]))
	}
	return out, nil
}

// ChangeModel makes one change and records it: see tracker.Store.
func (s *Store) ChangeModel(ctx context.Context, c tracker.ModelChange) (tracker.ModelEvent, error) {
	none := tracker.ModelEvent{}
	if err := c.Check(); err != nil {
		return none, err
	}
	if err := s.enter(ctx); err != nil {
		return none, err
	}
	defer s.mu.Unlock()
	r := s.registered[c.Model]
	if c.Do == tracker.ActCreate {
		if r != nil {
			return none, c.Fail(tracker.TakenName(c.Model))
		}
		e := c.Event(s.now())
		s.registered[c.Model] = &tracker.RegisteredModel{Name: c.Model, Description: c.Value, Tags: maps.Clone(e.Tags), Created: e.Time, Updated: e.Time}
		return s.event(e), nil
	}
	if r == nil {
		return none, c.Fail(tracker.ErrNotFound)
	}
	var version *tracker.Model
	if c.Version > 0 && c.Do != tracker.ActUnalias {
		i := slices.IndexFunc(s.models, func(m tracker.Model) bool { return m.Name == c.Model && m.Version == c.Version })
		if i < 0 {
			return none, c.Fail(tracker.ErrNotFound)
		}
		version = &s.models[i]
	}
	switch c.Do {
	case tracker.ActDelete:
		return s.deleteModel(c)
	case tracker.ActRename:
		return s.renameModel(c)
	}
	e, err := c.Apply(r, version, s.now())
	if err != nil || e.Do == "" {
		return none, err
	}
	return s.event(e), nil
}

// renameModel gives a model, its versions and its history another name.
func (s *Store) renameModel(c tracker.ModelChange) (tracker.ModelEvent, error) {
	if s.registered[c.Value] != nil {
		return tracker.ModelEvent{}, c.Fail(tracker.TakenName(c.Value))
	}
	e := c.Event(s.now())
	r := s.registered[c.Model]
	delete(s.registered, c.Model)
	r.Name, r.Updated = c.Value, e.Time
	s.registered[c.Value] = r
	for i, m := range s.models {
		if m.Name == c.Model {
			s.models[i].Name = c.Value
		}
	}
	for i, old := range s.events {
		if old.Model == c.Model {
			s.events[i].Model = c.Value
		}
	}
	for i := range s.edges {
		for _, n := range []*tracker.Node{&s.edges[i].From, &s.edges[i].To} {
			if rest, ok := strings.CutPrefix(n.ID, c.Model+"@"); ok && n.Kind == tracker.KindModel {
				n.ID = c.Value + "@" + rest
			}
		}
	}
	return s.event(e), nil
}

// deleteModel removes a version, or the name with all of them.
func (s *Store) deleteModel(c tracker.ModelChange) (tracker.ModelEvent, error) {
	gone := map[tracker.Node]bool{}
	doomed := func(m tracker.Model) bool { return m.Name == c.Model && (c.Version == 0 || c.Version == m.Version) }
	for _, m := range s.models {
		if !doomed(m) {
			continue
		}
		if by := s.modelUser(s.whole(m)); by != "" && !c.Force {
			return tracker.ModelEvent{}, c.Fail(tracker.InUse(by))
		}
		gone[tracker.Node{Kind: tracker.KindModel, ID: m.Ref()}] = true
	}
	e := c.Event(s.now())
	r := s.registered[c.Model]
	r.Updated = e.Time
	maps.DeleteFunc(r.Aliases, func(_ string, version int) bool { return c.Version == 0 || version == c.Version })
	s.models = slices.DeleteFunc(s.models, doomed)
	s.edges = slices.DeleteFunc(s.edges, func(e tracker.Edge) bool { return gone[e.From] || gone[e.To] })
	if c.Version == 0 {
		delete(s.registered, c.Model)
	}
	return s.event(e), nil
}

// modelUser says what holds a version; "" for nothing.
func (s *Store) modelUser(m tracker.Model) string {
	if len(m.Aliases) > 0 {
		return "the alias @" + m.Aliases[0]
	}
	for _, e := range s.edges {
		if e.From == (tracker.Node{Kind: tracker.KindModel, ID: m.Ref()}) {
			return e.To.Kind + " " + e.To.ID
		}
	}
	return ""
}

// ModelEvents lists the changes of one name, or of all, oldest first.
func (s *Store) ModelEvents(ctx context.Context, name string) ([]tracker.ModelEvent, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	var out []tracker.ModelEvent
	for _, e := range s.events {
		if name == "" || e.Model == name {
			e.Tags = maps.Clone(e.Tags)
			out = append(out, e)
		}
	}
	return out, nil
}
