package dataset

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
	"github.com/cellar-ml/cellar/tracker"
)

// namePattern leaves out what a reference (wine@v2), a path or a shell would
// read differently.
var namePattern = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.-]*$`)

// Register keeps t under name and returns its version: the bytes as Parquet in
// the store's blobs, the digests of all columns, and the edge from the file to
// the version, with role load. A table of more than some MB is kept in chunks, which
// versions share. Content that the name has already is the version
// that it has already, whatever file it came from. A source that is a path is
// kept absolute; a URL as it is; "" means that the table was not read from
// anywhere, and makes no edge.
func Register(ctx context.Context, store tracker.Store, name string, t arrow.Table, source string) (tracker.DatasetVersion, error) {
	none := tracker.DatasetVersion{}
	source, err := checkRegister(ctx, store, name, source)
	if err != nil {
		return none, err
	}
	d := tracker.DatasetVersion{Name: name, Source: source}
	d, err = keepTable(ctx, store, d, t)
	if err != nil {
		return none, fmt.Errorf("register dataset %s: %w", name, err)
	}
	return put(ctx, store, d, nil)
}

// checkRegister refuses a bad name, and a branch that is not there, and makes a
// path absolute.
func checkRegister(ctx context.Context, store tracker.Store, name, source string) (string, error) {
	base, branch, found := strings.Cut(name, branchMark)
	if found {
		if _, err := store.Dataset(ctx, name); err != nil {
			return "", hint.New(fmt.Errorf("register dataset %s: no such branch: %w", name, err), fmt.Sprintf("make it first: `version branch %s %s`", base, branch))
		}
	} else if err := CheckName(name); err != nil {
		return "", err
	}
	if source == "" || strings.Contains(source, "://") {
		return source, nil
	}
	abs, err := filepath.Abs(source)
	if err != nil {
		return "", fmt.Errorf("register dataset %s: source: %w", name, err)
	}
	return abs, nil
}

// CheckName refuses what is no name of a dataset.
func CheckName(name string) error {
	if !namePattern.MatchString(name) {
		return hint.New(fmt.Errorf("register dataset %q: not a name", name), "use letters, digits, _, - and dots, such as "+Name(name))
	}
	return nil
}

// put registers what is kept, with the edge from its source.
func put(ctx context.Context, store tracker.Store, d tracker.DatasetVersion, t *tracker.Transform) (tracker.DatasetVersion, error) {
	none, name := tracker.DatasetVersion{}, d.Name
	source := d.Source
	d, err := store.PutDataset(ctx, d)
	if err != nil {
		return none, fmt.Errorf("register dataset %s: %w", name, err)
	}
	if source == "" {
		return d, nil
	}
	if t != nil {
		t.RowsIn, t.RowsOut = cmp.Or(t.RowsIn, d.Rows), d.Rows
	}
	edge := tracker.Edge{From: tracker.Node{Kind: tracker.KindFile, ID: source}, To: Node(d), Role: "load", Time: d.Created, Transform: t}
	if err := store.AddEdges(ctx, edge); err != nil {
		return none, fmt.Errorf("register dataset %s: lineage: %w", name, err)
	}
	return d, nil
}

// sameContent is the blob of a version of d's name with d's content, or "". It
// compares columns, so that a later writer of Parquet, whose bytes differ, does
// not make new versions of old content. Of several that have it, it is the newest.
func sameContent(ctx context.Context, store tracker.Store, d tracker.DatasetVersion) (tracker.Digest, error) {
	all, err := store.Datasets(ctx)
	if err != nil {
		return "", err
	}
	for _, old := range slices.Backward(all) {
		if old.Name == d.Name && sameTable(old, d) && old.Dropped.IsZero() {
			return old.Digest, nil
		}
	}
	return "", nil
}

// whole reports whether a blob can be read to its end. One that was lost or
// damaged is mended by the load that brings the same bytes again.
func whole(ctx context.Context, store tracker.Store, digest tracker.Digest) bool {
	r, err := store.Blobs().Open(ctx, digest)
	if err != nil {
		return false
	}
	defer r.Close()
	_, err = io.Copy(io.Discard, r)
	return err == nil
}

// Node is d's end of an edge: "name@v3".
func Node(d tracker.DatasetVersion) tracker.Node {
	return tracker.Node{Kind: tracker.KindDataset, ID: fmt.Sprintf("%s@v%d", d.Name, d.Version)}
}

// Name makes a dataset's name out of a path: data/My Wine.csv.gz is my-wine.
func Name(path string) string {
	name := strings.ToLower(filepath.Base(path))
	name = Unpacked(name)
	name = strings.TrimSuffix(name, filepath.Ext(name))
	name = regexp.MustCompile(`[^a-z0-9_.]+`).ReplaceAllString(name, "-")
	if name = strings.Trim(name, "-."); name == "" {
		return "data"
	}
	return name
}

// Open returns the table of a version that Register kept: "wine" is the newest
// of its name, "wine@v2" the second. The bytes are checked against their digest.
func Open(ctx context.Context, store tracker.Store, ref string) (arrow.Table, tracker.DatasetVersion, error) {
	d, err := Find(ctx, store, ref)
	if err != nil {
		return nil, d, err
	}
	t, err := readVersion(ctx, store, d)
	if err != nil {
		return nil, d, fmt.Errorf("open dataset %s: %w", ref, err)
	}
	return t, d, nil
}

// known says which datasets there are, the nearest first.
func known(ctx context.Context, store tracker.Store, ref string) string {
	all, err := store.Datasets(ctx)
	if err != nil || len(all) == 0 {
		return "the store has no datasets yet: register one with `cellar dataset load FILE` or %dataset load FILE"
	}
	name, _, _ := strings.Cut(ref, "@")
	var refs, names, own []string
	for _, d := range all {
		refs = append(refs, Node(d).ID)
		if d.Name == name {
			own = append(own, Node(d).ID)
		}
		if !slices.Contains(names, d.Name) {
			names = append(names, d.Name)
		}
	}
	if len(own) > 0 {
		return fmt.Sprintf("%s has %s", name, strings.Join(clip(own, 12), ", "))
	}
	if close := nearest.Of(name, names, 3); len(close) > 0 {
		return "did you mean " + strings.Join(close, " or ") + "?"
	}
	return "the store has " + strings.Join(clip(refs, 12), ", ")
}
