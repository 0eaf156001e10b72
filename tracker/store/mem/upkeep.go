package mem

import (
	"context"
	"errors"
	"fmt"

	"github.com/cellar-ml/cellar/tracker"
)

// References lists every place that names a blob.
func (s *Store) References(ctx context.Context) ([]tracker.Reference, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	var out []tracker.Reference
	for _, r := range s.runs {
		for _, a := range r.artifacts {
			out = append(out, tracker.Reference{Digest: a.Digest, Size: a.Size, Run: r.ID, Name: a.Name})
		}
	}
	for _, d := range s.datasets {
		if !d.Dropped.IsZero() {
			continue
		}
		out = append(out, tracker.Reference{Digest: d.Digest, Size: -1, Name: "dataset " + d.Ref()})
		for _, c := range s.chunks[d.Ref()] {
			out = append(out, tracker.Reference{Digest: c.Digest, Size: c.Size, Name: "dataset " + d.Ref()})
		}
	}
	for _, m := range s.models {
		out = append(out, tracker.Reference{Digest: m.Digest, Size: -1, Name: "model " + m.Ref()})
	}
	return out, nil
}

// Check finds nothing: memory that is damaged ends the process.
func (s *Store) Check(ctx context.Context, _ tracker.Tick) ([]tracker.Problem, error) {
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	s.mu.Unlock()
	return nil, nil
}

// Tidy has nothing to give back.
func (s *Store) Tidy(ctx context.Context, _ tracker.Tidying) (tracker.Tidied, error) {
	if err := s.enter(ctx); err != nil {
		return tracker.Tidied{}, err
	}
	s.mu.Unlock()
	return tracker.Tidied{}, nil
}

// Backup is refused: the store lies in no files.
func (s *Store) Backup(context.Context, string, tracker.Tick) (tracker.BackedUp, error) {
	return tracker.BackedUp{}, fmt.Errorf("back up a store in memory: %w", errors.ErrUnsupported)
}

// List calls f with every blob.
func (b *blobs) List(ctx context.Context, f func(tracker.BlobInfo) error) error {
	b.mu.Lock()
	var all []tracker.BlobInfo
	for d, have := range b.m {
		all = append(all, tracker.BlobInfo{Digest: d, Size: int64(len(have.data)), Put: have.put})
	}
	b.mu.Unlock()
	for _, info := range all {
		if err := errors.Join(ctx.Err(), f(info)); err != nil {
			return fmt.Errorf("list blobs in memory: %w", err)
		}
	}
	return nil
}

// Remove removes a blob unless it was put again.
func (b *blobs) Remove(_ context.Context, info tracker.BlobInfo) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	have, ok := b.m[info.Digest]
	if !ok || !have.put.Equal(info.Put) {
		return false, nil
	}
	delete(b.m, info.Digest)
	return true, nil
}
