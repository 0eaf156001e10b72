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

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// Commit is Register with an edge from the newest version of the name that there
// was to the new one, role commit, with the columns that changed in its
// transform. Content that the name has already makes no edge.
func Commit(ctx context.Context, store tracker.Store, name string, t arrow.Table, source string) (tracker.DatasetVersion, error) {
	before, err := store.Dataset(ctx, name)
	if err != nil && !errors.Is(err, tracker.ErrNotFound) {
		return before, fmt.Errorf("commit %s: %w", name, err)
	}
	d, err := Register(ctx, store, name, t, source)
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

// Checkout writes a version to path as one Parquet file, in bounded memory and
// whole or not at all. A file that is there with other bytes, one that was edited
// among them, stays unless force is set. The file is a copy: an edit of it does
// not reach the store.
func Checkout(ctx context.Context, store tracker.Store, ref, path string, force bool) (tracker.DatasetVersion, error) {
	r, d, err := Scan(ctx, store, ref)
	if err != nil {
		return d, err
	}
	defer r.Release()
	tmp, err := os.CreateTemp(filepath.Dir(path), ".cellar-checkout-*")
	if err != nil {
		return d, fmt.Errorf("checkout %s: %w", d.Ref(), err)
	}
	defer os.Remove(tmp.Name()) // fails, as it should, once the file has its name
	defer tmp.Close()
	if err := writeStream(tmp, r); err != nil {
		return d, fmt.Errorf("checkout %s: %w", d.Ref(), err)
	}
	if err := errors.Join(tmp.Chmod(0o644), tmp.Sync()); err != nil {
		return d, fmt.Errorf("checkout %s: %w", d.Ref(), err)
	}
	switch same, err := sameFile(tmp.Name(), path); {
	case err == nil && same:
		return d, nil
	case err == nil && !force:
		return d, hint.New(fmt.Errorf("checkout %s: %s is there and is not this version", d.Ref(), path), "keep it with `version commit`, take another path, or --force to replace it")
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return d, fmt.Errorf("checkout %s: %w", d.Ref(), err)
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return d, fmt.Errorf("checkout %s: %w", d.Ref(), err)
	}
	return d, nil
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
