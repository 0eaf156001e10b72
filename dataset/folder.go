package dataset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/together"
	"github.com/cellar-ml/cellar/tracker"
)

// A folder is kept as a table of its files, so that versions of it share, compare
// and travel as those of any table do: a row for each 1 MiB of a file, in the order
// of the paths.
//
//	path     the file's, within the folder, with slashes
//	part     which MiB of it, from 0; a file of no bytes has one
//	mode     as git has it: 0644, 0755 of what the owner may execute, linkMode
//	content  the bytes; of a symbolic link, where it leads
var folderSchema = arrow.NewSchema([]arrow.Field{
	{Name: "path", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "part", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	{Name: "mode", Type: arrow.PrimitiveTypes.Int64, Nullable: true},
	{Name: "content", Type: arrow.BinaryTypes.Binary, Nullable: true},
}, nil)

const (
	folderPart  = 1 << 20
	folderBatch = 8 << 20 // bytes of content in a record, about

	fileMode = 0o644
	execMode = 0o755
	linkMode = 0o120000
)

// IsFolder reports whether a version is one of a folder.
func IsFolder(d tracker.DatasetVersion) bool {
	for i, f := range folderSchema.Fields() {
		if len(d.Columns) != folderSchema.NumFields() || d.Columns[i].Name != f.Name || d.Columns[i].Type != f.Type.String() {
			return false
		}
	}
	return true
}

// ReadFolder streams the files below root. Folders without files, .git and .cellar
// are left out; what is neither a file nor a symbolic link is an error.
func ReadFolder(root string) (array.RecordReader, error) {
	paths, err := listFolder(root)
	if err == nil && len(paths) == 0 {
		err = hint.New(errors.New("no file in it"), "is it the right folder?")
	}
	if err != nil {
		return nil, hint.New(fmt.Errorf("read folder %s: %w", root, err), hint.Of(err))
	}
	r := &folderReader{root: root, paths: paths, b: array.NewRecordBuilder(memory.DefaultAllocator, folderSchema)}
	return NewReader(folderSchema, r.next, r.close), nil
}

// listFolder is what ReadFolder reads, by path within root.
func listFolder(root string) (paths []string, err error) {
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch name := e.Name(); {
		case err != nil:
			return err
		case e.IsDir() && path != root && (name == ".git" || name == ".cellar"):
			return fs.SkipDir
		case e.IsDir():
			return nil
		case !e.Type().IsRegular() && e.Type()&fs.ModeSymlink == 0:
			return hint.New(fmt.Errorf("%s is neither a file nor a link", path), "move it out of the folder")
		}
		path, err = filepath.Rel(root, path)
		paths = append(paths, path)
		return err
	})
	return paths, err
}

type folderReader struct {
	root  string
	paths []string
	b     *array.RecordBuilder
	file  *os.File // open half way
	part  int64
	bytes int
}

func (r *folderReader) close() {
	if r.file != nil {
		r.file.Close()
	}
}

func (r *folderReader) next() (arrow.Record, error) {
	rows := 0
	for r.bytes = 0; r.bytes < folderBatch && rows < scanRows && len(r.paths) > 0; rows++ {
		if err := r.add(r.paths[0]); err != nil {
			return nil, fmt.Errorf("read folder %s: %w", r.root, err)
		}
	}
	if rows == 0 {
		return nil, io.EOF
	}
	return r.b.NewRecord(), nil
}

// add puts the next part of a file into the record.
func (r *folderReader) add(name string) error {
	path := filepath.Join(r.root, name)
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		to, err := os.Readlink(path)
		if err == nil {
			err = stays(filepath.ToSlash(name), filepath.ToSlash(to))
		}
		if err != nil {
			return err
		}
		r.row(name, linkMode, []byte(to))
		r.paths = r.paths[1:]
		return nil
	}
	if r.file == nil {
		if r.file, err = os.Open(path); err != nil {
			return err
		}
	}
	content := make([]byte, min(folderPart, info.Size()-r.part*folderPart))
	n, err := io.ReadFull(r.file, content)
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("%s became shorter while it was read", path)
	}
	if err != nil {
		return err
	}
	mode := int64(fileMode)
	if info.Mode()&0o100 != 0 {
		mode = execMode
	}
	r.row(name, mode, content[:n])
	if r.part++; r.part*folderPart < info.Size() {
		return nil
	}
	err = r.file.Close()
	r.file, r.paths, r.part = nil, r.paths[1:], 0
	return err
}

// stays refuses a link that leads, or may lead, out of the folder: whoever reads a
// version's files would read others. A .. behind a name may follow another link.
func stays(name, to string) error {
	back, rest := 0, to
	for strings.HasPrefix(rest+"/", "../") {
		back, rest = back+1, strings.TrimLeft(strings.TrimPrefix(rest, ".."), "/")
	}
	if path.IsAbs(to) || back > strings.Count(path.Clean(name), "/") || strings.Contains("/"+rest+"/", "/../") {
		return hint.New(fmt.Errorf("%s is a link to %q, which leads out of the folder", name, to), "put what it leads to in its place, or a relative link within the folder")
	}
	return nil
}

func (r *folderReader) row(name string, mode int64, content []byte) {
	r.b.Field(0).(*array.StringBuilder).Append(filepath.ToSlash(name))
	r.b.Field(1).(*array.Int64Builder).Append(r.part)
	r.b.Field(2).(*array.Int64Builder).Append(mode)
	r.b.Field(3).(*array.BinaryBuilder).Append(content)
	r.bytes += len(content)
}

// CommitFolder keeps the files below root as a version of name.
func CommitFolder(ctx context.Context, store tracker.Store, name, root string) (tracker.DatasetVersion, error) {
	r, err := ReadFolder(root)
	if err != nil {
		return tracker.DatasetVersion{}, err
	}
	defer r.Release()
	return RegisterStream(ctx, store, name, r, root, &tracker.Transform{Step: "load"})
}

// A folderWriter writes the files of a version below a folder.
type folderWriter struct {
	root *os.Root        // what a path in the table says stays below it
	made map[string]bool // folders
	link map[string]bool // links, through which nothing is written
}

// writeFolder writes the files of a version below path, a folder without files.
func writeFolder(ctx context.Context, r array.RecordReader, path string) error {
	root, err := os.OpenRoot(path)
	if err != nil {
		return err
	}
	defer root.Close()
	w := &folderWriter{root, map[string]bool{}, map[string]bool{}}
	for r.Next() {
		if err := w.write(ctx, r.Record()); err != nil {
			return err
		}
	}
	return r.Err()
}

// write writes the rows of a record, files beside each other.
func (w *folderWriter) write(ctx context.Context, rec arrow.Record) error {
	paths := rec.Column(0).(*array.String)
	var first []int // row of each file
	for i := range paths.Len() {
		if i > 0 && paths.Value(i) == paths.Value(i-1) {
			continue
		}
		first = append(first, i)
		name := paths.Value(i)
		if err := w.allowed(rec, i); err != nil {
			return err
		}
		if dir := path.Dir(name); dir != "." && !w.made[dir] {
			if err := w.root.MkdirAll(dir, 0o777); err != nil {
				return err
			}
			w.made[dir] = true
		}
	}
	return together.Do(ctx, len(first), 0, func(i int) error {
		to := paths.Len()
		if i+1 < len(first) {
			to = first[i+1]
		}
		return w.file(rec, first[i], to)
	})
}

// allowed refuses a row that would be written through a link, or is one that leads
// out of the folder.
func (w *folderWriter) allowed(rec arrow.Record, row int) error {
	name := rec.Column(0).(*array.String).Value(row)
	for dir := path.Dir(path.Clean(name)); dir != "." && dir != "/"; dir = path.Dir(dir) {
		if w.link[dir] {
			return fmt.Errorf("%s lies below %s, which is a link", name, dir)
		}
	}
	if rec.Column(2).(*array.Int64).Value(row) != linkMode {
		return nil
	}
	w.link[path.Clean(name)] = true
	return stays(name, string(rec.Column(3).(*array.Binary).Value(row)))
}

// file writes the rows [from, to), which are parts of one file.
func (w *folderWriter) file(rec arrow.Record, from, to int) error {
	name, mode := rec.Column(0).(*array.String).Value(from), rec.Column(2).(*array.Int64).Value(from)
	content := rec.Column(3).(*array.Binary)
	if mode == linkMode {
		return w.root.Symlink(string(content.Value(from)), name)
	}
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if rec.Column(1).(*array.Int64).Value(from) > 0 {
		flags = os.O_WRONLY | os.O_APPEND
	}
	f, err := w.root.OpenFile(name, flags, fs.FileMode(mode&execMode)|fileMode)
	if err != nil {
		return err
	}
	for i := from; i < to && err == nil; i++ {
		_, err = f.Write(content.Value(i))
	}
	return errors.Join(err, f.Close())
}
