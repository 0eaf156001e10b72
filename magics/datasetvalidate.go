package magics

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/dataset/feed"
	"github.com/cellar-ml/cellar/dataset/schema"
	sources "github.com/cellar-ml/cellar/dataset/source"
	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

var datasetValidate = Magic{
	Name:  "validate",
	Usage: "DATASET|FILE",
	Short: "Hold a dataset or a file against its schema",
	Long: "Shows every expectation, with the first rows and values that fail. Values of the wrong type hide no others. The step fails " +
		"(and a shell gets an exit code) when an expectation at level error does. A file is read as it would be loaded under --name.",
	Examples: []string{"dataset validate penguins", "dataset validate new.csv --name penguins", "dataset validate penguins@v1 --schema strict.yaml"},
	Min:      1,
	Max:      1,
	Args:     both(datasetNames, files),
	Result:   reflect.TypeFor[*schema.Result](),
	Values:   map[string]Completer{"name": datasetNames, "schema": files},
	Bind: func(fs *pflag.FlagSet) Func {
		var o against
		o.bind(fs)
		return o.validate
	},
}

// against says which schema something is held against.
type against struct{ Name, Schema string }

func (o *against) bind(fs *pflag.FlagSet) {
	fs.StringVar(&o.Name, "name", "", "`dataset` whose schema it is; by the file's name if not given")
	fs.StringVar(&o.Schema, "schema", "", "`file` of a schema, in place of the one in the store")
}

func (o *against) validate(ctx context.Context, env *Env, c *Call) (Result, error) {
	s, err := o.open(ctx, env, c.Args[0])
	if err != nil {
		return Result{}, err
	}
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	r, err := schema.Check(ctx, s.table, s.schema.Schema, schema.Options{Other: schema.Of(store)})
	if err != nil {
		return Result{}, err
	}
	r.Dataset, r.Schema = s.title, s.schema.Ref()
	if o.Schema != "" {
		r.Schema = o.Schema
	}
	return Result{Value: r, Show: show(r.Display())}, unmet(env, r, s.name)
}

// unmet is the error of a result that is shown already.
func unmet(env *Env, r *schema.Result, name string) error {
	failed := r.Failed(schema.Error)
	if len(failed) == 0 {
		return nil
	}
	h := fmt.Sprintf("%sdataset schema edit %s changes what is expected", env.Prefix, name)
	if slices.ContainsFunc(failed, func(o schema.Outcome) bool { return o.Count > 0 }) {
		h = fmt.Sprintf("%sdataset quarantine %s --name %s keeps the bad rows aside, %s", env.Prefix, r.Dataset, name, h)
	}
	return hint.New(fmt.Errorf("validate %s: %d of %s not met at level error", r.Dataset, len(failed), counted(len(r.Outcomes), "expectation")), h)
}

// A subject is what is held against a schema.
type subject struct {
	table  arrow.Table
	name   string       // of the dataset
	title  string       // wine@v2, or the file
	node   tracker.Node // what it comes from
	schema *schema.Version
}

// open opens a dataset, or reads a source as load does.
func (o *against) open(ctx context.Context, env *Env, arg string) (subject, error) {
	t, v, err := openDataset(ctx, env, arg)
	s := subject{table: t, name: cmp.Or(o.Name, v.Name), title: v.Ref(), node: dataset.Node(v)}
	if err == nil {
		s.schema, err = o.find(ctx, env, s.name)
		return s, err
	}
	if _, missing := os.Stat(arg); !errors.Is(err, tracker.ErrNotFound) || missing != nil && !strings.Contains(arg, "://") {
		return s, err
	}
	s = subject{name: cmp.Or(o.Name, sources.Name(arg)), title: sources.Redact(arg)}
	s.node = tracker.Node{Kind: tracker.KindFile, ID: absolute(s.title)}
	if s.schema, err = o.find(ctx, env, s.name); err != nil {
		return s, err
	}
	s.table, err = sources.Read(ctx, arg, sources.Options{Accept: conforming(s.schema.Schema)})
	return s, err
}

func (o *against) find(ctx context.Context, env *Env, name string) (*schema.Version, error) {
	if o.Schema == "" {
		store, err := env.Store(ctx)
		if err != nil {
			return nil, err
		}
		return schema.Need(ctx, store, name)
	}
	data, err := os.ReadFile(o.Schema)
	if err != nil {
		return nil, hint.New(fmt.Errorf("read schema: %w", err), "--schema names a file of YAML")
	}
	parsed, err := schema.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Schema, err)
	}
	return &schema.Version{Dataset: name, YAML: string(data), Schema: parsed}, nil
}

// accept is what sources.Options has under that name.
type accept = func(array.RecordReader, dataset.ReadOptions) (array.RecordReader, error)

// conforming gives the rows of a source in the types that a schema expects, as far
// as all values of a column are of them. Text that looks like numbers or times is
// read again as text, so that nothing of it is lost.
func conforming(s *schema.Schema) accept {
	stay := map[string]bool{}
	return func(r array.RecordReader, read dataset.ReadOptions) (array.RecordReader, error) {
		columns := map[string]dataset.ColumnOptions{}
		for name, c := range s.ReadOptions() {
			at := r.Schema().FieldIndices(name)
			if _, given := read.Columns[name]; !given && c.Type == "string" && len(at) == 1 && !dataset.Fits(r.Schema().Field(at[0]).Type, "string") {
				columns[name] = c
			}
		}
		if len(columns) > 0 {
			maps.Copy(columns, read.Columns)
			read.Columns = columns
			return nil, &dataset.Retyped{Options: read}
		}
		return schema.ConformReader(r, s, stay, func(column string) error {
			stay[column] = true
			return &dataset.Retyped{Options: read}
		})
	}
}

// checked shows what is to be warned of in the outcome of a check; err is that of
// the check.
func checked(env *Env, r *schema.Result, err error) error {
	if r == nil || err != nil || len(r.Failed(schema.Warning)) == 0 {
		return err
	}
	return env.Out.Publish(r.Faults().Display())
}

// loadGate is what holds the rows of a source against the schema in force of the
// name that they are about to be registered under; nil where there is no schema.
func loadGate(ctx context.Context, env *Env, name, ref string) (accept, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return nil, err
	}
	v, err := schema.Find(ctx, store, name)
	if v == nil || err != nil {
		return nil, err
	}
	conform := conforming(v.Schema)
	return func(r array.RecordReader, read dataset.ReadOptions) (array.RecordReader, error) {
		r, err := conform(r, read)
		if err != nil {
			return nil, err
		}
		return schema.Guard(ctx, r, v.Schema, schema.Options{Other: schema.Of(store)}, func(found *schema.Result) error {
			found.Dataset, found.Schema = name, v.Ref()
			err := checked(env, found, found.Err())
			if err == nil {
				return nil
			}
			ref := sources.Redact(ref)
			return hint.New(err, strings.Join([]string{
				fmt.Sprintf("nothing is registered; %sdataset validate %s --name %s shows all of it", env.Prefix, ref, name),
				fmt.Sprintf("%sdataset quarantine %s --name %s registers the good rows", env.Prefix, ref, name),
				"--unchecked registers it as it is"}, ", "))
		}), nil
	}, nil
}

// trainGate holds the data of a training against the schema in force of its name.
func trainGate(ctx context.Context, env *Env, job *engine.Job) error {
	src := job.Data
	if src == nil {
		src = feed.Table(job.Dataset.Name, "", job.Table)
	}
	rows := feed.Reader(ctx, src)
	defer rows.Release()
	r, err := schema.Gate(ctx, job.Store, job.Dataset.Name, rows)
	if err := checked(env, r, err); err != nil {
		return hint.New(err, hint.Of(err)+", --unchecked trains all the same")
	}
	return nil
}
