package magics_test

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/cobra"
	"github.com/traefik/yaegi/interp"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/magics"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The scripts in testdata have two commands beside those of testscript:
// cellar, what a person types in a shell, and cell, whose arguments are the
// parts of a cell: Go, or a magic, or @file for a whole %% cell.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"cellar": shellMain, "cell": cellMain})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata",
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			data, err := filepath.Abs("../notebooks/data")
			e.Setenv("DATA", data)
			e.Setenv("CELLAR_XLA_PLUGIN", os.Getenv("CELLAR_XLA_PLUGIN"))
			return err
		},
	})
}

// world is the Env of a test process with a store of its own.
func world(prefix string) (*magics.Env, func() error) {
	var open tracker.Store
	out := &magics.Console{Results: display.Terminal{Out: os.Stdout}, Progress: display.Terminal{Out: os.Stderr}}
	env := &magics.Env{
		Out:    out,
		Stdout: os.Stdout, Stderr: os.Stderr,
		Magics: magics.Standard(), Prefix: prefix, Plain: true,
		Store: func(ctx context.Context) (s tracker.Store, err error) {
			if open == nil {
				open, err = store.Open(ctx, os.Getenv("CELLAR_STORE"))
			}
			return open, err
		},
	}
	return env, func() error {
		if open == nil {
			return out.Settle()
		}
		return errors.Join(out.Settle(), open.Close())
	}
}

func exit(err error, done func() error) {
	if e := done(); err == nil {
		err = e
	}
	if err == nil {
		os.Exit(0)
	}
	fmt.Fprintln(os.Stderr, err)
	if h := hint.Of(err); h != "" {
		fmt.Fprintln(os.Stderr, "hint:", h)
	}
	if magics.IsUsage(err) {
		os.Exit(2)
	}
	os.Exit(1)
}

func shellMain() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	env, done := world("cellar ")
	root := &cobra.Command{Use: "cellar", SilenceErrors: true, SilenceUsage: true}
	root.AddCommand(magics.Commands(env.Magics, func(context.Context) *magics.Env { return env })...)
	exit(root.ExecuteContext(ctx), done)
}

func cellMain() {
	env, done := world("%")
	s := &session{Interpreter: interp.New(interp.Options{})}
	env.Session, env.History = s, s.History
	env.Compiler = compiler{}
	exit(s.cell(env, os.Args[1:]), done)
}

// A session is the least Go that magics can be tried with.
type session struct {
	*interp.Interpreter
	vars []magics.Variable
	ran  []tracker.Cell
}

func (s *session) cell(env *magics.Env, parts []string) error {
	for _, part := range parts {
		if file, ok := strings.CutPrefix(part, "@"); ok {
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			part = strings.TrimSuffix(string(text), "\n")
		}
		s.ran = append(s.ran, tracker.Cell{Count: len(s.ran) + 1, Code: part})
		name, magic, bound := strings.Cut(part, " := %")
		line, body, cell := strings.Cut(part, "\n")
		switch {
		case bound:
			boundLine, boundBody, _ := strings.Cut("%"+magic, "\n")
			v, err := magics.Run(context.Background(), env, boundLine, boundBody, strings.HasPrefix(magic, "%"))
			if err != nil {
				return err
			}
			if err := s.bind(name, v); err != nil {
				return err
			}
		case strings.HasPrefix(part, "%") || strings.HasPrefix(part, "!"):
			if _, err := magics.Run(context.Background(), env, line, body, cell); err != nil {
				return err
			}
		default:
			if err := s.RunGo(context.Background(), part, false); err != nil {
				return err
			}
			if name, _, ok := strings.Cut(part, " := "); ok {
				s.vars = append(s.vars, s.variable(name))
			}
		}
	}
	return nil
}

func (s *session) bind(name string, v any) error {
	s.vars = append(s.vars, magics.Variable{Name: name, Kind: "var", Type: fmt.Sprintf("%T", v)})
	pkg, box := "bound"+name, reflect.New(reflect.TypeOf(v)).Elem()
	box.Set(reflect.ValueOf(v))
	if err := s.Use(interp.Exports{pkg + "/" + pkg: {"V": box}}); err != nil {
		return err
	}
	_, err := s.Interpreter.Eval("import \"" + pkg + "\"; var " + name + " = " + pkg + ".V")
	return err
}

func (s *session) Eval(_ context.Context, expr string) (any, error) {
	v, err := s.Interpreter.Eval(expr)
	if err != nil {
		return nil, err
	}
	return v.Interface(), nil
}

func (s *session) RunGo(_ context.Context, code string, quiet bool) error {
	v, err := s.Interpreter.Eval(code)
	if err == nil && !quiet && v.IsValid() && v.CanInterface() && v.Kind() != reflect.Func {
		fmt.Println(v.Interface())
	}
	return err
}

// variable is a name whose size is that of its value without what it points to.
func (s *session) variable(name string) magics.Variable {
	v := magics.Variable{Name: name, Kind: "var", Len: -1, Cap: -1}
	r, err := s.Interpreter.Eval(name)
	if err != nil {
		return v
	}
	if r.Kind() == reflect.Slice {
		v.Len, v.Cap = r.Len(), r.Cap()
	}
	v.Type = r.Type().String()
	v.Size = func() (int64, bool) { return int64(r.Type().Size()), r.Kind() != reflect.Slice }
	return v
}

// earlier is what a session before this one ran.
var earlier = []magics.PastCell{
	{Session: 1, Line: 1, Input: "x := 40", Output: ""},
	{Session: 1, Line: 2, Input: "x + 2", Output: "42"},
	{Session: 1, Line: 3, Input: "func f() {\n}"},
}

// History implements magics.Env's on the cells that ran, as session 2.
func (s *session) History(_ context.Context, q magics.PastQuery) ([]magics.PastCell, error) {
	all := slices.Clone(earlier)
	for _, c := range s.ran {
		all = append(all, magics.PastCell{Session: 2, Line: c.Count, Input: c.Code})
	}
	var out []magics.PastCell
	for _, c := range all {
		switch {
		case q.All:
			if ok, _ := filepath.Match(cmp.Or(q.Pattern, "*"), c.Input); ok {
				out = append(out, c)
			}
		case c.Session == 2+q.Session && c.Line >= q.Start && (q.Stop == 0 || c.Line < q.Stop):
			out = append(out, c)
		}
	}
	if q.N > 0 {
		out = out[max(0, len(out)-q.N):]
	}
	return out, nil
}

func (s *session) Names() []magics.Variable { return s.vars }
func (s *session) Closure(string) string    { return "" }
