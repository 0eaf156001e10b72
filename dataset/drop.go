package dataset

import (
	"context"
	"fmt"
	"slices"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

type (
	// A DropPlan is which versions' content would go, and which stay and why.
	DropPlan struct {
		Drop  []tracker.DatasetVersion `json:"drop"`
		Kept  []KeptVersion            `json:"kept"`  // of the others, those that are not among the newest
		Bytes int64                    `json:"bytes"` // that only what goes names
	}

	// KeptVersion is an older version that stays.
	KeptVersion struct {
		Version string `json:"version"`
		Why     string `json:"why"`
	}
)

// PlanDrop finds what can go of the dataset name, or of all and their branches
// when name is "": all versions but the newest keep of each name, those with a
// tag, and those that a run or another version was made from. Versions that went
// already are left out.
func PlanDrop(ctx context.Context, store tracker.Store, name string, keep int) (*DropPlan, error) {
	p := &DropPlan{Drop: []tracker.DatasetVersion{}, Kept: []KeptVersion{}}
	if keep < 1 {
		return p, fmt.Errorf("keep %d versions: at least the newest stays", keep)
	}
	all, err := store.Datasets(ctx)
	if err != nil {
		return p, err
	}
	why, err := inUse(ctx, store)
	if err != nil {
		return p, err
	}
	for i, d := range all {
		newer := 0
		for j := i + 1; j < len(all) && all[j].Name == d.Name; j++ {
			newer++
		}
		if newer < keep || name != "" && d.Name != name || !d.Dropped.IsZero() {
			continue
		}
		if reason := why[d.Ref()]; reason != "" {
			p.Kept = append(p.Kept, KeptVersion{d.Ref(), reason})
			continue
		}
		p.Drop = append(p.Drop, d)
	}
	p.Bytes, err = exclusive(ctx, store, p.Drop)
	return p, err
}

// inUse says of versions why they stay.
func inUse(ctx context.Context, store tracker.Store) (map[string]string, error) {
	why := map[string]string{}
	edges, err := store.Edges(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range edges {
		if e.From.Kind == tracker.KindDataset && (e.To.Kind == tracker.KindRun || e.To.Kind == tracker.KindModel) {
			why[e.From.ID] = e.To.Kind + " " + e.To.ID + " was made from it"
		}
	}
	tags, err := Tags(ctx, store, "")
	for _, t := range tags {
		why[fmt.Sprintf("%s@v%d", t.Dataset, t.Version)] = "it has the tag " + t.Tag
	}
	return why, err
}

// exclusive is the size of the blobs that nothing but some versions names.
func exclusive(ctx context.Context, store tracker.Store, versions []tracker.DatasetVersion) (bytes int64, err error) {
	refs, err := store.References(ctx)
	if err != nil {
		return 0, err
	}
	others, ours := map[tracker.Digest]bool{}, map[tracker.Digest]bool{}
	for _, r := range refs {
		going := slices.ContainsFunc(versions, func(d tracker.DatasetVersion) bool { return r.Run == "" && r.Name == "dataset "+d.Ref() })
		if going {
			ours[r.Digest] = true
		} else {
			others[r.Digest] = true
		}
	}
	err = store.Blobs().List(ctx, func(b tracker.BlobInfo) error {
		if ours[b.Digest] && !others[b.Digest] {
			bytes += b.Size
		}
		return nil
	})
	return bytes, err
}

// Do lets go of what the plan says. The blobs go when gc takes what nothing names.
func (p *DropPlan) Do(ctx context.Context, store tracker.Store) error {
	var refs []string
	for _, d := range p.Drop {
		refs = append(refs, d.Ref())
	}
	return store.DropDatasets(ctx, refs...)
}

// present is an error for a version whose content was let go.
func present(d tracker.DatasetVersion) error {
	if d.Dropped.IsZero() {
		return nil
	}
	h := "what it was made of is in its lineage; load that again under its name, or `version pull` it, and it is back"
	if d.Source != "" {
		h = fmt.Sprintf("it came from %s: load that again under the name %s, or `version pull` it, and it is back, if the content is the same", d.Source, d.Name)
	}
	return hint.New(fmt.Errorf("its content is not here since %s, when `version gc` let go of it or a later version was pulled without it", d.Dropped.Format("2006-01-02 15:04")), h)
}
