package magics

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
)

var cd = Magic{
	Name:     "cd",
	Usage:    "[DIR]",
	Short:    "Change the working directory",
	Long:     "Without a directory it goes home; - goes back to the one before.",
	Examples: []string{"cd data", "cd -"},
	Max:      1,
	Door:     Notebook,
	Result:   reflect.TypeFor[string](),
	Args:     directories,
	Bind:     func(*pflag.FlagSet) Func { return runCd },
}

var pwd = Magic{
	Name:   "pwd",
	Short:  "Print the working directory",
	Door:   Notebook,
	Result: reflect.TypeFor[string](),
	Bind:   func(*pflag.FlagSet) Func { return runPwd },
}

func runCd(_ context.Context, _ *Env, c *Call) (Result, error) {
	before, err := os.Getwd()
	if err != nil {
		before = "" // it was removed; going elsewhere is the cure
	}
	dir := "~"
	if len(c.Args) == 1 {
		dir = c.Args[0]
	}
	switch {
	case dir == "-":
		if dir = os.Getenv("OLDPWD"); dir == "" {
			return Result{}, usagef("name a directory", "cd -: no directory before this one")
		}
	case dir == "~" || strings.HasPrefix(dir, "~/"):
		home, err := os.UserHomeDir()
		if err != nil {
			return Result{}, hint.New(fmt.Errorf("cd %s: %w", dir, err), "name a directory")
		}
		dir = filepath.Join(home, strings.TrimPrefix(dir, "~"))
	}
	if err := os.Chdir(dir); err != nil {
		var pe *os.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return Result{}, hint.New(fmt.Errorf("cd %s: %w", dir, err), "the working directory is "+before)
	}
	now, err := os.Getwd()
	if err != nil {
		return Result{}, fmt.Errorf("cd %s: %w", dir, err)
	}
	if err := errors.Join(os.Setenv("OLDPWD", before), os.Setenv("PWD", now)); err != nil {
		return Result{}, fmt.Errorf("cd %s: %w", dir, err)
	}
	return Result{Value: now, Show: show(display.Text(now))}, nil
}

func runPwd(context.Context, *Env, *Call) (Result, error) {
	dir, err := os.Getwd()
	if err != nil {
		return Result{}, fmt.Errorf("pwd: %w", err)
	}
	return Result{Value: dir, Show: show(display.Text(dir))}, nil
}

var envMagic = Magic{
	Name:     "env",
	Usage:    "[NAME | NAME=VALUE | NAME VALUE]",
	Short:    "Show or set environment variables",
	Long:     "Without a name all are listed; values of names that look like secrets are not shown.",
	Examples: []string{"env XLA_FLAGS", "env OMP_NUM_THREADS=2"},
	Max:      2,
	Args:     variableNames,
	Door:     Notebook,
	Result:   reflect.TypeFor[string](),
	Bind:     func(*pflag.FlagSet) Func { return runEnv },
}

func runEnv(_ context.Context, _ *Env, c *Call) (Result, error) {
	if len(c.Args) == 0 {
		return Result{Show: show(display.Of(variables(os.Environ())))}, nil
	}
	name, value, set := strings.Cut(c.Args[0], "=")
	switch {
	case len(c.Args) == 2 && set:
		return Result{}, usagef(`quote a value with spaces: %env NAME="a b"`, "env: two values for %s", name)
	case len(c.Args) == 2:
		value, set = c.Args[1], true
	}
	if set {
		if err := os.Setenv(name, value); err != nil {
			return Result{}, usagef("a name has no = and no NUL", "env %s: %w", c.Args[0], err)
		}
		return Result{Value: value, Show: show(display.Text(name + "=" + value))}, nil
	}
	value, ok := os.LookupEnv(name)
	if !ok {
		var known []string
		for _, v := range variables(os.Environ()) {
			known = append(known, v.Name)
		}
		return Result{}, unknown("environment variable", name, known, "", "%env")
	}
	return Result{Value: value, Show: show(display.Text(value))}, nil
}

type variable struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

var secret = []string{"SECRET", "TOKEN", "PASSWORD", "PASSWD", "CREDENTIAL", "PRIVATE", "API_KEY", "ACCESS_KEY"}

func variables(environ []string) []variable {
	var list []variable
	for _, e := range environ {
		name, value, _ := strings.Cut(e, "=")
		if slices.ContainsFunc(secret, func(s string) bool { return strings.Contains(strings.ToUpper(name), s) }) {
			value = "(not shown)"
		}
		list = append(list, variable{name, value})
	}
	slices.SortFunc(list, func(a, b variable) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// directories offers the folders where typed points.
func directories(ctx context.Context, env *Env, typed string) []string {
	return slices.DeleteFunc(files(ctx, env, typed), func(name string) bool { return !strings.HasSuffix(name, "/") })
}

// files offers the files and folders where typed points.
func files(_ context.Context, _ *Env, typed string) []string {
	dir, _ := filepath.Split(typed)
	entries, err := os.ReadDir(cmp.Or(dir, "."))
	if err != nil {
		return nil // nothing to offer
	}
	var list []string
	for _, e := range entries {
		name := dir + e.Name()
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			name += "/"
		}
		if strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(filepath.Base(typed), ".") {
			continue
		}
		list = append(list, name)
	}
	return list
}

func variableNames(context.Context, *Env, string) []string {
	var list []string
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		list = append(list, name)
	}
	return list
}
