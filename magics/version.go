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
	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/tracker"
)

var versionMagic = Magic{
	Name:  "version",
	Usage: "STEP",
	Short: "Commit, list, compare, tag and check out the versions of datasets",
	Long: "A version never changes. A table of more than some MB is kept in chunks of its columns, which versions share: what a version " +
		"adds is about what changed. NAME is the newest version, NAME@v2 the second, NAME@TAG the one with this tag.",
	Sub: []Magic{versionCommit, versionList, versionDiff, versionTag, versionCheckout},
}

var versionCommit = Magic{
	Name:     "commit",
	Usage:    "PATH",
	Short:    "Keep a file as the next version of a dataset",
	Examples: []string{"version commit data/penguins.csv --name penguins"},
	Min:      1,
	Max:      1,
	Args:     files,
	Result:   reflect.TypeFor[tracker.DatasetVersion](),
	Values:   map[string]Completer{"name": datasetNames},
	Bind: func(fs *pflag.FlagSet) Func {
		name := fs.String("name", "", "`name` of the dataset; the file's name if not given")
		return func(ctx context.Context, env *Env, c *Call) (Result, error) {
			t, err := dataset.Read(ctx, c.Args[0], dataset.ReadOptions{})
			if err != nil {
				return Result{}, err
			}
			return commitVersion(ctx, env, *name, c.Args[0], t)
		}
	},
}

func commitVersion(ctx context.Context, env *Env, name, path string, t arrow.Table) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	if name == "" {
		name = dataset.Name(path)
	}
	v, err := dataset.Commit(ctx, store, name, t, path)
	if err != nil {
		return Result{}, err
	}
	line := fmt.Sprintf("dataset %s: %s, %s from %s", v.Ref(), counted(int(v.Rows), "row"), counted(len(v.Columns), "column"), filepath.Base(path))
	return Result{Value: v, Show: show(display.Text(line))}, nil
}

var versionList = Magic{
	Name:   "list",
	Usage:  "[NAME]",
	Short:  "List versions with their tags",
	Max:    1,
	Args:   datasetNames,
	Result: reflect.TypeFor[[]tracker.DatasetVersion](),
	Bind:   func(*pflag.FlagSet) Func { return listVersions },
}

func listVersions(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	name := ""
	if len(c.Args) > 0 {
		v, err := dataset.Find(ctx, store, c.Args[0])
		if err != nil {
			return Result{}, err
		}
		name = v.Name
	}
	all, err := store.Datasets(ctx)
	if err != nil {
		return Result{}, err
	}
	tags, err := dataset.Tags(ctx, store, name)
	if err != nil {
		return Result{}, err
	}
	named := map[string][]string{}
	for _, t := range tags {
		ref := fmt.Sprintf("%s@v%d", t.Dataset, t.Version)
		named[ref] = append(named[ref], t.Tag)
	}
	out := []tracker.DatasetVersion{}
	table := display.Table{
		Columns: []string{"version", "tags", "rows", "columns", "created", "source"}, Limit: -1,
		Empty: "no versions yet: keep one with " + env.Prefix + "version commit FILE",
	}
	for _, d := range all {
		if name == "" || d.Name == name {
			out = append(out, d)
			table.Rows = append(table.Rows, []any{d.Ref(), strings.Join(named[d.Ref()], ", "), d.Rows, len(d.Columns), d.Created, filepath.Base(d.Source)})
		}
	}
	return Result{Value: out, Show: show(table.Display())}, nil
}

var versionTag = Magic{
	Name:     "tag",
	Usage:    "VERSION TAG",
	Short:    "Give a version another name: NAME@TAG",
	Examples: []string{"version tag penguins@v2 clean", "version tag penguins clean --move"},
	Min:      2,
	Max:      2,
	Args:     datasetNames,
	Result:   reflect.TypeFor[dataset.Tag](),
	Bind: func(fs *pflag.FlagSet) Func {
		move := fs.Bool("move", false, "take the tag from the version that has it")
		return func(ctx context.Context, env *Env, c *Call) (Result, error) {
			store, err := env.Store(ctx)
			if err != nil {
				return Result{}, err
			}
			t, err := dataset.SetTag(ctx, store, c.Args[0], c.Args[1], *move)
			if err != nil {
				return Result{}, err
			}
			return Result{Value: t, Show: show(display.Text(fmt.Sprintf("%s@%s is %s@v%d", t.Dataset, t.Tag, t.Dataset, t.Version)))}, nil
		}
	},
}

var versionCheckout = Magic{
	Name:     "checkout",
	Usage:    "VERSION [PATH]",
	Short:    "Write a version to a Parquet file",
	Long:     "Without a path it is NAME.parquet here. A file that is there with other content stays, unless --force is given.",
	Examples: []string{"version checkout penguins@v1", "version checkout penguins@clean /tmp/clean.parquet"},
	Min:      1,
	Max:      2,
	Args:     datasetNames,
	Result:   reflect.TypeFor[string](),
	Bind: func(fs *pflag.FlagSet) Func {
		force := fs.Bool("force", false, "replace a file that is there")
		return func(ctx context.Context, env *Env, c *Call) (Result, error) {
			store, err := env.Store(ctx)
			if err != nil {
				return Result{}, err
			}
			path, _, _ := strings.Cut(c.Args[0], "@")
			if path += ".parquet"; len(c.Args) > 1 {
				path = c.Args[1]
			}
			v, err := dataset.Checkout(ctx, store, c.Args[0], path, *force)
			if err != nil {
				return Result{}, err
			}
			return Result{Value: path, Show: show(display.Text(fmt.Sprintf("dataset %s: %s in %s", v.Ref(), counted(int(v.Rows), "row"), path)))}, nil
		}
	},
}
