package dataset

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// tagKind is the kind of the records that keep tags; docs/format/dataset.md.
const tagKind = "dataset-tag"

// A Tag is another name of one version: wine@clean.
type Tag struct {
	Dataset string `json:"dataset"`
	Tag     string `json:"tag"`
	Version int    `json:"version"`
}

var versionName = regexp.MustCompile(`^v?[0-9]+$`)

// SetTag names the version ref as NAME@tag. A tag that names another version of
// the dataset moves only with move. What reads as a version (v2, 7) is no tag.
func SetTag(ctx context.Context, store tracker.Store, ref, tag string, move bool) (Tag, error) {
	switch {
	case versionName.MatchString(tag):
		return Tag{}, hint.New(fmt.Errorf("tag %s: %q is a version's name", ref, tag), "take a word, such as clean or 2026-raw")
	case !namePattern.MatchString(tag):
		return Tag{}, hint.New(fmt.Errorf("tag %s: %q is not a name", ref, tag), "use letters, digits, _, - and dots")
	}
	d, err := Find(ctx, store, ref)
	if err != nil {
		return Tag{}, err
	}
	t := Tag{Dataset: d.Name, Tag: tag, Version: d.Version}
	all, err := Tags(ctx, store, d.Name)
	if err != nil {
		return t, err
	}
	for _, old := range all {
		if old.Tag == tag && old.Version != t.Version && !move {
			return t, hint.New(fmt.Errorf("tag %s: %s@%s is version %d: %w", ref, d.Name, tag, old.Version, tracker.ErrConflict), "--move gives the tag to the other version")
		}
	}
	body, err := json.Marshal(t)
	if err == nil {
		err = store.PutRecord(ctx, tracker.Record{Kind: tagKind, ID: d.Name + "@" + tag, JSON: body})
	}
	if err != nil {
		return t, fmt.Errorf("tag %s: %w", ref, err)
	}
	return t, nil
}

// Tags lists the tags of a dataset, or of all when name is "".
func Tags(ctx context.Context, store tracker.Store, name string) ([]Tag, error) {
	records, err := store.Records(ctx, tagKind)
	if err != nil {
		return nil, fmt.Errorf("list tags: %w", err)
	}
	var all []Tag
	for _, r := range records {
		var t Tag
		if err := json.Unmarshal(r.JSON, &t); err != nil {
			return nil, fmt.Errorf("list tags: %s: %w", r.ID, err)
		}
		if name == "" || t.Dataset == name {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b Tag) int {
		if c := strings.Compare(a.Dataset, b.Dataset); c != 0 {
			return c
		}
		return strings.Compare(a.Tag, b.Tag)
	})
	return all, nil
}

// Find is the version that ref names: wine, wine@v2, or wine@clean by its tag.
// ErrNotFound comes with a hint.
func Find(ctx context.Context, store tracker.Store, ref string) (tracker.DatasetVersion, error) {
	asked := ref
	if name, tag, ok := strings.Cut(ref, "@"); ok && !versionName.MatchString(tag) {
		records, err := store.Records(ctx, tagKind, ref)
		if err != nil {
			return tracker.DatasetVersion{}, fmt.Errorf("open dataset %s: %w", ref, err)
		}
		if len(records) == 0 {
			return tracker.DatasetVersion{}, hint.New(fmt.Errorf("open dataset %s: no tag %q of %s: %w", ref, tag, name, tracker.ErrNotFound), tagHint(ctx, store, name))
		}
		var t Tag
		if err := json.Unmarshal(records[0].JSON, &t); err != nil {
			return tracker.DatasetVersion{}, fmt.Errorf("open dataset %s: tag: %w", ref, err)
		}
		ref = fmt.Sprintf("%s@v%d", t.Dataset, t.Version)
	}
	d, err := store.Dataset(ctx, ref)
	if errors.Is(err, tracker.ErrNotFound) {
		err = hint.New(fmt.Errorf("open dataset %s: %w", asked, err), known(ctx, store, ref))
	} else if err != nil {
		err = hint.New(fmt.Errorf("open dataset %s: %w", asked, err), hint.Of(err))
	}
	return d, err
}

func tagHint(ctx context.Context, store tracker.Store, name string) string {
	all, err := Tags(ctx, store, name)
	if err != nil || len(all) == 0 {
		return known(ctx, store, name)
	}
	var refs []string
	for _, t := range all {
		refs = append(refs, t.Dataset+"@"+t.Tag)
	}
	return "its tags are " + strings.Join(clip(refs, 12), ", ")
}
