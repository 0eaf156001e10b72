package magics

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/schema"
	sources "github.com/cellar-ml/cellar/dataset/source"
	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

var versionMagic = Magic{
	Name:  "version",
	Usage: "STEP",
	Short: "Commit, compare, tag, branch and check out versions of datasets",
	Long: "A version never changes. A table of more than some MB is kept in chunks of its columns, which versions share: what a version " +
		"adds is about what changed. NAME is the newest version, NAME@v2 the second, NAME@TAG the one with this tag, NAME:BRANCH the newest " +
		"of a branch.",
	Sub: []Magic{versionCommit, versionList, versionDiff, versionTag, versionBranch, versionRestore, versionCheckout, versionPush, versionPull, versionGC},
}

var versionCommit = Magic{
	Name:  "commit",
	Usage: "SOURCE",
	Short: "Keep a source or a folder as the next version of a dataset",
	Long: "SOURCE is what `dataset load` takes, or a folder, of which all files are kept (but those of .git and .cellar): checkout writes them " +
		"again. Lineage says which columns changed.",
	Examples: []string{"version commit data/penguins.csv --name penguins", "version commit pictures/ --name raw", "version commit fixed.csv --name penguins:cleanup"},
	Min:      1,
	Max:      1,
	Args:     files,
	Result:   reflect.TypeFor[tracker.DatasetVersion](),
	Values:   map[string]Completer{"name": datasetNames},
	Bind: func(fs *pflag.FlagSet) Func {
		var o commitOptions
		fs.StringVar(&o.Name, "name", "", "`name` of the dataset, or of a branch of it; the file's name if not given")
		fs.BoolVar(&o.Unchecked, "unchecked", false, "keep it though it does not meet the schema of the name")
		return o.run
	},
}

type commitOptions struct {
	Name      string
	Unchecked bool
}

func (o *commitOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	ref, name := c.Args[0], cmp.Or(o.Name, sources.Name(c.Args[0]))
	register := func() (tracker.DatasetVersion, error) {
		return loadSource(ctx, env, name, ref, sources.Options{}, o.Unchecked)
	}
	if info, err := os.Stat(ref); err == nil && info.IsDir() {
		register = func() (tracker.DatasetVersion, error) { return dataset.CommitFolder(ctx, store, name, ref) }
	}
	v, err := dataset.Commit(ctx, store, name, register)
	if err != nil {
		return Result{}, err
	}
	line, err := registeredLine(ctx, env, v, ref)
	return Result{Value: v, Show: show(display.Text(line))}, err
}

var versionList = Magic{
	Name:   "list",
	Usage:  "[NAME]",
	Short:  "List versions with their tags, and those of branches",
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
	name, err := nameArg(ctx, store, c)
	if err != nil {
		return Result{}, err
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
		if name == "" || d.Name == name || strings.HasPrefix(d.Name, name+":") {
			out = append(out, d)
			table.Rows = append(table.Rows, []any{d.Ref(), strings.Join(named[d.Ref()], ", "), d.Rows, len(d.Columns), d.Created, baseOf(d.Source)})
		}
	}
	return Result{Value: out, Show: show(table.Display())}, nil
}

// nameArg is the name of the dataset that the first argument names; "" without one.
func nameArg(ctx context.Context, store tracker.Store, c *Call) (string, error) {
	if len(c.Args) == 0 {
		return "", nil
	}
	v, err := dataset.Find(ctx, store, c.Args[0])
	return v.Name, err
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

var versionBranch = Magic{
	Name:  "branch",
	Usage: "VERSION NAME",
	Short: "Make a branch of a version, NAME:BRANCH",
	Long: "What is committed to a branch with --name NAME:BRANCH is not seen by who uses NAME, until `version restore NAME:BRANCH --name NAME`. " +
		"A branch costs nothing; it has versions of its own.",
	Examples: []string{"version branch penguins cleanup", "version branch penguins@v1 again"},
	Min:      2,
	Max:      2,
	Args:     datasetNames,
	Result:   reflect.TypeFor[tracker.DatasetVersion](),
	Bind: func(*pflag.FlagSet) Func {
		return func(ctx context.Context, env *Env, c *Call) (Result, error) {
			store, err := env.Store(ctx)
			if err != nil {
				return Result{}, err
			}
			v, err := dataset.Branch(ctx, store, c.Args[0], c.Args[1])
			if err != nil {
				return Result{}, err
			}
			return Result{Value: v, Show: show(display.Text(fmt.Sprintf("branch %s: %s is %s", v.Name, v.Ref(), c.Args[0])))}, nil
		}
	},
}

var versionRestore = Magic{
	Name:     "restore",
	Usage:    "VERSION",
	Short:    "Make a version's content the newest version again",
	Long:     "The versions between stay, and the new one shares all of its content with the old one.",
	Examples: []string{"version restore penguins@v1", "version restore penguins:cleanup --name penguins"},
	Min:      1,
	Max:      1,
	Args:     datasetNames,
	Result:   reflect.TypeFor[tracker.DatasetVersion](),
	Values:   map[string]Completer{"name": datasetNames},
	Bind: func(fs *pflag.FlagSet) Func {
		var o commitOptions
		fs.StringVar(&o.Name, "name", "", "`dataset` to restore it to; its own if not given")
		fs.BoolVar(&o.Unchecked, "unchecked", false, "restore it though it does not meet the schema of the name")
		return o.restore
	},
}

func (o *commitOptions) restore(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	r, from, err := dataset.Scan(ctx, store, c.Args[0])
	if err != nil {
		return Result{}, err
	}
	defer r.Release()
	name := cmp.Or(o.Name, from.Name)
	before, err := dataset.Find(ctx, store, name)
	if err != nil {
		return Result{}, err
	}
	if !o.Unchecked && from.Ref() != before.Ref() {
		result, err := schema.Gate(ctx, store, name, r)
		if err := checked(env, result, err); err != nil {
			return Result{}, hint.New(err, "nothing is restored; --unchecked restores it as it is")
		}
	}
	v, err := dataset.Restore(ctx, store, from.Ref(), name)
	if err != nil {
		return Result{}, err
	}
	line := fmt.Sprintf("dataset %s is %s: %s", v.Ref(), c.Args[0], counted(int(v.Rows), "row"))
	if v.Version == before.Version {
		line = fmt.Sprintf("dataset %s, the newest, has this content already", v.Ref())
	}
	return Result{Value: v, Show: show(display.Text(line))}, nil
}

var versionCheckout = Magic{
	Name:     "checkout",
	Usage:    "VERSION [PATH]",
	Short:    "Write a version to a Parquet file, or a folder's to a folder",
	Long:     "Without a path it is NAME.parquet here, or the folder NAME. What is there with other content stays, unless --force is given.",
	Examples: []string{"version checkout penguins@v1", "version checkout penguins@clean /tmp/clean.parquet"},
	Min:      1,
	Max:      2,
	Args:     datasetNames,
	Result:   reflect.TypeFor[string](),
	Bind: func(fs *pflag.FlagSet) Func {
		force := fs.Bool("force", false, "replace what is there")
		return func(ctx context.Context, env *Env, c *Call) (Result, error) {
			store, err := env.Store(ctx)
			if err != nil {
				return Result{}, err
			}
			v, err := dataset.Find(ctx, store, c.Args[0])
			if err != nil {
				return Result{}, err
			}
			path := strings.ReplaceAll(v.Name, ":", "-")
			if !dataset.IsFolder(v) {
				path += ".parquet"
			}
			if len(c.Args) > 1 {
				path = c.Args[1]
			}
			if err := dataset.Checkout(ctx, store, v, path, *force); err != nil {
				return Result{}, err
			}
			return Result{Value: path, Show: show(display.Text(fmt.Sprintf("dataset %s: %s in %s", v.Ref(), counted(int(v.Rows), "row"), path)))}, nil
		}
	},
}
