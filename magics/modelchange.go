package magics

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/tracker"
)

var modelsAlias = Magic{
	Name:     "alias",
	Usage:    "MODEL ALIAS",
	Short:    "Let an alias point to a version, or take it away",
	Examples: []string{"models alias penguins-mlp@v3 challenger", "models alias penguins-mlp challenger --remove"},
	Min:      2,
	Max:      2,
	Args:     both(modelNames, aliasNames),
	Result:   reflect.TypeFor[tracker.ModelEvent](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o changeOptions
		fs.BoolVar(&o.Remove, "remove", false, "take the alias away")
		o.why(fs)
		return o.alias
	},
}

func (o *changeOptions) alias(ctx context.Context, env *Env, c *Call) (Result, error) {
	change, err := o.about(ctx, env, c.Args[0], tracker.ActAlias)
	if err != nil {
		return Result{}, err
	}
	change.Alias = strings.TrimPrefix(c.Args[1], "@")
	if o.Remove {
		change.Do = tracker.ActUnalias
		change.From, change.Version = change.Version, 0
		if !strings.Contains(c.Args[0], "@") {
			change.From = 0 // whichever version has it
		}
	}
	e, err := o.apply(ctx, env, change)
	switch {
	case err != nil:
		return Result{}, err
	case e.Do == "":
		return changed(e, "nothing to do: %s has @%s already", change.Ref(), change.Alias)
	case o.Remove:
		return changed(e, "%s@%s is no more; it was %s", e.Model, e.Alias, versionText(e.From))
	}
	return changed(e, "%s@%s is v%d now; before it was %s", e.Model, e.Alias, e.To, versionText(e.From))
}

// about is a change of the version that ref names, and of the whole model for a
// bare name where an action may be about that.
func (o *changeOptions) about(ctx context.Context, env *Env, ref string, do tracker.Action) (tracker.ModelChange, error) {
	c := tracker.ModelChange{Do: do, Model: ref, Who: tracker.Who(), Why: o.Why, Force: o.Force}
	whole := do == tracker.ActDescribe || do == tracker.ActTag || do == tracker.ActDelete || do == tracker.ActRename
	if whole && !strings.Contains(ref, "@") {
		store, err := env.Store(ctx)
		if err == nil {
			_, err = store.RegisteredModel(ctx, ref)
		}
		return c, noModel(ctx, env, ref, err)
	}
	_, m, err := findModelVersion(ctx, env, ref)
	c.Model, c.Version = m.Name, m.Version
	return c, err
}

func (o *changeOptions) apply(ctx context.Context, env *Env, c tracker.ModelChange) (tracker.ModelEvent, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return tracker.ModelEvent{}, err
	}
	return store.ChangeModel(ctx, c)
}

// said is a change that says something of a model, and its result.
func (o *changeOptions) said(ctx context.Context, env *Env, c tracker.ModelChange, text string) (Result, error) {
	e, err := o.apply(ctx, env, c)
	if err != nil {
		return Result{}, err
	}
	if e.Do == "" {
		return changed(e, "nothing to do: %s has that %s already", c.Ref(), c.Do)
	}
	return changed(e, "%s: %s", c.Ref(), text)
}

var modelsStage = Magic{
	Name:     "stage",
	Usage:    "MODEL STAGE",
	Short:    "Set the stage: None, Staging, Production or Archived",
	Examples: []string{"models stage penguins-mlp@v3 Staging", `models stage penguins-mlp@v1 archived --why "superseded"`},
	Min:      2,
	Max:      2,
	Args:     both(modelNames, words("None", string(tracker.Staging), string(tracker.Production), string(tracker.Archived))),
	Result:   reflect.TypeFor[tracker.ModelEvent](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o changeOptions
		o.why(fs)
		return o.stage
	},
}

func (o *changeOptions) stage(ctx context.Context, env *Env, c *Call) (Result, error) {
	stage, err := tracker.ParseStage(c.Args[1])
	if err != nil {
		return Result{}, err
	}
	change, err := o.about(ctx, env, c.Args[0], tracker.ActStage)
	if err != nil {
		return Result{}, err
	}
	change.Value = stage.String()
	return o.said(ctx, env, change, "stage "+stage.String())
}

var modelsDescribe = Magic{
	Name:     "describe",
	Usage:    "MODEL TEXT",
	Short:    "Say what a model or one of its versions is",
	Long:     "NAME is the model as a whole; NAME@v2 or NAME@champion one version. An empty text removes the description.",
	Examples: []string{`models describe penguins-mlp "species from four measures"`, `models describe penguins-mlp@v2 "without year"`},
	Min:      2,
	Max:      2,
	Args:     modelNames,
	Result:   reflect.TypeFor[tracker.ModelEvent](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o changeOptions
		o.why(fs)
		return o.describe
	},
}

func (o *changeOptions) describe(ctx context.Context, env *Env, c *Call) (Result, error) {
	change, err := o.about(ctx, env, c.Args[0], tracker.ActDescribe)
	if err != nil {
		return Result{}, err
	}
	change.Value = c.Args[1]
	return o.said(ctx, env, change, "described")
}

var modelsTag = Magic{
	Name:     "tag",
	Usage:    "MODEL NAME=VALUE...",
	Short:    "Set tags of a model or a version; an empty value removes one",
	Examples: []string{"models tag penguins-mlp team=birds", "models tag penguins-mlp@v2 reviewed=yes"},
	Min:      2,
	Max:      -1,
	Args:     modelNames,
	Result:   reflect.TypeFor[tracker.ModelEvent](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o changeOptions
		o.why(fs)
		return o.tag
	},
}

func (o *changeOptions) tag(ctx context.Context, env *Env, c *Call) (Result, error) {
	tags, err := parseTags("models tag", c.Args[1:])
	if err != nil {
		return Result{}, err
	}
	change, err := o.about(ctx, env, c.Args[0], tracker.ActTag)
	if err != nil {
		return Result{}, err
	}
	change.Tags = tags
	return o.said(ctx, env, change, tagText(tags))
}

var modelsRename = Magic{
	Name:     "rename",
	Usage:    "NAME NEW",
	Short:    "Give a model, its versions and its history another name",
	Examples: []string{"models rename penguins-mlp species"},
	Min:      2,
	Max:      2,
	Args:     registeredNames,
	Result:   reflect.TypeFor[tracker.ModelEvent](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o changeOptions
		o.why(fs)
		return o.rename
	},
}

func (o *changeOptions) rename(ctx context.Context, env *Env, c *Call) (Result, error) {
	if strings.Contains(c.Args[0], "@") {
		return Result{}, usagef("write the name alone: its versions go with it", "models rename %s: a version has no name of its own", c.Args[0])
	}
	change, err := o.about(ctx, env, c.Args[0], tracker.ActRename)
	if err != nil {
		return Result{}, err
	}
	change.Value = c.Args[1]
	return o.said(ctx, env, change, "its name is "+change.Value+" now")
}

var modelsDelete = Magic{
	Name:     "delete",
	Usage:    "MODEL",
	Short:    "Delete a version that nothing uses, or a model with all of them",
	Long:     "A version is in use while an alias points to it, or something in the lineage came from it. Its number is not given again, and what was done to it stays in the history.",
	Examples: []string{"models delete penguins-mlp@v1", "models delete penguins-mlp --all --force"},
	Min:      1,
	Max:      1,
	Args:     modelNames,
	Result:   reflect.TypeFor[tracker.ModelEvent](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o changeOptions
		fs.BoolVar(&o.All, "all", false, "the model with all its versions")
		fs.BoolVar(&o.Force, "force", false, "also what is in use: its aliases and edges go with it")
		o.why(fs)
		return o.drop
	},
}

func (o *changeOptions) drop(ctx context.Context, env *Env, c *Call) (Result, error) {
	if versioned := strings.Contains(c.Args[0], "@"); versioned == o.All {
		return Result{}, usagef("write NAME@v3 for one version, or NAME --all for the model with all its versions", "models delete %s: which versions?", c.Args[0])
	}
	change, err := o.about(ctx, env, c.Args[0], tracker.ActDelete)
	if err != nil {
		return Result{}, err
	}
	e, err := o.apply(ctx, env, change)
	if err != nil {
		return Result{}, err
	}
	return changed(e, "deleted %s", change.Ref())
}

// parseTags reads NAME=VALUE.
func parseTags(step string, words []string) (map[string]string, error) {
	tags := map[string]string{}
	for _, a := range words {
		name, value, ok := strings.Cut(a, "=")
		if !ok || name == "" {
			return nil, usagef("write NAME=VALUE", "%s: %s is no tag", step, a)
		}
		tags[name] = value
	}
	return tags, nil
}

func tagText(tags map[string]string) string {
	var list []string
	for _, k := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, fmt.Sprintf("%s=%s", k, tags[k]))
	}
	return strings.Join(list, ", ")
}
