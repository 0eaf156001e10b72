package magics

import (
	"cmp"
	"context"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/nearest"
)

var who = Magic{
	Name:  "who",
	Usage: "[KIND|TYPE|GLOB...]",
	Short: "List what the cells have declared, with types and sizes",
	Long: "KIND is var, func, type or const; TYPE is a type as the list shows it; GLOB is a pattern of names, such as x*. Of several of " +
		"one sort, any fits. The size of a variable is about what it holds in memory with all that it points to; ≥ stands before " +
		"what is too large to be looked at whole. names := %who binds the names alone.",
	Examples: []string{"who", "who var --sort size", "who 'train*' '[]float64'"},
	Max:      -1,
	Door:     Notebook,
	Result:   reflect.TypeFor[[]string](),
	Args:     whoWords,
	Values:   map[string]Completer{"sort": words(whoOrders...)},
	Bind: func(fs *pflag.FlagSet) Func {
		var o whoOptions
		fs.StringVar(&o.Sort, "sort", "name", "`order`: "+strings.Join(whoOrders, ", "))
		return o.run
	},
}

var (
	whoKinds  = []string{"var", "func", "type", "const"}
	whoOrders = []string{"name", "size", "type", "cell"}
)

type whoOptions struct{ Sort string }

func (o *whoOptions) run(_ context.Context, env *Env, c *Call) (Result, error) {
	if env.Session == nil {
		return Result{}, fmt.Errorf("who: %w", ErrNoSession)
	}
	if !slices.Contains(whoOrders, o.Sort) {
		return Result{}, usagef("there are "+strings.Join(whoOrders, ", "), "who: no order %s", o.Sort)
	}
	all := env.Session.Names()
	f, err := whoFilter(c.Args, all)
	if err != nil {
		return Result{}, err
	}
	var list []sized
	for _, v := range all {
		if f.fits(v) {
			list = append(list, measured(v))
		}
	}
	o.sort(list)
	var names []string
	var sum int64
	t := display.Table{Columns: []string{"name", "kind", "type", "size", "len", "value"}, Limit: -1, Empty: "nothing is declared yet"}
	if len(all) > 0 {
		t.Empty = "nothing declared fits " + strings.Join(c.Args, " ")
	}
	for _, v := range list {
		names = append(names, v.Name)
		sum += v.Bytes
		t.Rows = append(t.Rows, []any{v.Name, v.Kind, v.Type, v.size(), v.length(), v.Value})
	}
	if sum > 0 {
		t.Note = "variables hold about " + display.Bytes(sum)
	}
	return Result{Value: names, JSON: list, Show: show(t.Display())}, nil
}

func (o *whoOptions) sort(list []sized) {
	slices.SortStableFunc(list, func(a, b sized) int {
		switch o.Sort {
		case "size":
			return cmp.Compare(b.Bytes, a.Bytes)
		case "type":
			return cmp.Compare(a.Type, b.Type)
		case "cell":
			return cmp.Compare(a.Cell, b.Cell)
		}
		return cmp.Compare(a.Name, b.Name)
	})
}

// A sized is a variable with what it holds.
type sized struct {
	Variable
	Bytes int64 `json:"bytes,omitempty"`
	whole bool
}

func measured(v Variable) sized {
	m := sized{Variable: v, whole: true}
	if v.Size != nil {
		m.Bytes, m.whole = v.Size()
	}
	return m
}

// size is about how much memory a variable holds; nil for what is none.
func (v sized) size() any {
	switch {
	case v.Bytes == 0:
		return nil
	case !v.whole:
		return "≥ " + display.Bytes(v.Bytes)
	}
	return display.Bytes(v.Bytes)
}

// length is "3", or "3/8" where there is room for more; nil for what has none.
func (v sized) length() any {
	switch {
	case v.Bytes == 0 || v.Len < 0:
		return nil
	case v.Cap >= 0 && v.Cap != v.Len:
		return strconv.Itoa(v.Len) + "/" + strconv.Itoa(v.Cap)
	}
	return strconv.Itoa(v.Len)
}

// A nameFilter keeps what fits one of each sort that is given.
type nameFilter struct{ kinds, types, globs []string }

func whoFilter(args []string, all []Variable) (f nameFilter, err error) {
	var known []string
	for _, v := range all {
		known = append(known, v.Name, v.Type)
	}
	for _, a := range args {
		isType := slices.ContainsFunc(all, func(v Variable) bool { return v.Kind == "var" && v.Type == a })
		isName := slices.ContainsFunc(all, func(v Variable) bool { return v.Name == a })
		switch {
		case slices.Contains(whoKinds, a):
			f.kinds = append(f.kinds, a)
		case isType:
			f.types = append(f.types, a)
		case isName || strings.ContainsAny(a, "*?"):
			if _, err := path.Match(a, ""); err != nil {
				return f, usagef("* stands for any letters, ? for one", "who: %s is no pattern", a)
			}
			f.globs = append(f.globs, a)
		default:
			h := "KIND is " + strings.Join(whoKinds, ", ") + "; a pattern has * or ?"
			if near := nearest.Of(a, append(known, whoKinds...), 3); len(near) > 0 {
				h = "did you mean " + strings.Join(near, " or ") + "?"
			}
			return f, usagef(h, "who: no name, type or kind %s", a)
		}
	}
	return f, nil
}

func (f nameFilter) fits(v Variable) bool {
	any := func(list []string, fits func(string) bool) bool {
		return len(list) == 0 || slices.ContainsFunc(list, fits)
	}
	return any(f.kinds, func(k string) bool { return k == v.Kind }) &&
		any(f.types, func(t string) bool { return t == v.Type }) &&
		any(f.globs, func(g string) bool { ok, _ := path.Match(g, v.Name); return ok })
}

// whoWords are the kinds, and the names and types of the session.
func whoWords(_ context.Context, env *Env, _ string) []string {
	list := slices.Clone(whoKinds)
	if env.Session != nil {
		for _, v := range env.Session.Names() {
			list = append(list, v.Name+"\t"+v.Kind)
			if v.Kind == "var" && !strings.ContainsAny(v.Type, " {") {
				list = append(list, v.Type+"\ttype")
			}
		}
	}
	return list
}

// words is a Completer of fixed words.
func words(list ...string) Completer {
	return func(context.Context, *Env, string) []string { return list }
}
