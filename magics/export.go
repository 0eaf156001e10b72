package magics

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/nearest"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/export"
)

var exportMagic = Magic{
	Name:  "export",
	Usage: "STEP",
	Short: "Write runs as files that pandas and DuckDB read",
	Long:  "A folder of tables: runs, params, tags, points, artifacts, edges. NaN and infinities stay what they are.",
	Sub: []Magic{
		{
			Name: "run", Usage: "RUN...", Short: "Export runs", Min: 1, Max: -1, Args: runNames,
			Examples: []string{"export run brisk-otter-12 --format parquet --out otter --artifacts"},
			Values:   exportValues, Result: reflect.TypeFor[export.Report](), Bind: func(fs *pflag.FlagSet) Func { return bindExport(fs, namedRuns) },
		},
		{
			Name: "experiment", Usage: "NAME", Short: "Export the runs of an experiment", Min: 1, Max: 1, Args: experimentNames,
			Examples: []string{"export experiment default --format csv"},
			Values:   exportValues, Result: reflect.TypeFor[export.Report](), Bind: func(fs *pflag.FlagSet) Func { return bindExport(fs, runsOf) },
		},
	},
}

var exportValues = map[string]Completer{"format": words(export.Formats()...)}

type exportOptions struct {
	export.Options
	runs func(context.Context, *Env, tracker.Store, []string) ([]tracker.Run, error)
}

func bindExport(fs *pflag.FlagSet, runs func(context.Context, *Env, tracker.Store, []string) ([]tracker.Run, error)) Func {
	o := exportOptions{runs: runs}
	fs.StringVar(&o.Format, "format", "parquet", "`format` of the tables: "+strings.Join(export.Formats(), ", "))
	fs.StringVar(&o.Dir, "out", "", "the `folder` that is made; without it cellar-export-NAME")
	fs.BoolVar(&o.Artifacts, "artifacts", false, "the artifacts too, as files")
	return o.run
}

func (o *exportOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	runs, err := o.runs(ctx, env, store, c.Args)
	if err != nil {
		return Result{}, err
	}
	opts := o.Options
	if opts.Dir == "" {
		opts.Dir = "cellar-export-" + fileName(c.Args[0])
	}
	opts.Tick = env.Tick("exporting", " runs")
	r, err := export.Write(ctx, store, runs, opts)
	if err != nil {
		return Result{}, err
	}
	text := fmt.Sprintf("exported %s with %s to %s: %s", counted(r.Runs, "run"), counted(r.Points, "point"), r.Dir, strings.Join(r.Files, ", "))
	if r.Copied > 0 {
		text += fmt.Sprintf("; %d artifacts of %s", r.Copied, display.Bytes(r.Bytes))
	}
	if len(r.Problems) == 0 {
		return Result{Value: r, Show: show(display.Text(wrap(text, width, "")))}, nil
	}
	return Result{Value: r, Show: append(show(display.Text(text)), problems(r.Problems))}, damaged("export", r.Problems)
}

// fileName is a name as part of a file's.
func fileName(name string) string {
	clean := strings.Map(func(r rune) rune {
		if strings.ContainsRune("/\\:*?\"<>| \t", r) {
			return '-'
		}
		return r
	}, name)
	return strings.ToValidUTF8(clean[:min(len(clean), 100)], "")
}

func namedRuns(ctx context.Context, env *Env, _ tracker.Store, refs []string) (runs []tracker.Run, err error) {
	for _, ref := range refs {
		_, run, err := findRun(ctx, env, ref)
		if err != nil {
			return nil, err
		}
		runs = append(runs, run)
	}
	return runs, nil
}

func runsOf(ctx context.Context, env *Env, store tracker.Store, names []string) ([]tracker.Run, error) {
	runs, err := store.Runs(ctx, tracker.Query{Experiment: names[0]})
	if err != nil || len(runs) > 0 {
		return runs, err
	}
	known := experimentNames(ctx, env, "")
	h := "there are " + strings.Join(known, ", ")
	if near := nearest.Of(names[0], known, 3); len(near) > 0 {
		h = "did you mean " + strings.Join(near, " or ") + "?"
	}
	return nil, hint.New(fmt.Errorf("no runs in experiment %s", names[0]), h)
}
