// Package source reads tables from wherever they lie: files of many formats,
// globs, folders of pictures, web servers, S3, SQLite and PostgreSQL, and SQL
// over all of these and over registered datasets. It is the only importer of
// DuckDB; tables cross to it and back as Parquet files.
//
// It does not know notebooks or models; what a table of text looks like, and how
// a version is kept, is the business of dataset.
package source

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

type (
	// Options say how a source is read; the zero value finds out by itself.
	Options struct {
		// ReadOptions are those of text. Columns' types override what is found in
		// any source.
		dataset.ReadOptions
		Table    string         // of a database; its only one if empty. REF#TABLE says the same
		Dir      string         // of downloads that can go on later; "" is the user's cache
		Client   *http.Client   // nil: http.DefaultClient
		Progress func(Progress) // may be nil; called from the goroutine that reads
		// Accept, which may be nil, is given the rows and returns those to go on with,
		// whose Release is that of both. An error of it or of its reader ends the reading;
		// when that is a *dataset.Retyped, Read and Load begin once more, by its options.
		Accept func(r array.RecordReader, read dataset.ReadOptions) (array.RecordReader, error)
	}

	// Progress is how far a source has been read.
	Progress struct {
		Phase string // download or read
		Done  int64
		Total int64 // 0: not known
		Unit  string
	}
)

// A kind is a sort of source. The first that takes a reference opens it.
type kind struct {
	name  string
	takes func(ref string) bool
	open  func(ctx context.Context, j *job, ref string) (array.RecordReader, error)
}

func kinds() []kind {
	return []kind{
		{"postgres", prefixed("postgres://", "postgresql://"), openPostgres},
		{"s3 glob", func(ref string) bool { return prefixed("s3://")(ref) && isGlob(ref) }, openGlob},
		{"s3", prefixed("s3://"), openS3},
		{"http", prefixed("http://", "https://"), openHTTP},
		{"images", isFolder, openImages},
		{"glob", func(ref string) bool { return isGlob(ref) && !isFile(ref) }, openGlob},
		{"sqlite", isSQLite, openSQLite},
		{"file", func(string) bool { return true }, openFile},
	}
}

func prefixed(schemes ...string) func(string) bool {
	return func(ref string) bool {
		return slices.ContainsFunc(schemes, func(s string) bool { return strings.HasPrefix(ref, s) })
	}
}

func isFolder(ref string) bool {
	info, err := os.Stat(ref)
	return err == nil && info.IsDir()
}

func isFile(ref string) bool {
	info, err := os.Stat(ref)
	return err == nil && info.Mode().IsRegular()
}

// A job is one reading of a source: what it needs on the way, and what is to be
// removed after it.
type job struct {
	Options
	temp    string   // a folder of its own
	fetched []string // folders of finished downloads
	ctx     context.Context
}

// Open reads the source that ref names, a part at a time. An error of the reader
// may be a *dataset.Retyped: Load and Read begin again by themselves. The reader
// must be released.
func Open(ctx context.Context, ref string, o Options) (array.RecordReader, error) {
	r, _, err := open(ctx, ref, o)
	return r, err
}

func open(ctx context.Context, ref string, o Options) (array.RecordReader, *job, error) {
	temp, err := os.MkdirTemp("", "cellar-source-*")
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", Redact(ref), err)
	}
	j := &job{Options: o, temp: temp, ctx: ctx}
	r, err := j.open(ctx, ref)
	if err == nil && o.Accept != nil {
		from := r
		if r, err = o.Accept(from, o.ReadOptions); err != nil {
			from.Release()
		}
	}
	if err != nil {
		os.RemoveAll(temp)
		return nil, nil, err
	}
	next := func() (arrow.Record, error) { return nextOf(r) }
	return dataset.NewReader(r.Schema(), next, func() {
		r.Release()
		os.RemoveAll(temp) // the system's own cleaning takes what this leaves
	}), j, nil
}

func (j *job) open(ctx context.Context, ref string) (array.RecordReader, error) {
	for _, k := range kinds() {
		if k.takes(ref) {
			return k.open(ctx, j, ref)
		}
	}
	return nil, fmt.Errorf("read %s: no such kind of source", ref) // the last kind takes all
}

func (j *job) progress(p Progress) {
	if j.Progress != nil {
		j.Progress(p)
	}
}

// Read reads the source that ref names into memory.
func Read(ctx context.Context, ref string, o Options) (arrow.Table, error) {
	var t arrow.Table
	err := again(ctx, ref, o, func(r array.RecordReader) (err error) {
		r.Retain()
		t, err = dataset.Collect(r)
		return err
	})
	return t, err
}

// Load registers what ref names as a version of the dataset name. When anything
// fails, nothing is registered; a download that was cut off goes on in the next
// Load of the same ref, if the server still has the same content.
func Load(ctx context.Context, store tracker.Store, name, ref string, o Options) (tracker.DatasetVersion, error) {
	var d tracker.DatasetVersion
	err := again(ctx, ref, o, func(r array.RecordReader) (err error) {
		t := &tracker.Transform{Step: "load", Params: params(o)}
		d, err = dataset.RegisterStream(ctx, store, name, r, Redact(ref), t)
		return err
	})
	return d, err
}

// again opens ref for use, and once more when its types turn out to be others.
func again(ctx context.Context, ref string, o Options, use func(array.RecordReader) error) error {
	for {
		r, j, err := open(ctx, ref, o)
		if err == nil {
			err = use(r)
			r.Release()
		}
		var retyped *dataset.Retyped
		if errors.As(err, &retyped) {
			o.ReadOptions = retyped.Options
			continue
		}
		if err != nil {
			return err
		}
		for _, dir := range j.fetched {
			os.RemoveAll(dir) // it was used; what stays is only room on the disk
		}
		return nil
	}
}

// params are the options that were given.
func params(o Options) map[string]string {
	p := map[string]string{}
	add := func(name, value string) {
		if value != "" {
			p[name] = value
		}
	}
	add("format", o.Format)
	add("table", o.Table)
	add("header", o.Header)
	add("ragged", o.Ragged)
	add("names", strings.Join(o.Names, ","))
	add("missing", strings.Join(o.Missing, ","))
	for c, w := range o.Columns {
		add("type "+c, w.Type)
	}
	return p
}

// openFile reads a file by its format; one that is packed and no text is unpacked
// beside the others first.
func openFile(ctx context.Context, j *job, path string) (array.RecordReader, error) {
	path, table := cutTable(path)
	if isSQLite(path) {
		if table != "" {
			path += "#" + table
		}
		return openSQLite(ctx, j, path)
	}
	format := formatOf(path, j.Format)
	o := j.ReadOptions
	switch format {
	case "json", "parquet", "arrow":
		if !isFile(path) {
			return dataset.ReadStream(ctx, path, dataset.ReadOptions{Format: "csv"}, nil) // its error says what is there
		}
		var err error
		if path, err = j.unpacked(path); err != nil {
			return nil, err
		}
	}
	switch format {
	case "json":
		return j.readJSON(ctx, path)
	case "parquet", "arrow":
		o.Format = format
		r, err := dataset.ReadStream(ctx, path, o, nil)
		if err != nil {
			return nil, err
		}
		return j.cast(ctx, path, r)
	}
	var size int64
	if info, err := os.Stat(path); err == nil {
		size = info.Size()
	}
	return dataset.ReadStream(ctx, path, o, func(n int64) {
		j.progress(Progress{Phase: "read", Done: n, Total: size, Unit: "bytes"})
	})
}

// formatOf is the format by which a file is read; what it does not know, dataset
// judges.
func formatOf(path, named string) string {
	if named == "" {
		named = strings.TrimPrefix(filepath.Ext(dataset.Unpacked(strings.ToLower(path))), ".")
	}
	switch named {
	case "json", "ndjson", "jsonl":
		return "json"
	case "parquet", "pq":
		return "parquet"
	case "arrow", "ipc", "feather", "arrows":
		return "arrow"
	}
	return named
}

// unpacked is the file at path, or the file that was packed in it.
func (j *job) unpacked(path string) (string, error) {
	if !packed(path) {
		return path, nil
	}
	var size int64
	if info, err := os.Stat(path); err == nil {
		size = info.Size()
	}
	r, err := dataset.OpenUnpacked(path, func(n int64) { j.progress(Progress{Phase: "unpack", Done: n, Total: size, Unit: "bytes"}) })
	if err != nil {
		return "", fmt.Errorf("read %s: %w", path, err)
	}
	defer r.Close()
	to := filepath.Join(j.temp, dataset.Unpacked(filepath.Base(path)))
	if err := writeAll(j.ctx, to, r); err != nil {
		return "", hint.New(fmt.Errorf("read %s: unpack: %w", path, err), "is the file whole? write or fetch it again")
	}
	return to, nil
}
