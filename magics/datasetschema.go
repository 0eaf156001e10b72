package magics

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"reflect"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/dataset/schema"
	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
)

var datasetSchema = Magic{
	Name:  "schema",
	Usage: "STEP",
	Short: "Say what a dataset has to look like",
	Long: "A schema belongs to a dataset's name and is YAML. It is checked when a file is loaded under the name and before a model " +
		"is trained on it, and by validate. Each expectation has a level: error (the default) stops the step, warning says so, info is " +
		"counted.\n\nOf a column:\n\n" + kindLines(schema.Kinds()) + "    absent      the level of a table without the column; allow for none\n\n" +
		"Of the table: rows; unique, a list of lists of columns that are unique together; other_columns, the level of columns that are " +
		"not named.\n\nMeasures of distance:\n\n" + measureLines() +
		"\nWhere there is more to say than a value, it is written in braces: range: {min: 0, level: warning}, set: {is: [red, white], level: info}.",
	Sub: []Magic{schemaInfer, schemaShow, schemaSet, schemaEdit, schemaList, schemaDrop},
}

func kindLines(kinds []schema.Kind) string {
	var b strings.Builder
	for _, k := range kinds {
		fmt.Fprintf(&b, "    %-11s %s\n", k.Name, k.Short)
	}
	return b.String()
}

func measureLines() string {
	var b strings.Builder
	for _, m := range schema.Measures() {
		fmt.Fprintf(&b, "    %-11s %s\n", m.Name, m.Short)
	}
	return b.String()
}

var schemaInfer = Magic{
	Name:  "infer",
	Usage: "DATASET",
	Short: "Make a schema from a good version and keep it",
	Long: "Each expectation has a comment that says what was seen and what slack it got. What may well change is at level warning. " +
		"--dry shows the schema and keeps nothing.",
	Examples: []string{"dataset schema infer penguins@v1", "dataset schema infer penguins@v1 --slack 0.5 --distance --dry"},
	Min:      1,
	Max:      1,
	Args:     datasetNames,
	Result:   reflect.TypeFor[schema.Version](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o inferOptions
		fs.Float64Var(&o.Slack, "slack", 0.1, "`share` of its span by which a range is wider than what was seen")
		fs.BoolVar(&o.Distance, "distance", false, "expect distributions near those of this version too")
		fs.BoolVar(&o.Dry, "dry", false, "show the schema, keep nothing")
		return o.run
	},
}

type inferOptions struct {
	Slack         float64
	Distance, Dry bool
}

func (o *inferOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	if !(o.Slack > 0) {
		return Result{}, usagef("a share such as 0.1", "--slack %v: too small", o.Slack)
	}
	t, d, err := openDataset(ctx, env, c.Args[0])
	if err != nil {
		return Result{}, err
	}
	s, err := schema.Infer(ctx, t, schema.InferOptions{Dataset: d.Name, From: d.Ref(), Slack: o.Slack, Distance: o.Distance})
	if err != nil {
		return Result{}, err
	}
	text, err := s.YAML()
	if err != nil {
		return Result{}, err
	}
	v := schema.Version{Dataset: d.Name, YAML: string(text), Schema: s}
	if !o.Dry {
		if v, err = putSchema(ctx, env, d.Name, text, "inferred from "+d.Ref()); err != nil {
			return Result{}, err
		}
	}
	return Result{Value: v, Show: show(schemaBundle(env, v, o.Dry))}, nil
}

func putSchema(ctx context.Context, env *Env, name string, text []byte, note string) (schema.Version, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return schema.Version{}, err
	}
	return schema.Put(ctx, store, name, text, note, clock.Or(env.Now)())
}

// schemaBundle is a schema as its YAML, which is what a person reads.
func schemaBundle(env *Env, v schema.Version, dry bool) display.Bundle {
	head := fmt.Sprintf("%s: %s; change it with %sdataset schema edit %s", v.Ref(), counted(v.Schema.Count(), "expectation"), env.Prefix, v.Dataset)
	if dry {
		head = fmt.Sprintf("a schema of %s, not kept: %s", v.Dataset, counted(v.Schema.Count(), "expectation"))
	}
	return yamlBundle(head, v.YAML)
}

func yamlBundle(head, text string) display.Bundle {
	return display.HTML(`<div style="font-weight:600;margin:4px 0">`+display.Escape(head)+`</div><pre class="mathjax_ignore tex2jax_ignore" style="margin:4px 0">`+
		display.Escape(text)+`</pre>`, head+"\n\n"+strings.TrimRight(text, "\n"))
}

var schemaShow = Magic{
	Name:     "show",
	Usage:    "DATASET",
	Short:    "Show the schema of a dataset",
	Examples: []string{"dataset schema show penguins", "dataset schema show penguins --version 1"},
	Min:      1,
	Max:      1,
	Args:     datasetNames,
	Result:   reflect.TypeFor[schema.Version](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o schemaShowOptions
		fs.IntVar(&o.Version, "version", 0, "`n` of the schema; the one in force if not given")
		fs.BoolVar(&o.Plain, "yaml", false, "the YAML and nothing else, for a file")
		return o.run
	},
}

type schemaShowOptions struct {
	Version int
	Plain   bool
}

func (o *schemaShowOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	v, err := schemaVersion(ctx, store, c.Args[0], o.Version)
	if err != nil {
		return Result{}, err
	}
	if o.Plain {
		return Result{Value: *v, Show: show(display.Text(strings.TrimRight(v.YAML, "\n")))}, nil
	}
	return Result{Value: *v, Show: show(schemaBundle(env, *v, false))}, nil
}

// schemaVersion is one schema of a dataset's name: the n-th, or for 0 the one in
// force.
func schemaVersion(ctx context.Context, store tracker.Store, ref string, n int) (*schema.Version, error) {
	if n == 0 {
		return schema.Need(ctx, store, ref)
	}
	name, _, _ := strings.Cut(ref, "@")
	all, err := schema.Versions(ctx, store, name)
	if err != nil {
		return nil, err
	}
	if n < 1 || n > len(all) || all[n-1].YAML == "" {
		return nil, usagef("`dataset schema list "+name+"` lists them", "dataset %s has no schema %d", name, n)
	}
	v := all[n-1]
	v.Schema, err = schema.Parse([]byte(v.YAML))
	return &v, err
}

var schemaSet = Magic{
	Name:  "set",
	Usage: "DATASET [FILE]",
	Short: "Keep a schema from a file, or from the rest of the cell",
	Long:  "The text is kept as it is, comments and all, as the next version of the schema. The dataset need not be there yet.",
	Examples: []string{
		"dataset schema set penguins penguins.yaml",
		"%dataset schema set penguins\ncolumns:\n  species:\n    set: [Adelie, Chinstrap, Gentoo]\n  body_mass_g:\n    type: int64\n    range: {min: 0, level: warning}",
	},
	Min:    1,
	Max:    2,
	Body:   MayBody,
	Args:   both(datasetNames, files),
	Result: reflect.TypeFor[schema.Version](),
	Bind:   func(*pflag.FlagSet) Func { return setSchema },
}

func setSchema(ctx context.Context, env *Env, c *Call) (Result, error) {
	text := []byte(c.Body)
	if c.Cell == (len(c.Args) == 2) {
		return Result{}, usagef("name a file, or begin a cell with %%dataset schema set "+c.Args[0]+" and write the schema below", "dataset schema set: from where?")
	}
	if !c.Cell {
		var err error
		if text, err = os.ReadFile(c.Args[1]); err != nil {
			return Result{}, hint.New(fmt.Errorf("read schema: %w", err), "a file of YAML, such as `dataset schema show "+c.Args[0]+" --yaml` writes")
		}
	}
	if strings.TrimSpace(string(text)) == "" {
		return Result{}, usagef("`dataset schema drop "+c.Args[0]+"` drops the schema", "dataset schema set: nothing in it")
	}
	v, err := putSchema(ctx, env, c.Args[0], text, "")
	if err != nil {
		return Result{}, inFile(c, err)
	}
	return Result{Value: v, Show: show(display.Text(fmt.Sprintf("%s: %s", v.Ref(), counted(v.Schema.Count(), "expectation"))))}, nil
}

// inFile names the file that is wrong.
func inFile(c *Call, err error) error {
	if c.Cell {
		return err
	}
	return fmt.Errorf("%s: %w", c.Args[1], err)
}

var schemaEdit = Magic{
	Name:  "edit",
	Usage: "DATASET",
	Short: "Change the schema of a dataset: in $EDITOR, or as a cell",
	Long: "In a shell the schema opens in $VISUAL or $EDITOR, and what is saved is the next version. In a notebook it is shown as a " +
		"cell to copy, change and run.",
	Examples: []string{"dataset schema edit penguins"},
	Min:      1,
	Max:      1,
	Args:     datasetNames,
	Bind:     func(*pflag.FlagSet) Func { return editSchema },
}

func editSchema(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	v, err := schema.Need(ctx, store, c.Args[0])
	if err != nil {
		return Result{}, err
	}
	editor := os.Getenv("VISUAL")
	if editor == "" {
		editor = os.Getenv("EDITOR")
	}
	if env.Session != nil {
		return Result{Show: show(yamlBundle("run this as a cell of its own, changed as you like", "%%dataset schema set "+v.Dataset+"\n"+v.YAML))}, nil
	}
	if editor == "" {
		return Result{}, hint.New(fmt.Errorf("edit schema of %s: neither $VISUAL nor $EDITOR names an editor", v.Dataset),
			fmt.Sprintf("%sdataset schema show %s --yaml > schema.yaml, change it, %sdataset schema set %s schema.yaml", env.Prefix, v.Dataset, env.Prefix, v.Dataset))
	}
	text, path, err := edited(ctx, editor, v)
	if err != nil {
		return Result{}, fmt.Errorf("edit schema of %s: %w", v.Dataset, err)
	}
	if text == v.YAML {
		return Result{Show: show(display.Text(v.Ref() + " stays as it is"))}, os.Remove(path)
	}
	next, err := putSchema(ctx, env, v.Dataset, []byte(text), "edited")
	if err != nil {
		return Result{}, hint.New(err, hint.Of(err)+"; what you wrote is in "+path+": mend it and "+env.Prefix+"dataset schema set "+v.Dataset+" "+path)
	}
	return Result{Value: next, Show: show(display.Text(fmt.Sprintf("%s: %s", next.Ref(), counted(next.Schema.Count(), "expectation"))))}, os.Remove(path)
}

// edited is the schema as the person left it, and the file it is still in.
func edited(ctx context.Context, editor string, v *schema.Version) (text, path string, err error) {
	f, err := os.CreateTemp("", "schema-"+v.Dataset+"-*.yaml")
	if err != nil {
		return "", "", err
	}
	if _, err = f.WriteString(v.YAML); err == nil {
		err = f.Close()
	}
	if err != nil {
		return "", f.Name(), err
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", editor+" "+shellQuote(f.Name()))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr // an editor wants the terminal itself
	if err := cmd.Run(); err != nil {
		return "", f.Name(), fmt.Errorf("%s: %w", editor, err)
	}
	data, err := os.ReadFile(f.Name())
	return string(data), f.Name(), err
}

var schemaList = Magic{
	Name:   "list",
	Usage:  "[DATASET]",
	Short:  "List the schemas that datasets have and had",
	Max:    1,
	Args:   datasetNames,
	Result: reflect.TypeFor[[]schema.Version](),
	Bind:   func(*pflag.FlagSet) Func { return listSchemas },
}

func listSchemas(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	name := ""
	if len(c.Args) > 0 {
		name, _, _ = strings.Cut(c.Args[0], "@")
	}
	all, err := schema.Versions(ctx, store, name)
	if err != nil {
		return Result{}, err
	}
	if all == nil {
		all = []schema.Version{}
	}
	t := display.Table{Columns: []string{"dataset", "schema", "created", "note"}, Limit: -1, Empty: "no schemas yet: make one with " + env.Prefix + "dataset schema infer DATASET"}
	for _, v := range all {
		note := v.Note
		if v.YAML == "" {
			note = "dropped"
		}
		t.Rows = append(t.Rows, []any{v.Dataset, v.Version, v.Created, note})
	}
	return Result{Value: all, Show: show(t.Display())}, nil
}

var schemaDrop = Magic{
	Name:     "drop",
	Usage:    "DATASET",
	Short:    "Expect nothing of a dataset any more",
	Long:     "The schemas stay in the list, and `dataset schema show --version` shows them.",
	Examples: []string{"dataset schema drop penguins"},
	Min:      1,
	Max:      1,
	Args:     datasetNames,
	Bind:     func(*pflag.FlagSet) Func { return dropSchema },
}

func dropSchema(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	if _, err := schema.Need(ctx, store, c.Args[0]); err != nil {
		return Result{}, err
	}
	v, err := putSchema(ctx, env, c.Args[0], nil, "")
	if err != nil {
		return Result{}, err
	}
	return Result{Show: show(display.Text("nothing is expected of " + v.Dataset + " any more"))}, nil
}
