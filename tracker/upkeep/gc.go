package upkeep

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/search"
)

// The ages at which what nothing names counts as left behind. A blob is put before
// it is named: BlobAge is how long a step may take between the two. LeftoverAge is
// how long a Put may go without a byte.
const (
	BlobAge     = 24 * time.Hour
	LeftoverAge = time.Hour
)

// GCOptions says what may go.
type GCOptions struct {
	OlderThan time.Duration // runs that were deleted longer ago
	Backups   bool          // copies that upgrades made, too
	Whole     bool          // write the store's files anew where they have no other way to shrink
	Now       time.Time
}

// A Plan is what GC would remove.
type Plan struct {
	Runs      []tracker.Run      `json:"runs"`      // to be purged, in an order that their refusals allow
	Kept      []Kept             `json:"kept"`      // as old, and in use
	Blobs     []tracker.BlobInfo `json:"blobs"`     // that nothing names once the runs are gone
	Leftovers []tracker.BlobInfo `json:"leftovers"` // of puts that were killed
	Bytes     int64              `json:"bytes"`     // of both
	Store     tracker.Tidied     `json:"store"`

	options GCOptions
}

// Kept is a deleted run that cannot go, and why.
type Kept struct {
	Run string `json:"run"`
	Why string `json:"why"`
}

// Look finds what GC would remove, and removes nothing.
func Look(ctx context.Context, s tracker.Store, o GCOptions) (*Plan, error) {
	p := &Plan{options: o, Runs: []tracker.Run{}, Kept: []Kept{}}
	deleted := search.Field{Kind: search.Attribute, Name: search.Deleted}
	runs, err := s.Runs(ctx, tracker.Query{View: tracker.DeletedOnly, Order: []search.Key{{Field: deleted}}})
	if err != nil {
		return nil, err
	}
	for _, r := range runs {
		if o.Now.Sub(r.Deleted) >= o.OlderThan {
			p.Runs = append(p.Runs, r)
		}
	}
	if err := p.keep(ctx, s); err != nil {
		return nil, err
	}
	if err := p.blobs(ctx, s); err != nil {
		return nil, err
	}
	p.Store, err = s.Tidy(ctx, tracker.Tidying{})
	return p, err
}

// keep takes out the runs that PurgeRun would refuse, and puts the others into an
// order in which it does not: what came from a run before it.
func (p *Plan) keep(ctx context.Context, s tracker.Store) error {
	users, err := users(ctx, s, p.Runs)
	if err != nil {
		return err
	}
	var order []tracker.Run
	gone := map[string]bool{}
	for again := true; again; {
		again = false
		for _, r := range p.Runs {
			if free(users[r.ID], gone) && !gone[r.ID] {
				gone[r.ID], again = true, true
				order = append(order, r)
			}
		}
	}
	for _, r := range p.Runs {
		if !gone[r.ID] {
			p.Kept = append(p.Kept, Kept{r.ID, "in use by " + users[r.ID][0].Kind + " " + users[r.ID][0].ID})
		}
	}
	p.Runs = order
	return nil
}

// free reports whether all that came from a run is gone.
func free(users []tracker.Node, gone map[string]bool) bool {
	for _, u := range users {
		if u.Kind != tracker.KindRun || !gone[u.ID] {
			return false
		}
	}
	return true
}

// users is what came from each of some runs: models, children, ends of edges.
func users(ctx context.Context, s tracker.Store, runs []tracker.Run) (map[string][]tracker.Node, error) {
	out := map[string][]tracker.Node{}
	models, err := s.Models(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range models {
		out[m.Run] = append(out[m.Run], tracker.Node{Kind: tracker.KindModel, ID: m.Ref()})
	}
	edges, err := s.Edges(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range edges {
		if e.From.Kind == tracker.KindRun {
			out[e.From.ID] = append(out[e.From.ID], e.To)
		}
	}
	for _, r := range runs {
		children, err := s.Runs(ctx, tracker.Query{Parent: r.ID, View: tracker.AllRuns})
		if err != nil {
			return nil, err
		}
		for _, c := range children {
			out[r.ID] = append(out[r.ID], tracker.Node{Kind: tracker.KindRun, ID: c.ID})
		}
	}
	return out, nil
}

// blobs finds what is old enough and, once that is known, is named by nothing but
// the runs that go: a blob that was named in between is seen.
func (p *Plan) blobs(ctx context.Context, s tracker.Store) error {
	p.Blobs, p.Leftovers, p.Bytes = []tracker.BlobInfo{}, []tracker.BlobInfo{}, 0
	var old []tracker.BlobInfo
	err := s.Blobs().List(ctx, func(b tracker.BlobInfo) error {
		switch age := p.options.Now.Sub(b.Put); {
		case b.Leftover != "" && age >= LeftoverAge:
			p.Leftovers, p.Bytes = append(p.Leftovers, b), p.Bytes+b.Size
		case b.Leftover == "" && age >= BlobAge:
			old = append(old, b)
		}
		return nil
	})
	if err != nil {
		return err
	}
	going := map[string]bool{}
	for _, r := range p.Runs {
		going[r.ID] = true
	}
	refs, err := s.References(ctx)
	if err != nil {
		return err
	}
	named := map[tracker.Digest]bool{}
	for _, r := range refs {
		if r.Run == "" || !going[r.Run] {
			named[r.Digest] = true
		}
	}
	for _, b := range old {
		if !named[b.Digest] {
			p.Blobs, p.Bytes = append(p.Blobs, b), p.Bytes+b.Size
		}
	}
	return nil
}

// Empty reports whether there is nothing to remove.
func (p *Plan) Empty() bool {
	return len(p.Runs)+len(p.Blobs)+len(p.Leftovers) == 0 && p.Store.Free == 0 && (!p.options.Backups || len(p.Store.Backups) == 0)
}

// Do removes what the plan says, while other processes log and put blobs, and makes
// the plan say what went. What was restored, used or put since then stays: PurgeRun
// and Remove look again. What names a blob is read once more after the runs went.
func (p *Plan) Do(ctx context.Context, s tracker.Store, t tracker.Tick) error {
	var gone []tracker.Run
	for i, r := range p.Runs {
		err := s.PurgeRun(ctx, r.ID)
		switch {
		case errors.Is(err, tracker.ErrNotDeleted), errors.Is(err, tracker.ErrInUse), errors.Is(err, tracker.ErrNotFound):
			p.Kept = append(p.Kept, Kept{r.ID, err.Error()})
		case err != nil:
			return err
		default:
			gone = append(gone, r)
		}
		t.Tell(int64(i+1), int64(len(p.Runs)))
	}
	p.Runs = gone
	if err := p.blobs(ctx, s); err != nil {
		return err
	}
	p.Bytes = 0
	for _, list := range []*[]tracker.BlobInfo{&p.Blobs, &p.Leftovers} {
		removed := []tracker.BlobInfo{}
		for _, b := range *list {
			done, err := s.Blobs().Remove(ctx, b)
			if err != nil {
				return fmt.Errorf("%w (removed before it: %d)", err, len(removed))
			}
			if done {
				removed, p.Bytes = append(removed, b), p.Bytes+b.Size
			}
		}
		*list = removed
	}
	var err error
	p.Store, err = s.Tidy(ctx, tracker.Tidying{Free: true, Whole: p.options.Whole, Backups: p.options.Backups})
	return err
}
