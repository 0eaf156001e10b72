package magics

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
)

var writefile = Magic{
	Name:     "writefile",
	Usage:    "PATH",
	Short:    "Write the cell to a file",
	Long:     "The file is written beside its place and then moved there, so that a reader never sees half of it. With --append the cell is added to its end.",
	Examples: []string{"%%writefile data/small.csv\nx,y\n1,2"},
	Min:      1,
	Max:      1,
	Door:     Notebook,
	Body:     MustBody,
	Args:     files,
	Bind: func(fs *pflag.FlagSet) Func {
		var o writeOptions
		fs.BoolVarP(&o.Append, "append", "a", false, "add to the end of the file")
		return o.run
	},
}

type writeOptions struct{ Append bool }

func (o *writeOptions) run(_ context.Context, _ *Env, c *Call) (Result, error) {
	path := c.Args[0]
	_, missing := os.Stat(path)
	write, verb := replaceFile, "overwrote"
	if o.Append {
		write, verb = appendFile, "added to"
	}
	if missing != nil {
		verb = "wrote"
	}
	if err := write(path, c.Body); err != nil {
		return Result{}, hint.New(fmt.Errorf("write %s: %w", path, err), "is the folder there, with room, and may you write to it?")
	}
	return Result{Show: show(display.Text(fmt.Sprintf("%s %s (%d bytes)", verb, path, len(c.Body))))}, nil
}

func appendFile(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(text); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func replaceFile(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // gone already where the move succeeded
	if _, err := f.WriteString(text); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	mode := os.FileMode(0o644)
	if old, err := os.Stat(path); err == nil {
		mode = old.Mode().Perm()
	}
	if err := os.Chmod(f.Name(), mode); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
