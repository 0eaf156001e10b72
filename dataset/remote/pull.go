package remote

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/blob"
)

// Pull brings what ref names from r into the store, as Push takes it. A version
// keeps its number; those before one that is asked for by itself come without
// content, as if `version gc` had let go of it, until they are pulled. A number
// that is another version here is tracker.ErrConflict and nothing is registered;
// as is not "" then makes them the next versions of another name.
func (r *Remote) Pull(ctx context.Context, store tracker.Store, ref, as string) (*Report, error) {
	report := &Report{Dataset: ref}
	name, which, one := strings.Cut(ref, "@")
	base, branch, isBranch := strings.Cut(name, ":")
	err := errors.Join(dataset.CheckName(base), dataset.CheckName(cmp.Or(as, base)))
	if isBranch {
		err = errors.Join(err, dataset.CheckName(branch))
	}
	if one && which == "" {
		err = errors.Join(err, hint.New(errors.New("no version behind the @"), "write "+name+" for all versions, "+name+"@v2 or "+name+"@TAG for one"))
	}
	names := []string{name}
	if err == nil && !one && as == "" {
		names, err = r.names(ctx, name)
	}
	if err != nil {
		return report, fmt.Errorf("pull %s: %w", ref, err)
	}
	slices.Sort(names) // wine before wine:fix
	p := &pull{Remote: r, store: store, as: as}
	p.mover = &mover{report: report, progress: r.Progress, to: map[string]int64{}, move: p.bring}
	if p.there, err = r.have(ctx); err == nil {
		err = p.here(ctx)
	}
	for i := 0; err == nil && i < len(names); i++ {
		err = p.name(ctx, names[i], which)
	}
	if err != nil {
		return report, hint.New(fmt.Errorf("pull %s: %w", ref, err), hint.Of(err))
	}
	if len(report.Versions) == 0 {
		return report, r.nothing(ctx, ref)
	}
	return report, nil
}

// nothing says what there is instead of ref.
func (r *Remote) nothing(ctx context.Context, ref string) error {
	advice := "nothing was pushed there yet: `version push NAME DEST`"
	if names, err := r.names(ctx, ""); err == nil && len(names) > 0 {
		slices.Sort(names)
		advice = "there are " + strings.Join(names, ", ")
	}
	return hint.New(fmt.Errorf("pull %s: it is not in %s: %w", ref, r.place.url(""), tracker.ErrNotFound), advice)
}

// A pull is one Pull at work.
type pull struct {
	*Remote
	*mover
	store tracker.Store
	as    string
	there map[string]int64 // the blobs of the remote
}

// here notes which blobs the store has and keeps: what nothing names may be collected
// before the version is registered, unless it was put not long ago.
func (p *pull) here(ctx context.Context) error {
	refs, err := p.store.References(ctx)
	if err != nil {
		return err
	}
	named := map[tracker.Digest]bool{}
	for _, r := range refs {
		named[r.Digest] = true
	}
	recent := clock.System().Add(-12 * time.Hour)
	return p.store.Blobs().List(ctx, func(b tracker.BlobInfo) error {
		if _, ok := b.Digest.Hex(); ok && (named[b.Digest] || b.Put.After(recent)) {
			p.to[blobKey(b.Digest)] = b.Size
		}
		return nil
	})
}

// name brings the versions of one name: all, or which.
func (p *pull) name(ctx context.Context, name, which string) error {
	records, err := p.records(ctx, name)
	if err != nil {
		return err
	}
	tags, err := p.tags(ctx, name)
	if err != nil {
		return err
	}
	from, to, err := span(name, which, len(records), tags)
	if err != nil {
		return err
	}
	if p.as != "" {
		records = records[from:to]
	}
	if err := p.fits(ctx, records[:min(to, len(records))]); err != nil {
		return err
	}
	for _, v := range records[:min(to, len(records))] {
		wanted := v.Version > from
		if _, content := p.there[blobKey(v.Digest)]; wanted && !content {
			p.report.Notes = append(p.report.Notes, fmt.Sprintf("%s@v%d has no content there", name, v.Version))
			wanted = false
		}
		if err := p.version(ctx, v, wanted); err != nil {
			return fmt.Errorf("%s@v%d: %w", name, v.Version, err)
		}
	}
	return p.keepTags(ctx, tags)
}

// span is which of n versions are asked for: (from, to].
func span(name, which string, n int, tags []dataset.Tag) (from, to int, err error) {
	if which == "" {
		return 0, n, nil
	}
	_, v, err := tracker.ParseRef(name + "@" + which)
	if err != nil {
		at := slices.IndexFunc(tags, func(t dataset.Tag) bool { return t.Tag == which })
		if at < 0 {
			return 0, 0, fmt.Errorf("no tag %q of %s there: %w", which, name, tracker.ErrNotFound)
		}
		v = tags[at].Version
	}
	if v > n {
		return 0, 0, hint.New(fmt.Errorf("no version %d of %s there: %w", v, name, tracker.ErrNotFound), fmt.Sprintf("it has %d", n))
	}
	return v - 1, v, nil
}

// fits holds the records against the versions that are here, before anything is
// brought.
func (p *pull) fits(ctx context.Context, records []record) error {
	if p.as != "" {
		return nil
	}
	all, err := p.store.Datasets(ctx)
	if err != nil {
		return err
	}
	for _, v := range all {
		for _, there := range records {
			if there.Name == v.Name && there.Version == v.Version && there.Digest != v.Digest {
				return differs("pull", v.Ref(), p.url(v), "nothing was brought; --name OTHER brings theirs under another name")
			}
		}
	}
	return nil
}

func (p *pull) url(v tracker.DatasetVersion) string { return p.place.url(recordKey(v.Name, v.Version)) }

// version brings the content of a version, and registers it with content or
// without.
func (p *pull) version(ctx context.Context, v record, content bool) error {
	d := tracker.DatasetVersion{Name: v.Name, Digest: v.Digest, Rows: v.Rows, Columns: v.Columns, Source: v.Source}
	old, err := p.store.Dataset(ctx, fmt.Sprintf("%s@v%d", v.Name, v.Version))
	known := err == nil && p.as == ""
	if err != nil && !errors.Is(err, tracker.ErrNotFound) {
		return err
	}
	if known && !content {
		return nil
	}
	if content {
		if d.Chunks, err = p.content(ctx, d); err != nil {
			return err
		}
	}
	if known && old.Dropped.IsZero() {
		p.report.Versions = append(p.report.Versions, old.Ref())
		edges, err := p.store.EdgesTo(ctx, dataset.Node(old))
		if err == nil && len(edges) == 0 { // a pull was killed before it, or the version came from nowhere
			err = p.link(ctx, old, v)
		}
		return err
	}
	if p.as != "" {
		d.Name = p.as
	}
	return p.register(ctx, d, v, content)
}

func (p *pull) register(ctx context.Context, d tracker.DatasetVersion, v record, content bool) error {
	if !content {
		d.Dropped = clock.System()
	}
	d, err := p.store.PutDataset(ctx, d)
	switch {
	case err != nil:
		return err
	case p.as == "" && d.Version != v.Version:
		return hint.New(fmt.Errorf("it became %s: someone registered a version meanwhile: %w", d.Ref(), tracker.ErrConflict), "pull once more")
	case !content:
		return nil
	}
	p.report.New++
	p.report.Versions = append(p.report.Versions, d.Ref())
	return p.link(ctx, d, v)
}

// link adds the edge from the record of a version to the version.
func (p *pull) link(ctx context.Context, d tracker.DatasetVersion, v record) error {
	return p.store.AddEdges(ctx, tracker.Edge{From: p.node(v.Name, v.Version), To: dataset.Node(d), Role: "pull", Time: d.Created,
		Transform: &tracker.Transform{Step: "pull", RowsIn: v.Rows, RowsOut: d.Rows, Params: map[string]string{"created": v.Created.Format("2006-01-02T15:04:05Z07:00"), "source": v.Source}}})
}

// content brings the blobs of a version: the one that its digest names, and the
// chunks that this one names, which are what PutDataset wants to know.
func (p *pull) content(ctx context.Context, d tracker.DatasetVersion) ([]tracker.Chunk, error) {
	own := tracker.Chunk{Digest: d.Digest, Size: p.there[blobKey(d.Digest)]}
	if err := p.all(ctx, []tracker.Chunk{own}); err != nil {
		return nil, err
	}
	m, err := dataset.ManifestOf(ctx, p.store, d)
	if err != nil {
		return nil, err
	}
	var chunks []tracker.Chunk
	if m != nil {
		chunks = m.Blobs()
	}
	if err := p.all(ctx, chunks); err != nil {
		return nil, err
	}
	if m != nil && (m.Rows != d.Rows || !slices.EqualFunc(m.Columns, d.Columns, func(a dataset.ManifestColumn, b tracker.Column) bool { return a.Column == b })) {
		return nil, fmt.Errorf("its record and its manifest differ: %w", tracker.ErrCorrupt)
	}
	p.report.Blobs += 1 + len(chunks)
	p.report.Bytes += own.Size
	for _, c := range chunks {
		p.report.Bytes += c.Size
	}
	return chunks, nil
}

// attempts is how often a blob is asked for whose bytes break off.
const attempts = 3

func (p *pull) bring(ctx context.Context, c tracker.Chunk) error {
	for i := 1; ; i++ {
		err := p.bringOnce(ctx, c)
		final := i == attempts || ctx.Err() != nil || errors.Is(err, tracker.ErrCorrupt) || errors.Is(err, fs.ErrNotExist)
		switch {
		case err != nil && i == attempts && hint.Of(err) == "":
			return hint.New(err, "it broke off each time: is the server within reach, and is there room on the disk? pull again, and it goes on")
		case err == nil || final:
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(i) * 200 * time.Millisecond):
		}
	}
}

func (p *pull) bringOnce(ctx context.Context, c tracker.Chunk) error {
	rc, err := p.place.read(ctx, blobKey(c.Digest))
	if err != nil {
		return fmt.Errorf("%s: %w", p.place.url(blobKey(c.Digest)), err)
	}
	body := blob.Verify(rc, c.Digest)
	defer body.Close()
	if _, _, err := p.store.Blobs().Put(ctx, body); err != nil {
		return fmt.Errorf("%s: %w", p.place.url(blobKey(c.Digest)), err)
	}
	return nil
}

// keepTags gives versions that were brought their tags. One that is another
// version's here stays.
func (p *pull) keepTags(ctx context.Context, tags []dataset.Tag) error {
	for _, t := range tags {
		ref := fmt.Sprintf("%s@v%d", t.Dataset, t.Version)
		if p.as != "" || !slices.Contains(p.report.Versions, ref) {
			continue
		}
		_, err := dataset.SetTag(ctx, p.store, ref, t.Tag, false)
		if errors.Is(err, tracker.ErrConflict) {
			p.report.Notes = append(p.report.Notes, fmt.Sprintf("the tag %s is %s there and stays what it is here", t.Tag, ref))
		} else if err != nil {
			return err
		}
	}
	return nil
}
