package magics

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/dataset/schema"
	"github.com/cellar-ml/cellar/display"
)

var datasetQuarantine = Magic{
	Name:  "quarantine",
	Usage: "DATASET|FILE",
	Short: "Register the good rows and keep the bad ones aside",
	Long: "Good rows become the next version of the dataset. Rows that fail an expectation become a version of DATASET-quarantine, with " +
		"the columns quarantine_row (where the row was, from 1) and quarantine_reason before their own. Lineage has both. What is " +
		"expected of the table as a whole (shares, distances, the number of rows) puts no row aside.",
	Examples: []string{"dataset quarantine penguins", "dataset quarantine new.csv --name penguins --level info"},
	Min:      1,
	Max:      1,
	Args:     both(datasetNames, files),
	Result:   reflect.TypeFor[schema.Kept](),
	Values:   map[string]Completer{"name": datasetNames, "level": words("error", "warning", "info")},
	Bind: func(fs *pflag.FlagSet) Func {
		var o quarantineOptions
		fs.StringVar(&o.Name, "name", "", "`dataset` to register the good rows of a file under; by the file's name if not given")
		fs.StringVar(&o.Level, "level", "error", "`level` from which a failure puts a row aside: error, warning, info")
		return o.run
	},
}

type quarantineOptions struct {
	against
	Level string
}

func (o *quarantineOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	level := schema.Level(o.Level)
	switch level {
	case schema.Error, schema.Warning, schema.Info:
	default:
		return Result{}, usagef("it is error, warning or info", "--level %s: not a level", o.Level)
	}
	s, err := o.open(ctx, env, c.Args[0])
	if err != nil {
		return Result{}, err
	}
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	k, err := schema.Quarantine(ctx, store, s.name, s.table, s.node, s.schema, level)
	if err != nil {
		return Result{}, err
	}
	lines := ""
	switch {
	case k.Bad.Rows == 0:
		lines = fmt.Sprintf("%s: %s, all good: %s", s.title, counted(int(k.In), "row"), k.Good.Ref())
	case k.Good.Rows == 0:
		lines = fmt.Sprintf("%s: %s, all bad: %s; no good version is registered", s.title, counted(int(k.In), "row"), k.Bad.Ref())
	default:
		lines = fmt.Sprintf("%s: %d of %d rows are good: %s\n%s kept aside with the reason: %s",
			s.title, k.Good.Rows, k.In, k.Good.Ref(), counted(int(k.Bad.Rows), "row"), k.Bad.Ref())
	}
	shown := show(display.Text(lines))
	if r := k.Result.Faults(); len(r.Outcomes) > 0 {
		shown = append(shown, r.Display())
	}
	return Result{Value: k, Show: shown}, nil
}

// absolute is a path as lineage has it; an address stays what it is.
func absolute(path string) string {
	if strings.Contains(path, "://") {
		return path
	}
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
