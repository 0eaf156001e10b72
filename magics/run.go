package magics

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"unicode"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/tracker"
)

// ErrNoSession is a step that needs the Go of a notebook, used in a shell.
var ErrNoSession = errors.New("no Go session")

// Run runs one line of a notebook (%name, !command) or, with cell, a whole
// %% cell whose lines after the first are body. It shows the result and
// returns the value that `name := %name` binds.
func Run(ctx context.Context, env *Env, line, body string, cell bool) (any, error) {
	u, err := resolve(env, line)
	if err != nil {
		return nil, err
	}
	if err := u.checkBody(cell, body); err != nil {
		return nil, err
	}
	args, rest := []string(nil), u.rest
	if u.magic.Raw {
		args, rest = leadingFlags(u.flags, u.rest)
	} else if args, err = expand(ctx, env, u.words); err != nil {
		return nil, err
	}
	if err := u.flags.Parse(args); err != nil {
		if errors.Is(err, pflag.ErrHelp) {
			return nil, env.Out.Publish(helpBundle(u.magic.help(u.path, env.Prefix)))
		}
		return nil, flagError(err, u.flags, env.Prefix+"help "+u.path)
	}
	c := &Call{Line: strings.TrimSpace(line), Args: u.flags.Args(), Rest: rest, Body: body, Cell: cell}
	if u.magic.Raw {
		c.Args = nil
	} else if err := u.magic.argsError(len(c.Args), env.Prefix+u.path, env.Prefix+"help "+u.path); err != nil {
		return nil, err
	}
	if env.Session != nil {
		ctx = tracker.From(ctx, env.Session.Origin())
	}
	r, err := u.run(ctx, env, c)
	if err != nil {
		return nil, err
	}
	return r.Value, finish(env, r, asJSON(u.flags))
}

// ResultType is what `name := line` binds, or nil for nothing.
func ResultType(table []Magic, line string) reflect.Type {
	u, err := resolve(&Env{Magics: table, Prefix: "%"}, line)
	if err != nil {
		return nil
	}
	return u.magic.Result
}

// A use is a line whose magic is known and whose arguments are not yet values.
type use struct {
	magic *Magic
	path  string // "dataset load"
	flags *pflag.FlagSet
	run   Func
	words []word
	rest  string
}

func resolve(env *Env, line string) (*use, error) {
	line = strings.TrimSpace(line)
	if cmd, ok := strings.CutPrefix(line, "!"); ok {
		line = "sh " + cmd
	}
	name, rest := strings.TrimLeft(line, "%"), ""
	if i := strings.IndexFunc(name, unicode.IsSpace); i >= 0 {
		name, rest = name[:i], strings.TrimSpace(name[i:])
	}
	m := find(env.Magics, name)
	if m == nil {
		return nil, unknown("magic", "%"+name, names(env.Magics), "%", "%lsmagic")
	}
	u := &use{magic: m, path: name, rest: rest}
	if !m.Raw {
		var err error
		if u.words, err = split(rest); err != nil {
			return nil, err
		}
	}
	if err := u.descend(env); err != nil {
		return nil, err
	}
	u.flags = pflag.NewFlagSet(u.path, pflag.ContinueOnError)
	u.flags.SetOutput(discard{})
	u.run = u.magic.bind(u.flags)
	return u, nil
}

// descend replaces a magic that has steps of its own by the step named.
func (u *use) descend(env *Env) error {
	for len(u.magic.Sub) > 0 {
		first := ""
		if len(u.words) > 0 && len(u.words[0].parts) == 1 {
			first = u.words[0].parts[0].text
		}
		if first == "" || strings.HasPrefix(first, "-") {
			if u.magic.Bind != nil || first == "-h" || first == "--help" {
				return nil
			}
			return usagef("one of "+strings.Join(names(u.magic.Sub), ", ")+"; see "+env.Prefix+"help "+u.path,
				"%s%s: which step?", env.Prefix, u.path)
		}
		sub := find(u.magic.Sub, first)
		if sub == nil {
			return unknown("step", u.path+" "+first, names(u.magic.Sub), env.Prefix+u.path+" ", env.Prefix+"help "+u.path)
		}
		u.magic, u.path, u.words = sub, u.path+" "+first, u.words[1:]
	}
	return nil
}

func (u *use) checkBody(cell bool, body string) error {
	switch {
	case cell && u.magic.Body == NoBody && strings.TrimSpace(body) != "":
		return usagef("write %"+u.path+" with one % and the rest in its own cell", "%%%%%s takes no cell", u.path)
	case !cell && u.magic.Body == MustBody:
		return usagef("begin the cell with %%"+u.path, "%%%s needs a cell", u.path)
	}
	return nil
}

// bind declares a magic's flags, those that all magics have among them.
func (m *Magic) bind(fs *pflag.FlagSet) Func {
	if m.json() {
		fs.Bool("json", false, "print the result as JSON")
	}
	if m.Bind == nil {
		return func(context.Context, *Env, *Call) (Result, error) { return Result{}, pflag.ErrHelp }
	}
	return m.Bind(fs)
}

func (m *Magic) json() bool { return !m.Raw && m.Door == Both && m.Bind != nil }

func asJSON(fs *pflag.FlagSet) bool {
	on, err := fs.GetBool("json")
	return err == nil && on
}

// finish shows a result.
func finish(env *Env, r Result, json bool) error {
	if json {
		return publishJSON(env, r)
	}
	for _, b := range r.Show {
		if err := env.Out.Publish(b); err != nil {
			return err
		}
	}
	return nil
}

// leadingFlags takes the flags from the beginning of a raw line.
func leadingFlags(fs *pflag.FlagSet, rest string) (args []string, left string) {
	for fs.HasFlags() && strings.HasPrefix(rest, "-") {
		w, after := cutField(rest)
		rest = after
		if w == "--" {
			break
		}
		args = append(args, w)
		f := flagOf(fs, w)
		if f != nil && f.NoOptDefVal == "" && !strings.Contains(w, "=") && (strings.HasPrefix(w, "--") || len(w) == 2) {
			w, rest = cutField(rest)
			args = append(args, w)
		}
	}
	return args, rest
}

func flagOf(fs *pflag.FlagSet, w string) *pflag.Flag {
	if name, ok := strings.CutPrefix(w, "--"); ok {
		name, _, _ = strings.Cut(name, "=")
		return fs.Lookup(name)
	}
	if len(w) >= 2 {
		return fs.ShorthandLookup(w[1:2])
	}
	return nil
}

func cutField(s string) (field, rest string) {
	if i := strings.IndexFunc(s, unicode.IsSpace); i >= 0 {
		return s[:i], strings.TrimSpace(s[i:])
	}
	return s, ""
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
