package dataset

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// A branch of the dataset wine is a dataset called wine:NAME, whose first version
// is that which it was made of. wine does not see what is committed to it until it
// is restored there.

// branchMark stands between a dataset's name and that of its branch.
const branchMark = ":"

// Branch makes a branch of a version: its first version, wine:NAME@v1, has the
// same content and shares all of it.
func Branch(ctx context.Context, store tracker.Store, ref, branch string) (tracker.DatasetVersion, error) {
	none := tracker.DatasetVersion{}
	if !namePattern.MatchString(branch) || versionName.MatchString(branch) {
		return none, hint.New(fmt.Errorf("branch %s: %q is not a branch's name", ref, branch), "use letters, digits, _, - and dots, such as cleanup")
	}
	from, err := Find(ctx, store, ref)
	if err != nil {
		return none, err
	}
	base, _, _ := strings.Cut(from.Name, branchMark)
	name := base + branchMark + branch
	switch old, err := store.Dataset(ctx, name); {
	case err == nil:
		return none, hint.New(fmt.Errorf("branch %s: %s is there already, at %s: %w", from.Ref(), name, old.Ref(), tracker.ErrConflict),
			fmt.Sprintf("commit to it with --name %s, or take another name", name))
	case !errors.Is(err, tracker.ErrNotFound):
		return none, fmt.Errorf("branch %s: %w", from.Ref(), err)
	}
	return again(ctx, store, from, name, "branch")
}

// Restore makes the content of a version the newest version of name, or of the
// version's own dataset when name is "". So an older version becomes the newest
// again, and what was done on a branch gets to the dataset. The versions between
// stay. Content that is the newest already stays the version that it is.
func Restore(ctx context.Context, store tracker.Store, ref, name string) (tracker.DatasetVersion, error) {
	from, err := Find(ctx, store, ref)
	if err != nil {
		return from, err
	}
	if name == "" {
		name = from.Name
	}
	newest, err := Find(ctx, store, name)
	if err != nil {
		return newest, err
	}
	if sameTable(newest, from) {
		return newest, nil
	}
	return again(ctx, store, from, newest.Name, "restore")
}

// again registers the content of a version once more, as the next one of name.
func again(ctx context.Context, store tracker.Store, from tracker.DatasetVersion, name, role string) (tracker.DatasetVersion, error) {
	d := tracker.DatasetVersion{Name: name, Digest: from.Digest, Rows: from.Rows, Columns: from.Columns, Source: from.Source}
	all, err := store.Datasets(ctx)
	if err != nil {
		return d, fmt.Errorf("%s %s: %w", role, from.Ref(), err)
	}
	newest := tracker.DatasetVersion{Name: name}
	used := false
	for _, v := range all {
		if v.Name == name {
			newest, used = v, used || v.Digest == from.Digest
		}
	}
	m, err := manifestFor(ctx, store, from, used)
	if err == nil && used {
		m.Restores, m.After = from.Ref(), newest.Ref() // makes bytes that the name does not have
		var body []byte
		if body, err = json.Marshal(m); err == nil {
			d.Digest, _, err = store.Blobs().Put(ctx, bytes.NewReader(body))
		}
	}
	if err != nil {
		return d, fmt.Errorf("%s %s: %w", role, from.Ref(), err)
	}
	if m != nil {
		d.Chunks = m.Blobs()
	}
	if d, err = store.PutDataset(ctx, d); err != nil {
		return d, fmt.Errorf("%s %s: %w", role, from.Ref(), err)
	}
	edge := tracker.Edge{From: Node(from), To: Node(d), Role: role, Time: d.Created,
		Transform: &tracker.Transform{Step: role, RowsIn: from.Rows, RowsOut: d.Rows, Columns: unchanged(d)}}
	if err := store.AddEdges(ctx, edge); err != nil {
		return d, fmt.Errorf("%s %s: lineage: %w", role, from.Ref(), err)
	}
	return d, nil
}

// manifestFor is the manifest of a version. One of format 1 has none: it is nil,
// or made where one must be.
func manifestFor(ctx context.Context, store tracker.Store, d tracker.DatasetVersion, must bool) (*Manifest, error) {
	m, err := ManifestOf(ctx, store, d)
	if m != nil || err != nil || !must {
		return m, err
	}
	t, err := readVersion(ctx, store, d)
	if err != nil {
		return nil, err
	}
	r := array.NewTableReader(t, -1)
	defer r.Release()
	return cutRows(ctx, store, r, nil)
}

// unchanged maps each column to itself.
func unchanged(d tracker.DatasetVersion) map[string][]string {
	m := map[string][]string{}
	for _, c := range d.Columns {
		m[c.Name] = []string{c.Name}
	}
	return m
}

// sameTable reports whether two versions have the same rows.
func sameTable(a, b tracker.DatasetVersion) bool {
	return a.Rows == b.Rows && slices.Equal(a.Columns, b.Columns)
}
