// Package upkeep keeps a store in order: it verifies what it holds and finds and
// removes what nothing needs. It works on tracker.Store and knows no backend.
package upkeep

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/cellar-ml/cellar/tracker"
)

// A Report is what Verify read and found wrong.
type Report struct {
	Runs     int               `json:"runs"` // deleted ones too
	Edges    int               `json:"edges"`
	Blobs    int               `json:"blobs"` // that something names
	Bytes    int64             `json:"bytes"` // of them
	Problems []tracker.Problem `json:"problems"`
}

// Verify reads a whole store: what the store itself checks, every blob that an
// artifact, a dataset or a model names against its digest and size, and every edge
// against its ends. Files outside the store, where edges begin, are not looked at.
// The error is of the reading; what is wrong with the store is in the report.
func Verify(ctx context.Context, s tracker.Store, t tracker.Tick) (Report, error) {
	r := Report{Problems: []tracker.Problem{}}
	found, err := s.Check(ctx, nil)
	if err != nil {
		return r, err
	}
	r.Problems = append(r.Problems, found...)
	if err = r.edges(ctx, s); err == nil {
		err = r.blobs(ctx, s, t)
	}
	if errors.Is(err, tracker.ErrCorrupt) && len(found) > 0 {
		err = nil // it is in the report, and what is behind it cannot be known
	}
	return r, err
}

// edges checks that what they name is there.
func (r *Report) edges(ctx context.Context, s tracker.Store) error {
	runs, err := s.Runs(ctx, tracker.Query{View: tracker.AllRuns})
	if err != nil {
		return err
	}
	datasets, err := s.Datasets(ctx)
	if err != nil {
		return err
	}
	models, err := s.Models(ctx)
	if err != nil {
		return err
	}
	edges, err := s.Edges(ctx)
	if err != nil {
		return err
	}
	r.Runs, r.Edges = len(runs), len(edges)
	kinds := map[string]map[string]bool{tracker.KindRun: {}, tracker.KindDataset: {}, tracker.KindModel: {}}
	for _, run := range runs {
		kinds[tracker.KindRun][run.ID] = true
	}
	for _, d := range datasets {
		kinds[tracker.KindDataset][d.Ref()] = true
	}
	for _, m := range models {
		kinds[tracker.KindModel][m.Ref()] = true
	}
	for _, e := range edges {
		for _, n := range []tracker.Node{e.From, e.To} {
			if known, ours := kinds[n.Kind]; ours && !known[n.ID] {
				r.Problems = append(r.Problems, tracker.Problem{
					What:  fmt.Sprintf("there is no %s %s", n.Kind, n.ID),
					Where: fmt.Sprintf("edge %s %s -> %s %s (%s)", e.From.Kind, e.From.ID, e.To.Kind, e.To.ID, e.Role),
					Do:    "what it says of the other end holds; bring a backup back with `cellar restore` to have both",
				})
			}
		}
	}
	return nil
}

// blobs hashes every blob that something names, once.
func (r *Report) blobs(ctx context.Context, s tracker.Store, t tracker.Tick) error {
	refs, err := s.References(ctx)
	if err != nil {
		return err
	}
	sizes := map[tracker.Digest]int64{}
	if err := s.Blobs().List(ctx, func(b tracker.BlobInfo) error { sizes[b.Digest] = b.Size; return nil }); err != nil {
		return err
	}
	named := map[tracker.Digest][]tracker.Reference{}
	var total, done int64
	for _, ref := range refs {
		if named[ref.Digest] == nil {
			total += sizes[ref.Digest]
		}
		named[ref.Digest] = append(named[ref.Digest], ref)
	}
	r.Blobs = len(named)
	for _, d := range slices.Sorted(maps.Keys(named)) {
		n, err := hash(ctx, s.Blobs(), d, func(n int64) { t.Tell(done+n, total) })
		done += sizes[d]
		r.Bytes += n
		if errors.Is(err, tracker.ErrNotFound) || errors.Is(err, tracker.ErrCorrupt) {
			for _, ref := range named[d] {
				r.Problems = append(r.Problems, tracker.LostBlob(ref, err))
			}
			continue
		}
		if err != nil {
			return err
		}
		for _, ref := range named[d] {
			if ref.Size >= 0 && ref.Size != n {
				p := tracker.LostBlob(ref, tracker.ErrCorrupt)
				p.What = fmt.Sprintf("the blob has %d bytes, and %d are recorded", n, ref.Size)
				p.Do = "the blob is whole: add the artifact again to record its size"
				r.Problems = append(r.Problems, p)
			}
		}
	}
	return nil
}

// hash reads a blob to its end, where Open compares it with its digest.
func hash(ctx context.Context, blobs tracker.Blobs, d tracker.Digest, tell func(int64)) (n int64, err error) {
	rc, err := blobs.Open(ctx, d)
	if err != nil {
		return 0, err
	}
	defer rc.Close()
	buf := make([]byte, 1<<20)
	for {
		m, err := rc.Read(buf)
		n += int64(m)
		tell(n)
		if err == io.EOF {
			return n, nil
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return n, err
		}
	}
}
