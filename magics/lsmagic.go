package magics

import (
	"context"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
)

var lsmagic = Magic{
	Name:  "lsmagic",
	Short: "List the magics",
	Long:  "Lines that begin with % are magics; %%name at the top of a cell takes the whole cell; !command runs a command.",
	Door:  Notebook,
	Bind:  func(*pflag.FlagSet) Func { return runLsmagic },
}

func runLsmagic(_ context.Context, env *Env, _ *Call) (Result, error) {
	list := display.Table{Columns: []string{"magic", "does"}, Limit: -1}
	for _, m := range env.Magics {
		list.Rows = append(list.Rows, []any{m.callName(env.Prefix), m.Short})
	}
	return Result{Show: show(list.Display())}, nil
}

// callName is how a magic is called: %name, %%name or !.
func (m *Magic) callName(prefix string) string {
	switch {
	case prefix != "%":
		return prefix + m.Name
	case m.Name == "sh":
		return "!"
	case m.Body == MustBody:
		return "%%" + m.Name
	case m.Body == MayBody:
		return "%" + m.Name + ", %%" + m.Name
	}
	return "%" + m.Name
}

var helpMagic = Magic{
	Name:     "help",
	Usage:    "[MAGIC [STEP]]",
	Short:    "Show how a magic is used",
	Long:     "Without a name it says how to find things. name? in a cell shows the documentation of any Go name.",
	Examples: []string{"help train", "help dataset load"},
	Max:      2,
	Door:     Notebook,
	Args:     magicNames,
	Bind:     func(*pflag.FlagSet) Func { return runHelp },
}

const firstHelp = `A cell is Go: statements, declarations and imports in any order; the value of
the last expression is shown. A line that begins with % is a step of the machine
learning lifecycle, and what it reads, makes or measures is recorded.

    %lsmagic                  every magic, one line each
    %help train               how one is used
    run := %train ...         keep a step's result in a Go variable
    %compare {run} {other}    {expr} is the value of a Go expression
    !ls                       run a command
    fmt.Println?              the documentation of a Go name`

func runHelp(_ context.Context, env *Env, c *Call) (Result, error) {
	if len(c.Args) == 0 {
		return Result{Show: show(helpBundle(firstHelp))}, nil
	}
	first := strings.TrimLeft(c.Args[0], "%!")
	m := find(env.Magics, first)
	if m == nil {
		return Result{}, unknown("magic", "%"+first, names(env.Magics), "%", "%lsmagic")
	}
	path := first
	if len(c.Args) == 2 {
		sub := find(m.Sub, c.Args[1])
		if sub == nil {
			return Result{}, unknown("step", path+" "+c.Args[1], names(m.Sub), path+" ", env.Prefix+"help "+path)
		}
		m, path = sub, path+" "+c.Args[1]
	}
	return Result{Show: show(helpBundle(m.help(path, env.Prefix)))}, nil
}

func magicNames(_ context.Context, env *Env, _ string) []string {
	var list []string
	for _, m := range env.Magics {
		list = append(list, m.Name+"\t"+m.Short)
	}
	return list
}
