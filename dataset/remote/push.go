package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// Push sends the versions that ref names to r: all of a dataset and its branches
// (wine), or one (wine@v2, wine@clean), with their tags. Records of the versions
// before one go with it, without their content. A version that is another one
// there is tracker.ErrConflict, and nothing is sent: versions never change.
func (r *Remote) Push(ctx context.Context, store tracker.Store, ref string) (*Report, error) {
	report := &Report{Dataset: ref}
	versions, only, err := chosen(ctx, store, ref)
	if err != nil {
		return report, err
	}
	known := map[string][]record{}
	for _, v := range versions {
		if known[v.Name] == nil {
			if known[v.Name], err = r.records(ctx, v.Name); err != nil {
				return report, fmt.Errorf("push %s: %w", ref, err)
			}
		}
		if there := known[v.Name]; v.Version <= len(there) && there[v.Version-1].Digest != v.Digest {
			return report, differs("push", v.Ref(), r.place.url(recordKey(v.Name, v.Version)), "nothing was sent; `version pull "+v.Name+" SOURCE --name OTHER` brings theirs beside it")
		}
	}
	m := &mover{report: report, progress: r.Progress, move: func(ctx context.Context, c tracker.Chunk) error { return r.send(ctx, store, c) }}
	if m.to, err = r.have(ctx); err != nil {
		return report, fmt.Errorf("push %s: %w", ref, err)
	}
	for _, v := range versions {
		if err := r.pushVersion(ctx, store, m, v, v.Version > len(known[v.Name]), only == "" || only == v.Ref()); err != nil {
			return report, fmt.Errorf("push %s: %w", v.Ref(), err)
		}
	}
	return report, r.pushTags(ctx, store, report)
}

// chosen are the versions that ref names and those before them, in order; only is
// the one that was named, if one was.
func chosen(ctx context.Context, store tracker.Store, ref string) (list []tracker.DatasetVersion, only string, err error) {
	named, err := dataset.Find(ctx, store, ref)
	if err != nil {
		return nil, "", err
	}
	all, err := store.Datasets(ctx)
	if err != nil {
		return nil, "", err
	}
	one := strings.Contains(ref, "@")
	for _, v := range all {
		if v.Name == named.Name && (!one || v.Version <= named.Version) || !one && strings.HasPrefix(v.Name, named.Name+":") {
			list = append(list, v)
		}
	}
	if one {
		only = named.Ref()
	}
	return list, only, nil
}

func differs(op, ref, where, advice string) error {
	return hint.New(fmt.Errorf("%s %s: it is another version there (%s): %w", op, ref, where, tracker.ErrConflict), advice)
}

// pushVersion sends the content of a version, when it is to go and is here, and
// then its record, when that is new.
func (r *Remote) pushVersion(ctx context.Context, store tracker.Store, m *mover, v tracker.DatasetVersion, fresh, content bool) error {
	if content && v.Dropped.IsZero() {
		blobs, err := blobsOf(ctx, store, v)
		if err == nil {
			err = m.all(ctx, blobs)
		}
		if err != nil {
			return err
		}
		m.report.add(v.Ref(), blobs)
	} else if content {
		m.report.Notes = append(m.report.Notes, v.Ref()+" has no content here: `version gc` let go of it")
	}
	if !fresh {
		return nil
	}
	m.report.New++
	record := record{Kind: "dataset version", Format: 1, Name: v.Name, Version: v.Version, Digest: v.Digest, Rows: v.Rows, Columns: v.Columns, Source: v.Source, Created: v.Created}
	err := r.writeJSON(ctx, recordKey(v.Name, v.Version), record, true)
	if errors.Is(err, fs.ErrExist) {
		return hint.New(fmt.Errorf("another push has just put this version: %w", tracker.ErrConflict), "push once more: it says whether it is the same one")
	}
	if err != nil || !content || !v.Dropped.IsZero() {
		return err
	}
	return store.AddEdges(ctx, tracker.Edge{From: dataset.Node(v), To: r.node(v.Name, v.Version), Role: "push",
		Transform: &tracker.Transform{Step: "push", RowsIn: v.Rows, RowsOut: v.Rows}})
}

func (r *Remote) node(name string, version int) tracker.Node {
	return tracker.Node{Kind: tracker.KindFile, ID: r.place.url(recordKey(name, version))}
}

func (p *Report) add(ref string, blobs []tracker.Chunk) {
	p.Versions = append(p.Versions, ref)
	p.Blobs += len(blobs)
	for _, b := range blobs {
		p.Bytes += b.Size
	}
}

// blobsOf are the blobs of a version that is in the store, the one that its digest
// names last: it is what makes the others findable.
func blobsOf(ctx context.Context, store tracker.Store, v tracker.DatasetVersion) ([]tracker.Chunk, error) {
	m, err := dataset.ManifestOf(ctx, store, v)
	if err != nil {
		return nil, err
	}
	rc, err := store.Blobs().Open(ctx, v.Digest)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	size, err := io.Copy(io.Discard, rc)
	if err != nil {
		return nil, err
	}
	own := tracker.Chunk{Digest: v.Digest, Size: size}
	if m == nil {
		return []tracker.Chunk{own}, nil
	}
	return append(m.Blobs(), own), nil
}

// inMemory is the size up to which a blob is read before it is sent: then it can be
// sent again when the connection breaks. Chunks are smaller.
const inMemory = 16 << 20

func (r *Remote) send(ctx context.Context, store tracker.Store, c tracker.Chunk) error {
	rc, err := store.Blobs().Open(ctx, c.Digest)
	if err != nil {
		return err
	}
	defer rc.Close()
	if c.Size > inMemory {
		return r.place.write(ctx, blobKey(c.Digest), rc, c.Size, false) // its last Read fails if it is damaged
	}
	body, err := io.ReadAll(rc)
	if err != nil {
		return err
	}
	return r.place.write(ctx, blobKey(c.Digest), bytes.NewReader(body), c.Size, false)
}

// pushTags sends the tags of what was sent. A tag that has moved moves there too.
func (r *Remote) pushTags(ctx context.Context, store tracker.Store, report *Report) error {
	all, err := dataset.Tags(ctx, store, "")
	if err != nil {
		return err
	}
	for _, t := range all {
		if slices.Contains(report.Versions, fmt.Sprintf("%s@v%d", t.Dataset, t.Version)) {
			if err := r.writeJSON(ctx, tagKey(t), t, false); err != nil {
				return fmt.Errorf("push the tag %s@%s: %w", t.Dataset, t.Tag, err)
			}
		}
	}
	return nil
}
