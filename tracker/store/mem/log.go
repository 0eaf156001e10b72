package mem

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/series"
)

// Log appends points to an open run.
func (s *Store) Log(ctx context.Context, runID string, pts ...tracker.Point) error {
	if err := tracker.CheckPoints(runID, pts); err != nil {
		return err
	}
	if err := s.enter(ctx); err != nil {
		return &tracker.RunError{Op: "log", Run: runID, Err: err}
	}
	defer s.mu.Unlock()
	r, err := s.open("log", runID)
	if err != nil {
		return err
	}
	for _, p := range pts {
		if p.Time.IsZero() {
			p.Time = s.now().Truncate(time.Microsecond)
		}
		p.Time = p.Time.Round(0).UTC()
		r.log(p, tracker.OriginOf(ctx))
	}
	return nil
}

// Points returns one metric of a run, in the order it was logged.
func (s *Store) Points(ctx context.Context, runID, metric string) ([]tracker.Point, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	r, err := s.find("read points", runID)
	if err != nil {
		return nil, err
	}
	return slices.Clone(r.points[metric]), nil
}

// Buckets returns one metric of a run as at most n buckets: see tracker.Store.
func (s *Store) Buckets(ctx context.Context, runID, metric string, n int) ([]series.Bucket, error) {
	all, err := s.Curve(ctx, runID, metric)
	return series.Buckets(all, max(1, (all.Len()+n-1)/max(n, 1))), err
}

// Curve returns one metric of a run as columns.
func (s *Store) Curve(ctx context.Context, runID, metric string) (all series.Stretch, err error) {
	pts, err := s.Points(ctx, runID, metric)
	for _, p := range pts {
		all.Append(p.Step, p.Time.UnixNano(), p.Value)
	}
	return all, err
}

// SetParams adds parameters to an open run: all of them or none.
func (s *Store) SetParams(ctx context.Context, runID string, params map[string]any) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	r, err := s.open("set params of", runID)
	if err != nil {
		return err
	}
	merged, added := maps.Clone(r.Params), map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		data, err := tracker.NamedParam(name, params[name])
		if err != nil {
			return tracker.ParamError(runID, name, err)
		}
		if old, ok := merged[name]; ok {
			have, err := tracker.EncodeParam(old)
			if err == nil && string(have) != string(data) {
				err = tracker.Conflict(string(have), string(data))
			}
			if err != nil {
				return tracker.ParamError(runID, name, err)
			}
		}
		if _, there := merged[name]; !there {
			added[name] = params[name]
		}
		if merged[name], err = tracker.DecodeParam(data); err != nil {
			return tracker.ParamError(runID, name, err)
		}
	}
	r.Params = merged
	r.came(ctx, added)
	return nil
}

// SetTags sets or removes tags, also of a closed run.
func (s *Store) SetTags(ctx context.Context, runID string, tags map[string]string) error {
	if err := tracker.CheckTags(runID, tags); err != nil {
		return err
	}
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	r, err := s.find("set tags of", runID)
	if err != nil {
		return err
	}
	if r.Tags == nil {
		r.Tags = map[string]string{}
	}
	maps.Copy(r.Tags, tags)
	maps.DeleteFunc(r.Tags, func(_, v string) bool { return v == "" })
	return nil
}

// AddArtifact names a blob of a run, open or closed.
func (s *Store) AddArtifact(ctx context.Context, a tracker.Artifact) error {
	if err := tracker.CheckArtifact(a); err != nil {
		return err
	}
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	r, err := s.find("add artifact to", a.Run)
	if err != nil {
		return err
	}
	a.Origin = tracker.OriginOf(ctx)
	r.artifacts[a.Name] = a
	return nil
}

// Artifacts lists a run's artifacts by name.
func (s *Store) Artifacts(ctx context.Context, runID string) ([]tracker.Artifact, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	r, err := s.find("list artifacts of", runID)
	if err != nil {
		return nil, err
	}
	return slices.SortedFunc(maps.Values(r.artifacts), func(a, b tracker.Artifact) int { return cmp.Compare(a.Name, b.Name) }), nil
}

// PutDataset registers a version; equal digests of one name are one version.
func (s *Store) PutDataset(ctx context.Context, d tracker.DatasetVersion) (tracker.DatasetVersion, error) {
	if err := tracker.CheckVersion("dataset", d.Name, d.Digest); err != nil {
		return tracker.DatasetVersion{}, err
	}
	if err := s.enter(ctx); err != nil {
		return tracker.DatasetVersion{}, err
	}
	defer s.mu.Unlock()
	d.Version = 1
	for i, have := range s.datasets {
		if have.Name == d.Name && have.Digest == d.Digest {
			if !have.Dropped.IsZero() && d.Dropped.IsZero() {
				s.datasets[i].Dropped = time.Time{}
				s.chunks[have.Ref()] = slices.Clone(d.Chunks)
			}
			return s.datasets[i], nil
		}
		if have.Name == d.Name {
			d.Version++
		}
	}
	d.Created, d.Columns = s.now().Round(0).UTC(), slices.Clone(d.Columns)
	if len(d.Chunks) > 0 && d.Dropped.IsZero() {
		s.chunks[d.Ref()] = slices.Clone(d.Chunks)
	}
	d.Chunks = nil
	s.datasets = append(s.datasets, d)
	return d, nil
}

// DropDatasets lets go of the content of versions.
func (s *Store) DropDatasets(ctx context.Context, refs ...string) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.mu.Unlock()
	var at []int
	for _, ref := range refs {
		name, version, err := tracker.ParseRef(ref)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(s.datasets, func(d tracker.DatasetVersion) bool { return d.Name == name && d.Version == version })
		if i < 0 {
			return tracker.NoVersion("dataset", ref)
		}
		at = append(at, i)
	}
	for _, i := range at {
		s.datasets[i].Dropped = s.now().Round(0).UTC()
		delete(s.chunks, s.datasets[i].Ref())
	}
	return nil
}

// Dataset returns "name" or "name@v3".
func (s *Store) Dataset(ctx context.Context, ref string) (tracker.DatasetVersion, error) {
	all, err := s.Datasets(ctx)
	if err != nil {
		return tracker.DatasetVersion{}, err
	}
	name, version, err := tracker.ParseRef(ref)
	if err != nil {
		return tracker.DatasetVersion{}, err
	}
	for _, d := range slices.Backward(all) {
		if d.Name == name && (version == 0 || version == d.Version) {
			return d, nil
		}
	}
	return tracker.DatasetVersion{}, tracker.NoVersion("dataset", ref)
}

// Datasets lists every version, by name and version.
func (s *Store) Datasets(ctx context.Context) ([]tracker.DatasetVersion, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	return slices.SortedFunc(slices.Values(s.datasets), func(a, b tracker.DatasetVersion) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version))
	}), nil
}

// AddEdges records lineage; an edge that is there already is kept once.
func (s *Store) AddEdges(ctx context.Context, edges ...tracker.Edge) error {
	if err := s.enter(ctx); err != nil {
		return fmt.Errorf("add edges: %w", err)
	}
	defer s.mu.Unlock()
	s.addEdges(ctx, edges...)
	return nil
}

func (s *Store) addEdges(ctx context.Context, edges ...tracker.Edge) {
	for _, e := range edges {
		if slices.ContainsFunc(s.edges, func(o tracker.Edge) bool { return o.From == e.From && o.To == e.To && o.Role == e.Role }) {
			continue
		}
		if e.Time.IsZero() {
			e.Time = s.now()
		}
		e.Time, e.Origin = e.Time.Round(0).UTC(), tracker.OriginOf(ctx)
		s.edges = append(s.edges, e)
	}
}

// Edges returns every edge, in the order they were added.
func (s *Store) Edges(ctx context.Context) ([]tracker.Edge, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	return slices.Clone(s.edges), nil
}

// EdgesTo returns the edges that lead to one of the nodes.
func (s *Store) EdgesTo(ctx context.Context, nodes ...tracker.Node) ([]tracker.Edge, error) {
	all, err := s.Edges(ctx)
	return slices.DeleteFunc(all, func(e tracker.Edge) bool { return !slices.Contains(nodes, e.To) }), err
}

// EdgesFrom returns the edges that lead from one of the nodes.
func (s *Store) EdgesFrom(ctx context.Context, nodes ...tracker.Node) ([]tracker.Edge, error) {
	all, err := s.Edges(ctx)
	return slices.DeleteFunc(all, func(e tracker.Edge) bool { return !slices.Contains(nodes, e.From) }), err
}
