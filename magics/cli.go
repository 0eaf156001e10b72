package magics

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Commands makes a sub-command of every magic that makes sense in a shell.
// environ gives the Env at the moment a command runs, so that flags of the
// program are parsed by then.
func Commands(table []Magic, environ func(context.Context) *Env) []*cobra.Command {
	var list []*cobra.Command
	for i := range table {
		if table[i].Door == Both {
			list = append(list, table[i].command("", environ))
		}
	}
	return list
}

func (m *Magic) command(parent string, environ func(context.Context) *Env) *cobra.Command {
	path := strings.TrimSpace(parent + " " + m.Name)
	cmd := &cobra.Command{
		Use:                   strings.TrimSpace(m.Name + " " + m.Usage),
		Short:                 m.Short,
		Long:                  m.Long,
		DisableFlagsInUseLine: true,
		SilenceErrors:         true,
		SilenceUsage:          true,
	}
	cmd.SetHelpFunc(func(c *cobra.Command, _ []string) {
		fmt.Fprintln(c.OutOrStdout(), m.help(path, "cellar "))
	})
	cmd.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return flagError(err, c.Flags(), "cellar "+path+" --help")
	})
	for i := range m.Sub {
		if m.Sub[i].Door == Notebook {
			continue
		}
		cmd.AddCommand(m.Sub[i].command(path, environ))
	}
	run := m.bind(cmd.Flags())
	cmd.Args = func(_ *cobra.Command, args []string) error {
		if len(m.Sub) > 0 && len(args) > 0 {
			return unknown("step", path+" "+args[0], names(m.Sub), "cellar "+path+" ", "cellar "+path+" --help")
		}
		if m.Bind == nil {
			return usagef("one of "+strings.Join(names(m.Sub), ", ")+"; see cellar "+path+" --help", "cellar %s: which step?", path)
		}
		return m.argsError(len(args), "cellar "+path, "cellar "+path+" --help")
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		env := environ(cmd.Context())
		r, err := run(cmd.Context(), env, &Call{Line: shellLine(path, cmd.Flags(), args), Args: args})
		return finish(env, r, err, asJSON(cmd.Flags()))
	}
	m.completions(cmd, environ)
	return cmd
}

// completions lets the shell complete what the notebook completes.
func (m *Magic) completions(cmd *cobra.Command, environ func(context.Context) *Env) {
	offer := func(c Completer) cobra.CompletionFunc {
		return func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
			ctx := cmd.Context()
			if ctx == nil {
				ctx = context.Background()
			}
			list := listed(ctx, environ(ctx), c, typed)
			then := cobra.ShellCompDirectiveNoFileComp
			if len(list) == 1 && strings.HasSuffix(list[0], "/") { // a folder: its files come next
				then |= cobra.ShellCompDirectiveNoSpace
			}
			return list, then
		}
	}
	if m.Args != nil {
		cmd.ValidArgsFunction = offer(m.Args)
	}
	for name, c := range m.Values {
		if err := cmd.RegisterFlagCompletionFunc(name, offer(c)); err != nil {
			panic("magics: " + m.Name + ": values of a flag it does not have: " + err.Error())
		}
	}
}

// shellLine is the command as the record keeps it.
func shellLine(path string, fs *pflag.FlagSet, args []string) string {
	words := append([]string{"cellar", path}, quoted(args)...)
	fs.Visit(func(f *pflag.Flag) {
		v := f.Value.String()
		if list, ok := f.Value.(pflag.SliceValue); ok {
			v = strings.Join(list.GetSlice(), ",")
		}
		words = append(words, "--"+f.Name+"="+quoted([]string{v})[0])
	})
	return strings.Join(words, " ")
}

func quoted(args []string) []string {
	list := make([]string, len(args))
	for i, a := range args {
		list[i] = a
		if a == "" || strings.ContainsAny(a, " \t\n'\"\\$&|;<>(){}*?#~`!") {
			list[i] = shellQuote(a)
		}
	}
	return list
}

// IsUsage reports that err is about what was typed.
func IsUsage(err error) bool {
	var u *UsageError
	return errors.As(err, &u)
}
