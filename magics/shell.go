package magics

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"reflect"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/internal/hint"
)

var sh = Magic{
	Name:  "sh",
	Usage: "COMMAND",
	Short: "Run a command in a shell",
	Long: "{expr} is the value of a Go expression, quoted for the shell; braces that hold none are the shell's own. " +
		"lines := !command binds what it printed, a []string.",
	Examples: []string{"!ls -l {dir}", "lines := !git log --oneline"},
	Raw:      true,
	Args:     files,
	Door:     Notebook,
	Max:      -1,
	Result:   reflect.TypeFor[[]string](),
	Bind:     func(*pflag.FlagSet) Func { return runSh },
}

var bash = Magic{
	Name:     "bash",
	Short:    "Run the cell in bash",
	Long:     "The first command that fails ends the cell with an error only where the script says set -e, or where it is the last.",
	Examples: []string{"%%bash\nset -e\nls data | wc -l"},
	Raw:      true,
	Door:     Notebook,
	Body:     MustBody,
	Bind:     func(*pflag.FlagSet) Func { return runBash },
}

func runSh(ctx context.Context, env *Env, c *Call) (Result, error) {
	line := fillIn(ctx, env, c.Rest)
	if c.Cell {
		line += "\n" + c.Body
	}
	printed, err := tee(env.Stdout)
	if err != nil {
		return Result{}, err
	}
	err = command(ctx, env, printed.in, nil, "sh", "-c", line)
	text := strings.TrimRight(printed.end(), "\n")
	if err != nil || text == "" {
		return Result{Value: []string(nil)}, err
	}
	return Result{Value: strings.Split(text, "\n")}, nil
}

func runBash(ctx context.Context, env *Env, c *Call) (Result, error) {
	const longest = 100_000 // an argument may have 128 KiB
	args, stdin := []string{"-c", c.Body, "bash"}, io.Reader(nil)
	if len(c.Body) > longest {
		args, stdin = []string{"-s", "--"}, strings.NewReader(c.Body)
	}
	return Result{}, command(ctx, env, env.Stdout, stdin, "bash", append(args, strings.Fields(c.Rest)...)...)
}

// command runs a program in its own process group, which an interrupt ends as
// a whole: first politely, then not. What it leaves running in the background
// is not waited for where stdout is a file.
func command(ctx context.Context, env *Env, stdout io.Writer, stdin io.Reader, name string, args ...string) error {
	const patience = 2 * time.Second
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, stdout, env.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = patience
	err := cmd.Run()
	if cmd.Process != nil && ctx.Err() != nil {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // ESRCH when all have ended
	}
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &exit):
		return fmt.Errorf("%s: %s", name, exit.ProcessState)
	case errors.Is(err, exec.ErrNotFound):
		return hint.New(fmt.Errorf("run %s: %w", name, err), "install "+name+", or use Go")
	}
	return fmt.Errorf("run %s: %w", name, err)
}

// fillIn replaces each {expr} of a command line that is a Go expression the
// session can evaluate. Other braces belong to the shell.
func fillIn(ctx context.Context, env *Env, line string) string {
	var b strings.Builder
	for i := 0; i < len(line); {
		if line[i] == '{' && (i == 0 || line[i-1] != '$') {
			if expr, n, err := expression(line[i:]); err == nil {
				if s, err := evaluate(ctx, env, expr); err == nil {
					b.WriteString(shellQuote(s))
					i += n
					continue
				}
			}
		}
		b.WriteByte(line[i])
		i++
	}
	return b.String()
}

func shellQuote(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
