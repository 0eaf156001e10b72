package dataset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// Commit adds to what register does, which registers a version of name, an edge
// from the newest version that there was to the new one, role commit, with the
// columns that changed in its transform. Content that the name has already makes
// no edge, unless its version lacks it: a kill may have come before the edge.
func Commit(ctx context.Context, store tracker.Store, name string, register func() (tracker.DatasetVersion, error)) (tracker.DatasetVersion, error) {
	before, err := store.Dataset(ctx, name)
	if err != nil && !errors.Is(err, tracker.ErrNotFound) {
		return before, fmt.Errorf("commit %s: %w", name, err)
	}
	d, err := register()
	if err == nil && d.Version == before.Version {
		before, err = unlinked(ctx, store, d)
	}
	if err != nil || before.Version == 0 || d.Version <= before.Version {
		return d, err
	}
	changed := &tracker.Transform{Step: "commit", RowsIn: before.Rows, RowsOut: d.Rows, Columns: map[string][]string{}}
	for _, c := range d.Columns {
		if slices.Contains(before.Columns, c) {
			continue
		}
		changed.Columns[c.Name] = []string{}
		if slices.ContainsFunc(before.Columns, func(b tracker.Column) bool { return b.Name == c.Name }) {
			changed.Columns[c.Name] = []string{c.Name}
		}
	}
	edge := tracker.Edge{From: Node(before), To: Node(d), Role: "commit", Time: d.Created, Transform: changed}
	if err := store.AddEdges(ctx, edge); err != nil {
		return d, fmt.Errorf("commit %s: lineage: %w", name, err)
	}
	return d, nil
}

// unlinked is the version before d, when no edge leads from any version to d, and
// otherwise none.
func unlinked(ctx context.Context, store tracker.Store, d tracker.DatasetVersion) (tracker.DatasetVersion, error) {
	none := tracker.DatasetVersion{}
	edges, err := store.EdgesTo(ctx, Node(d))
	if err != nil || d.Version == 1 || slices.ContainsFunc(edges, func(e tracker.Edge) bool { return e.From.Kind == tracker.KindDataset }) {
		return none, err
	}
	before, err := store.Dataset(ctx, fmt.Sprintf("%s@v%d", d.Name, d.Version-1))
	if errors.Is(err, tracker.ErrNotFound) {
		return none, nil
	}
	return before, err
}

// Checkout writes a version to path, in bounded memory and whole or not at all: as
// one Parquet file, or the files of a folder below it. What is there with other
// content stays unless force is set, for it may have been edited. It is a copy: an
// edit of it does not reach the store.
func Checkout(ctx context.Context, store tracker.Store, d tracker.DatasetVersion, path string, force bool) error {
	r, err := scanVersion(ctx, store, d)
	if err == nil {
		defer r.Release()
		err = checkout(ctx, r, d, path, force)
	}
	if err != nil {
		return hint.New(fmt.Errorf("checkout %s: %w", d.Ref(), err), hint.Of(err))
	}
	return nil
}

func checkout(ctx context.Context, r array.RecordReader, d tracker.DatasetVersion, path string, force bool) error {
	temp, err := os.MkdirTemp(filepath.Dir(path), ".cellar-checkout-*")
	if errors.Is(err, fs.ErrNotExist) {
		return hint.New(fmt.Errorf("there is no folder %s", filepath.Dir(path)), "make it first, or take another path")
	}
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	made, same := filepath.Join(temp, "new"), sameFile
	if IsFolder(d) {
		same = sameFolder
		if err := os.Mkdir(made, 0o777); err != nil {
			return err
		}
		err = writeFolder(ctx, r, made)
	} else {
		err = writeFile(made, r)
	}
	if err != nil {
		return err
	}
	switch same, err := same(made, path); {
	case err == nil && same:
		return nil
	case err == nil && !force:
		return hint.New(fmt.Errorf("%s is there and is not this version", path), "keep it with `version commit`, take another path, or --force to replace it")
	case err == nil:
		return swap(made, path, filepath.Join(temp, "old"))
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	return os.Rename(made, path)
}

// swap puts made in the place of path, which goes to old, or stays.
func swap(made, path, old string) error {
	if err := os.Rename(path, old); err != nil {
		return err
	}
	err := os.Rename(made, path)
	if err != nil {
		err = errors.Join(err, os.Rename(old, path))
	}
	return err
}

func writeFile(path string, r array.RecordReader) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := writeStream(f, r); err != nil {
		return err
	}
	return f.Sync()
}

// writeStream is WriteParquet for records, without dictionaries: with them equal
// rows may give other bytes, and a checkout is compared with the file that is there.
func writeStream(w io.Writer, r array.RecordReader) error {
	props := parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy),
		parquet.WithCreatedBy("cellar"), parquet.WithDictionaryDefault(false), parquet.WithMaxRowGroupLength(rowGroup))
	fw, err := pqarrow.NewFileWriter(plainSchema(r.Schema()), struct{ io.Writer }{w}, props, pqarrow.NewArrowWriterProperties(pqarrow.WithStoreSchema()))
	if err != nil {
		return fmt.Errorf("write parquet: %w", err)
	}
	for r.Next() {
		if err := fw.WriteBuffered(r.Record()); err != nil {
			return fmt.Errorf("write parquet: %w", err)
		}
	}
	if err := errors.Join(r.Err(), fw.Close()); err != nil {
		return fmt.Errorf("write parquet: %w", err)
	}
	return nil
}

// sameFile compares two files byte for byte.
func sameFile(a, b string) (bool, error) {
	f, err := os.Open(a)
	if err != nil {
		return false, err
	}
	defer f.Close()
	g, err := os.Open(b)
	if err != nil {
		return false, err
	}
	defer g.Close()
	x, y := make([]byte, 1<<20), make([]byte, 1<<20)
	for {
		n, err := io.ReadFull(f, x)
		m, other := io.ReadFull(g, y)
		if n != m || !bytes.Equal(x[:n], y[:m]) {
			return false, nil
		}
		if err != nil || other != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				err = nil
			}
			return err == nil, err
		}
	}
}

// sameFolder compares the files below two folders, their bytes and modes.
func sameFolder(a, b string) (bool, error) {
	if info, err := os.Lstat(b); err != nil || !info.IsDir() {
		return false, err
	}
	left, err := listFolder(a)
	if err != nil {
		return false, err
	}
	right, err := listFolder(b)
	if err != nil || !slices.Equal(left, right) {
		return false, nil // there is something that no version has
	}
	for _, name := range left {
		x, y := filepath.Join(a, name), filepath.Join(b, name)
		same, err := sameEntry(x, y)
		if err != nil || !same {
			return false, err
		}
	}
	return true, nil
}

func sameEntry(a, b string) (bool, error) {
	x, err := os.Lstat(a)
	if err != nil {
		return false, err
	}
	y, err := os.Lstat(b)
	if err != nil || x.Mode()&^0o677 != y.Mode()&^0o677 || x.Size() != y.Size() {
		return false, err
	}
	if x.Mode()&fs.ModeSymlink == 0 {
		return sameFile(a, b)
	}
	to, err := os.Readlink(a)
	if err != nil {
		return false, err
	}
	other, err := os.Readlink(b)
	return to == other, err
}
