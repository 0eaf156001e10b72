// Package mem keeps the tracker's words in memory, for tests and for a session
// that should leave nothing behind. It knows nothing of disks.
package mem

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/blob"
)

// Options completes New. The zero value is right outside tests.
type Options struct {
	Now  func() time.Time // nil: the machine's clock
	Rand io.Reader        // for ids and names; nil: crypto/rand
}

// A Store is a tracker.Store in memory. It lasts as long as the value.
type Store struct {
	now  func() time.Time
	rand io.Reader

	mu          sync.Mutex
	closed      bool
	numbered    int64
	groups      int64
	experiments []tracker.Experiment
	runs        []*run // in the order they were created
	datasets    []tracker.DatasetVersion
	models      []tracker.Model
	registered  map[string]*tracker.RegisteredModel
	events      []tracker.ModelEvent
	edges       []tracker.Edge
	records     map[[2]string]tracker.Record // by kind and ID
	blobs       blobs
}

type run struct {
	tracker.Run
	points    map[string][]tracker.Point
	origins   tracker.Origins
	artifacts map[string]tracker.Artifact
}

var _ tracker.Store = (*Store)(nil)

// New makes an empty store.
func New(o Options) *Store {
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	return &Store{
		now: clock.Or(o.Now), rand: o.Rand,
		blobs:      blobs{m: map[tracker.Digest]kept{}, now: clock.Or(o.Now)},
		registered: map[string]*tracker.RegisteredModel{},
	}
}

var errClosed = errors.New("the store in memory was closed")

// enter locks the store for one call; leave it with s.mu.Unlock when err is nil.
func (s *Store) enter(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return errClosed
	}
	return nil
}

// find is the run with this id.
func (s *Store) find(op, id string) (*run, error) {
	for _, r := range s.runs {
		if r.ID == id {
			return r, nil
		}
	}
	return nil, &tracker.RunError{Op: op, Run: id, Err: tracker.ErrNotFound}
}

// open is find for what only an open run takes.
func (s *Store) open(op, id string) (*run, error) {
	r, err := s.find(op, id)
	if err == nil && r.Status != tracker.Running {
		err = &tracker.RunError{Op: op, Run: id, Err: tracker.ErrFinished}
	}
	return r, err
}

// CreateRun opens a run.
func (s *Store) CreateRun(ctx context.Context, r tracker.Run) (tracker.Run, error) {
	r, err := tracker.Prepare(r, s.now, s.rand)
	if err != nil {
		return tracker.Run{}, err
	}
	if err := s.enter(ctx); err != nil {
		return tracker.Run{}, err
	}
	defer s.mu.Unlock()
	if r.Parent != "" {
		if _, err := s.find("create child of", r.Parent); err != nil {
			return tracker.Run{}, err
		}
	}
	if _, err := s.find("create", r.ID); err == nil {
		return tracker.Run{}, &tracker.RunError{Op: "create", Run: r.ID, Err: tracker.ErrConflict}
	}
	s.numbered++
	if r.Name == "" {
		if r.Name, err = tracker.NewName(s.rand, s.numbered); err != nil {
			return tracker.Run{}, err
		}
	}
	if e := s.experiment(r.Experiment); e != nil {
		e.Deleted = time.Time{}
	} else {
		s.groups++
		s.experiments = append(s.experiments, tracker.Experiment{ID: fmt.Sprint(s.groups), Name: r.Experiment, Created: r.Started})
	}
	made := &run{Run: clone(r, true), points: map[string][]tracker.Point{}, artifacts: map[string]tracker.Artifact{},
		origins: tracker.Origins{Params: map[string]tracker.Origin{}, Metrics: map[string][]tracker.Span{}}}
	made.came(ctx, r.Params)
	s.runs = append(s.runs, made)
	return r, nil
}

// FinishRun closes an open run, also when ctx has ended.
func (s *Store) FinishRun(ctx context.Context, runID string, status tracker.Status, reason string) error {
	if err := tracker.CanEnd(runID, status); err != nil {
		return err
	}
	if err := s.enter(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	defer s.mu.Unlock()
	r, err := s.open("finish", runID)
	if err != nil {
		return err
	}
	r.Status, r.Reason, r.Ended = status, reason, s.now().Round(0).UTC()
	if status == tracker.Killed {
		r.Ended = r.Started
		for _, p := range r.points {
			if last := p[len(p)-1].Time; last.After(r.Ended) {
				r.Ended = last
			}
		}
	}
	return nil
}

// Run returns one run by reference.
func (s *Store) Run(ctx context.Context, ref string) (tracker.Run, error) {
	if err := s.enter(ctx); err != nil {
		return tracker.Run{}, err
	}
	defer s.mu.Unlock()
	r, err := s.resolve(ref)
	if err != nil {
		return tracker.Run{}, err
	}
	return clone(r.Run, true), nil
}

func (s *Store) resolve(ref string) (*run, error) {
	if r, err := s.find("find", ref); err == nil {
		return r, nil
	}
	var named *run
	var begun []*run
	for _, r := range s.runs {
		if !r.Deleted.IsZero() {
			continue
		}
		if r.Name == ref && (named == nil || !r.Started.Before(named.Started)) {
			named = r
		}
		if len(ref) >= tracker.MinPrefix && strings.HasPrefix(r.ID, ref) {
			begun = append(begun, r)
		}
	}
	switch {
	case named != nil:
		return named, nil
	case len(begun) == 1:
		return begun[0], nil
	case len(begun) > 1:
		return nil, &tracker.RunError{Op: "find", Run: ref,
			Err: fmt.Errorf("%w: %d runs begin so, among them %s, %s", tracker.ErrAmbiguous, len(begun), begun[0].ID, begun[1].ID)}
	}
	return nil, &tracker.RunError{Op: "find", Run: ref, Err: tracker.ErrNotFound}
}

// clone keeps the caller's maps and the store's apart.
func clone(r tracker.Run, cells bool) tracker.Run {
	r.Params, r.Metrics, r.Tags = maps.Clone(r.Params), maps.Clone(r.Metrics), maps.Clone(r.Tags)
	r.Source.Modules, r.Source.Env = maps.Clone(r.Source.Modules), maps.Clone(r.Source.Env)
	r.Source.Cells = slices.Clone(r.Source.Cells)
	if !cells {
		r.Source.Cells = nil
	}
	if len(r.Tags) == 0 {
		r.Tags = nil
	}
	return r
}

// Blobs keeps bytes in memory.
func (s *Store) Blobs() tracker.Blobs { return &s.blobs }

// Close ends the store; calls after it are refused.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

type blobs struct {
	mu sync.Mutex
	m  map[tracker.Digest]kept

	now func() time.Time
}

type kept struct {
	data []byte
	put  time.Time
}

// Put stores all of r.
func (b *blobs) Put(ctx context.Context, r io.Reader) (tracker.Digest, int64, error) {
	data, err := io.ReadAll(r)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return "", 0, fmt.Errorf("put blob in memory: %w", err)
	}
	sum := sha256.Sum256(data)
	d := tracker.Digest("sha256:" + hex.EncodeToString(sum[:]))
	b.mu.Lock()
	defer b.mu.Unlock()
	b.m[d] = kept{data, b.now()}
	return d, int64(len(data)), nil
}

// Open reads a blob; ErrNotFound when it is not there.
func (b *blobs) Open(_ context.Context, d tracker.Digest) (io.ReadCloser, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	have, ok := b.m[d]
	if !ok {
		return nil, fmt.Errorf("open blob %q in memory: %w", d, tracker.ErrNotFound)
	}
	return blob.Verify(io.NopCloser(bytes.NewReader(have.data)), d), nil
}
