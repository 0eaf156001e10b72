// Package export writes runs as files that other programs read without Cellar:
// tables as Parquet, JSON or CSV, and artifacts as they are. docs/format/export.md
// describes them. It reads a tracker.Store and knows no backend.
package export

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

// Options completes Write.
type Options struct {
	Dir       string // is made; refused when it holds anything
	Format    string // one of Formats
	Artifacts bool   // their bytes, too
	Tick      tracker.Tick
}

// A Report is what Write wrote.
type Report struct {
	Dir      string            `json:"dir"`
	Runs     int               `json:"runs"`
	Points   int               `json:"points"`
	Files    []string          `json:"files"` // the tables, and how many artifacts follow
	Bytes    int64             `json:"bytes"` // of artifacts
	Copied   int               `json:"artifacts"`
	Problems []tracker.Problem `json:"problems"` // blobs that could not be read
}

// Write exports runs. The tables are streamed: memory holds one metric at a time.
// The folder gets its name when all of it is written; until then, and when Write
// fails, there is only a folder with .partial behind its name, which the next
// Write clears away. A blob that is missing or damaged is told of and left out.
func Write(ctx context.Context, s tracker.Store, runs []tracker.Run, o Options) (Report, error) {
	r := Report{Dir: o.Dir, Problems: []tracker.Problem{}}
	format, ok := formats[o.Format]
	if !ok {
		return r, hint.New(fmt.Errorf("export: no format %q", o.Format), "one of "+strings.Join(Formats(), ", "))
	}
	if entries, err := os.ReadDir(o.Dir); err == nil && len(entries) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return r, hint.New(tracker.Caused(tracker.ErrConflict, "export to %s: it is there already", o.Dir), "name another folder with --out")
	}
	partial := filepath.Clean(o.Dir) + ".partial"
	err := os.RemoveAll(partial)
	if err == nil {
		err = os.MkdirAll(partial, 0o777)
	}
	if err == nil {
		w := &writer{store: s, dir: partial, format: format, report: &r, options: o}
		err = w.all(ctx, runs)
	}
	if err == nil {
		if err = os.Remove(o.Dir); errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	if err == nil {
		err = os.Rename(partial, o.Dir)
	}
	if err != nil {
		return r, fmt.Errorf("export to %s: %w", o.Dir, err)
	}
	return r, nil
}

// A writer writes one export.
type writer struct {
	store   tracker.Store
	dir     string
	format  format
	report  *Report
	options Options
	open    []sink
}

// table makes the file of a table.
func (w *writer) table(name string, columns ...column) (sink, error) {
	file := name + w.format.ext
	f, err := os.Create(filepath.Join(w.dir, file))
	if err != nil {
		return nil, err
	}
	s, err := w.format.open(f, columns)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	w.report.Files = append(w.report.Files, file)
	w.open = append(w.open, closing{s, f})
	return s, nil
}

// A closing closes a table and its file.
type closing struct {
	sink
	file *os.File
}

func (c closing) close() error { return errors.Join(c.sink.close(), c.file.Close()) }

func (w *writer) all(ctx context.Context, runs []tracker.Run) (err error) {
	defer func() {
		for _, s := range w.open {
			err = errors.Join(err, s.close())
		}
	}()
	t, err := w.tables()
	if err != nil {
		return err
	}
	w.report.Runs = len(runs)
	for i, run := range runs {
		if err := w.run(ctx, t, run); err != nil {
			return err
		}
		w.options.Tick.Tell(int64(i+1), int64(len(runs)))
	}
	return w.edges(ctx, t.edges, runs)
}

// edges are those that lead to one of the runs, or from one.
func (w *writer) edges(ctx context.Context, to sink, runs []tracker.Run) error {
	edges, err := w.store.Edges(ctx)
	if err != nil {
		return err
	}
	ours := map[tracker.Node]bool{}
	for _, r := range runs {
		ours[tracker.Node{Kind: tracker.KindRun, ID: r.ID}] = true
	}
	for _, e := range slices.DeleteFunc(edges, func(e tracker.Edge) bool { return !ours[e.From] && !ours[e.To] }) {
		if err := to.write(e.From.Kind, e.From.ID, e.To.Kind, e.To.ID, e.Role, e.Time); err != nil {
			return err
		}
	}
	return nil
}
