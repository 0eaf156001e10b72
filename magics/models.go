package magics

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/registry"
)

var modelsMagic = Magic{
	Name:  "models",
	Usage: "[STEP]",
	Short: "List, show, promote and roll back models",
	Long: "Without a step it lists. A model is a name with versions, which never change; an alias such as @champion points to one of " +
		"them, and moves. NAME is the newest version, NAME@v2 the second, NAME@champion the one that the alias points to. Every " +
		"change is kept with who made it, when and why.",
	Sub: []Magic{modelsList, modelsShow, modelsPromote, modelsRollback, modelsAlias, modelsStage, modelsDescribe, modelsTag,
		modelsRename, modelsDelete},
	Bind:   func(*pflag.FlagSet) Func { return listModels },
	Result: reflect.TypeFor[[]tracker.RegisteredModel](),
}

var modelsList = Magic{
	Name:     "list",
	Short:    "List the models with their newest version and aliases",
	Examples: []string{"models list"},
	Result:   reflect.TypeFor[[]tracker.RegisteredModel](),
	Bind:     func(*pflag.FlagSet) Func { return listModels },
}

func listModels(ctx context.Context, env *Env, _ *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	all, err := store.RegisteredModels(ctx)
	if err != nil {
		return Result{}, err
	}
	t := display.Table{
		Columns: []string{"model", "newest", "aliases", "description"}, Limit: -1,
		Empty: "no models yet: " + env.Prefix + "train makes one",
	}
	whole := t // has what 80 columns have no room for
	whole.Columns = append(slices.Clone(t.Columns), "created", "changed")
	for _, m := range all {
		row := []any{m.Name, versionText(m.Latest), aliasText(m), m.Description}
		t.Rows = append(t.Rows, row)
		whole.Rows = append(whole.Rows, append(slices.Clone(row), m.Created, m.Updated))
	}
	return Result{Value: all, JSON: orEmpty(all), Show: show(display.HTML(whole.HTML(), t.Text(width)))}, nil
}

// findModelVersion opens the store and finds a version of a model; an unknown
// one comes with the names that are near.
func findModelVersion(ctx context.Context, env *Env, ref string) (tracker.Store, tracker.Model, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return nil, tracker.Model{}, err
	}
	m, err := store.Model(ctx, ref)
	return store, m, noModel(ctx, env, ref, err)
}

// noModel adds to the error of an unknown model the names that are near.
func noModel(ctx context.Context, env *Env, ref string, err error) error {
	if !errors.Is(err, tracker.ErrNotFound) {
		return err
	}
	return notFound(env, ref, err, modelNames(ctx, env, ""), env.Prefix+"models lists them all")
}

var modelsPromote = Magic{
	Name:     "promote",
	Usage:    "MODEL",
	Short:    "Let an alias point to a version: this one is in use from now on",
	Examples: []string{`models promote penguins-mlp@v4 --as champion --why "fewer errors"`, "models promote {run.Version}"},
	Min:      1,
	Max:      1,
	Args:     modelNames,
	Values:   map[string]Completer{"as": aliasNames},
	Result:   reflect.TypeFor[tracker.ModelEvent](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o changeOptions
		fs.StringVar(&o.Alias, "as", registry.Champion, "`alias` that is to point to it")
		o.why(fs)
		return o.promote
	},
}

// changeOptions are the flags of the steps that change a model.
type changeOptions struct {
	Alias, Why  string
	Remove, All bool
	Force       bool
}

func (o *changeOptions) why(fs *pflag.FlagSet) {
	fs.StringVar(&o.Why, "why", "", "`reason`, kept with the change")
}

func (o *changeOptions) by() registry.By { return registry.By{Who: tracker.Who(), Why: o.Why} }

func (o *changeOptions) promote(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, m, err := findModelVersion(ctx, env, c.Args[0])
	if err != nil {
		return Result{}, err
	}
	e, err := registry.Promote(ctx, store, m.Ref(), strings.TrimPrefix(o.Alias, "@"), o.by())
	if err != nil {
		return Result{}, err
	}
	if e.Do == "" {
		return changed(e, "nothing to do: %s has @%s already", m.Ref(), strings.TrimPrefix(o.Alias, "@"))
	}
	return changed(e, "%s@%s is v%d now; before it was %s", e.Model, e.Alias, e.To, versionText(e.From))
}

// changed is the result of a change.
func changed(e tracker.ModelEvent, format string, args ...any) (Result, error) {
	return Result{Value: e, Show: show(display.Text(fmt.Sprintf(format, args...)))}, nil
}

// versionText is v3, or none.
func versionText(v int) string {
	if v == 0 {
		return "none"
	}
	return fmt.Sprintf("v%d", v)
}

var modelsRollback = Magic{
	Name:     "rollback",
	Usage:    "NAME",
	Short:    "Give an alias back to the version that had it before",
	Long:     "What it was promoted to since is undone, one promotion for each rollback.",
	Examples: []string{`models rollback penguins-mlp --why "wrong on Torgersen"`},
	Min:      1,
	Max:      1,
	Args:     registeredNames,
	Values:   map[string]Completer{"alias": aliasNames},
	Result:   reflect.TypeFor[tracker.ModelEvent](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o changeOptions
		fs.StringVar(&o.Alias, "alias", registry.Champion, "`alias` to give back")
		o.why(fs)
		return o.rollback
	},
}

func (o *changeOptions) rollback(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	name, alias, named := strings.Cut(c.Args[0], "@") // NAME@champion says both
	if !named {
		alias = strings.TrimPrefix(o.Alias, "@")
	}
	if _, err := store.RegisteredModel(ctx, name); err != nil {
		return Result{}, noModel(ctx, env, name, err)
	}
	e, err := registry.Rollback(ctx, store, name, alias, o.by())
	if err != nil {
		return Result{}, err
	}
	return changed(e, "%s@%s is v%d again; it was %s", e.Model, e.Alias, e.To, versionText(e.From))
}
