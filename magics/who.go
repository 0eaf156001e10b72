package magics

import (
	"context"
	"fmt"
	"reflect"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
)

var who = Magic{
	Name:   "who",
	Usage:  "[KIND]",
	Short:  "List what the cells have declared",
	Long:   "KIND is var, func, type or const. names := %who binds the names alone.",
	Max:    1,
	Door:   Notebook,
	Result: reflect.TypeFor[[]string](),
	Args:   words("var", "func", "type", "const"),
	Bind:   func(*pflag.FlagSet) Func { return runWho },
}

func runWho(_ context.Context, env *Env, c *Call) (Result, error) {
	if env.Session == nil {
		return Result{}, fmt.Errorf("who: %w", ErrNoSession)
	}
	var bound []string
	t := display.Table{Columns: []string{"name", "kind", "type", "value"}, Limit: -1, Empty: "nothing is declared yet"}
	for _, v := range env.Session.Names() {
		if len(c.Args) == 0 || v.Kind == c.Args[0] {
			bound = append(bound, v.Name)
			t.Rows = append(t.Rows, []any{v.Name, v.Kind, v.Type, v.Value})
		}
	}
	return Result{Value: bound, Show: show(t.Display())}, nil
}

// words is a Completer of fixed words.
func words(list ...string) Completer {
	return func(context.Context, *Env, string) []string { return list }
}
