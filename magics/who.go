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
	Long:   "KIND is var, func, type or const.",
	Max:    1,
	Door:   Notebook,
	Result: reflect.TypeFor[[]Variable](),
	Args:   words("var", "func", "type", "const"),
	Bind:   func(*pflag.FlagSet) Func { return runWho },
}

func runWho(_ context.Context, env *Env, c *Call) (Result, error) {
	if env.Session == nil {
		return Result{}, fmt.Errorf("who: %w", ErrNoSession)
	}
	var list []Variable
	for _, v := range env.Session.Names() {
		if len(c.Args) == 0 || v.Kind == c.Args[0] {
			list = append(list, v)
		}
	}
	if len(list) == 0 {
		return Result{Value: list, Show: show(display.Text("nothing is declared yet"))}, nil
	}
	return Result{Value: list, Show: show(display.Of(list))}, nil
}

// words is a Completer of fixed words.
func words(list ...string) Completer {
	return func(context.Context, *Env, string) []string { return list }
}
