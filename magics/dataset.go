package magics

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/profile"
	sources "github.com/cellar-ml/cellar/dataset/source"
	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/tracker"
)

var datasetMagic = Magic{
	Name:  "dataset",
	Usage: "STEP",
	Short: "Load, list, show, profile and prepare datasets",
	Long: "A dataset is a table under a name; each content of it is a version that never changes. NAME is the newest version, " +
		"NAME@v2 the second.",
	Sub: []Magic{datasetLoad, datasetList, datasetShow, datasetProfile, datasetSchema, datasetValidate, datasetQuarantine,
		datasetPrepare, datasetSelect, datasetBench},
}

var datasetLoad = Magic{
	Name:  "load",
	Usage: "SOURCE",
	Short: "Read a source and register it as a version of a dataset",
	Long: "SOURCE is a file (.csv, .tsv, .json, .ndjson, .parquet, .arrow, .sqlite; each also packed by gzip, zstd or bzip2), a pattern such as " +
		"'data/*.csv', a folder of pictures (its folders, or its labels.csv, are the labels), an http or https address, s3://bucket/key, or postgres://host/db#table. " +
		"The content is kept in the store, with a digest of each column and the way it came from the source; the same content again is the same version. " +
		"When it fails, nothing is registered; a download that was cut off goes on where it stopped when it is loaded again.",
	Examples: []string{
		"dataset load data/penguins.csv --name penguins",
		"dataset load wine.tsv --type quality=string",
		"dataset load shop.db --table orders",
		"t := %dataset load data/penguins.csv",
	},
	Min:    1,
	Max:    1,
	Args:   files,
	Result: reflect.TypeFor[arrow.Table](),
	Values: map[string]Completer{"name": datasetNames, "format": words("csv", "tsv", "json", "parquet", "arrow"), "ragged": words("skip", "pad"), "header": words("first", "none")},
	Bind: func(fs *pflag.FlagSet) Func {
		var o loadOptions
		fs.StringVar(&o.Name, "name", "", "`name` of the dataset; the file's name if not given")
		fs.StringSliceVar(&o.Types, "type", nil, "`column=type` to override what is inferred: int64, float64, bool, string, date, timestamp")
		fs.StringVar(&o.Format, "format", "", "`format` of the file: csv, tsv, json, parquet, arrow; by its name if not given")
		fs.StringVar(&o.Table, "table", "", "`table` of a database; its only one if not given")
		fs.StringVar(&o.Delimiter, "delimiter", "", "`character` between fields; found out if not given")
		fs.StringVar(&o.Header, "header", "", "`line` of names: first, or none; found out if not given")
		fs.StringSliceVar(&o.Names, "names", nil, "`names` of all columns, in place of the header's")
		fs.StringVar(&o.Ragged, "ragged", "", "`what` to do with lines of another length: skip or pad; an error if not given")
		fs.StringSliceVar(&o.Missing, "missing", nil, "`words` that stand for a missing value, instead of the usual ones")
		fs.BoolVar(&o.Unchecked, "unchecked", false, "register it though it does not meet the schema of the name")
		return o.run
	},
}

type loadOptions struct {
	Name, Format, Table, Delimiter, Ragged, Header string
	Types, Missing, Names                          []string
	Unchecked                                      bool
}

func (o *loadOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	read, err := o.read()
	if err != nil {
		return Result{}, err
	}
	ref := c.Args[0]
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	name := o.Name
	if name == "" {
		name = sources.Name(ref)
	}
	v, err := loadSource(ctx, env, name, ref, sources.Options{ReadOptions: read, Table: o.Table}, o.Unchecked)
	if err != nil {
		return Result{}, err
	}
	t, _, err := dataset.Open(ctx, store, v.Ref())
	if err != nil {
		return Result{}, err
	}
	brief, err := profile.Of(ctx, t, profile.Options{Brief: true})
	if err != nil {
		return Result{}, err
	}
	line, err := registeredLine(ctx, env, v, ref)
	return Result{Value: t, JSON: v, Show: show(display.Text(line), brief.Display())}, err
}

// loadSource registers what ref names, with its progress, unless it does not meet
// the schema of the name.
func loadSource(ctx context.Context, env *Env, name, ref string, o sources.Options, unchecked bool) (tracker.DatasetVersion, error) {
	none := tracker.DatasetVersion{}
	store, err := env.Store(ctx)
	if err != nil {
		return none, err
	}
	if !unchecked {
		if o.Accept, err = loadGate(ctx, env, name, ref); err != nil {
			return none, err
		}
	}
	bar := newBar(env, filepath.Base(sources.Redact(ref)))
	var notes []string
	o.Progress, o.Note = bar.show, func(text string) { notes = append(notes, "note: "+text) }
	v, err := sources.Load(ctx, store, name, ref, o)
	bar.end(err)
	if err == nil && len(notes) > 0 {
		err = env.Out.Publish(display.Text(strings.Join(notes, "\n")))
	}
	return v, err
}

// registeredLine says what ref was registered as, and when that is not the newest
// version.
func registeredLine(ctx context.Context, env *Env, v tracker.DatasetVersion, ref string) (string, error) {
	line := fmt.Sprintf("dataset %s: %s, %s from %s", v.Ref(), counted(int(v.Rows), "row"), counted(len(v.Columns), "column"), filepath.Base(sources.Redact(ref)))
	store, err := env.Store(ctx)
	if err != nil {
		return "", err
	}
	newest, err := store.Dataset(ctx, v.Name)
	if err == nil && newest.Version > v.Version {
		line += fmt.Sprintf("\nthe content was there already; %s is %s, and %sversion restore %s makes this one the newest", v.Name, newest.Ref(), env.Prefix, v.Ref())
	}
	return line, err
}

// baseOf is the last part of a source, and nothing of none.
func baseOf(source string) string {
	if source == "" {
		return ""
	}
	return filepath.Base(source)
}

func (o *loadOptions) read() (dataset.ReadOptions, error) {
	r := dataset.ReadOptions{Format: o.Format, Ragged: o.Ragged, Missing: o.Missing, Header: o.Header, Names: o.Names}
	switch d := []rune(strings.ReplaceAll(o.Delimiter, `\t`, "\t")); len(d) {
	case 0:
	case 1:
		r.Delimiter = d[0]
	default:
		return r, usagef("give one character, such as ';'", "--delimiter %s: more than one character", o.Delimiter)
	}
	for _, t := range o.Types {
		column, typ, ok := strings.Cut(t, "=")
		if !ok {
			return r, usagef("write --type column=type, such as --type quality=string", "--type %s: no =", t)
		}
		if r.Columns == nil {
			r.Columns = map[string]dataset.ColumnOptions{}
		}
		r.Columns[column] = dataset.ColumnOptions{Type: typ}
	}
	return r, nil
}

var datasetList = Magic{
	Name:   "list",
	Short:  "List the versions of every dataset",
	Result: reflect.TypeFor[[]tracker.DatasetVersion](),
	Bind:   func(*pflag.FlagSet) Func { return listDatasets },
}

func listDatasets(ctx context.Context, env *Env, _ *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	all, err := store.Datasets(ctx)
	if err != nil {
		return Result{}, err
	}
	if all == nil {
		all = []tracker.DatasetVersion{}
	}
	t := display.Table{
		Columns: []string{"dataset", "rows", "columns", "created", "source"},
		Limit:   -1,
		Empty:   "no datasets yet: register one with " + env.Prefix + "dataset load FILE",
	}
	for _, d := range all {
		t.Rows = append(t.Rows, []any{d.Ref(), d.Rows, len(d.Columns), d.Created, baseOf(d.Source)})
	}
	return Result{Value: all, Show: show(t.Display())}, nil
}

var datasetShow = Magic{
	Name:     "show",
	Usage:    "DATASET",
	Short:    "Show the rows of a dataset",
	Examples: []string{"dataset show penguins@v1 --rows 5", "t := %dataset show penguins"},
	Min:      1,
	Max:      1,
	Args:     datasetNames,
	Result:   reflect.TypeFor[arrow.Table](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o showOptions
		fs.IntVar(&o.Rows, "rows", 10, "`n` rows to show")
		return o.run
	},
}

type showOptions struct{ Rows int }

func (o *showOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	if o.Rows < 0 {
		return Result{}, usagef("0 or more; --rows 0 shows the columns alone", "--rows %d: negative", o.Rows)
	}
	t, v, err := openDataset(ctx, env, c.Args[0])
	if err != nil {
		return Result{}, err
	}
	rows := make([]int, min(o.Rows, int(t.NumRows())))
	for i := range rows {
		rows[i] = i
	}
	head, err := dataset.Take(t, rows)
	if err != nil {
		return Result{}, err
	}
	line := fmt.Sprintf("dataset %s: %d of %d rows", v.Ref(), len(rows), v.Rows)
	return Result{Value: t, JSON: v, Show: show(display.Text(line), display.Of(head))}, nil
}

func openDataset(ctx context.Context, env *Env, ref string) (arrow.Table, tracker.DatasetVersion, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return nil, tracker.DatasetVersion{}, err
	}
	return dataset.Open(ctx, store, ref)
}
