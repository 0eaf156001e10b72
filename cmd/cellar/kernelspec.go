package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/kernel"
)

// specName is the folder of the kernelspec, and the kernel's name in Jupyter.
const specName = "cellar"

// A place is where kernelspecs lie.
type place struct {
	prefix, dir string
	user        bool
}

func kernelspecCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "kernelspec",
		Short: "Tell Jupyter about the kernel, or no longer",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage("see cellar kernelspec --help", "kernelspec: install or remove?")
		},
	}
	step := func(name, short string, run func(*cobra.Command, place) error) {
		var p place
		sub := &cobra.Command{Use: name, Short: short, Args: noArgs}
		sub.Flags().StringVar(&p.prefix, "prefix", "", "`dir` of an installation: DIR/share/jupyter/kernels")
		sub.Flags().StringVar(&p.dir, "dir", "", "`dir` of kernelspecs itself")
		sub.Flags().BoolVar(&p.user, "user", false, "the user's Jupyter folder (as without any flag)")
		sub.MarkFlagsMutuallyExclusive("prefix", "dir", "user")
		sub.RunE = func(cmd *cobra.Command, _ []string) error { return run(cmd, p) }
		cmd.AddCommand(sub)
	}
	step("install", "Write the kernelspec where Jupyter looks for it", installSpec)
	step("remove", "Remove the kernelspec", removeSpec)
	return cmd
}

// folder is where the kernelspec lies in p.
func (p place) folder() (string, error) {
	switch {
	case p.dir != "":
		return filepath.Abs(filepath.Join(p.dir, specName))
	case p.prefix != "":
		return filepath.Abs(filepath.Join(p.prefix, "share", "jupyter", "kernels", specName))
	}
	data, err := jupyterData()
	return filepath.Join(data, "kernels", specName), err
}

// jupyterData is the user's Jupyter folder, as jupyter --paths says it.
func jupyterData() (string, error) {
	if dir := os.Getenv("JUPYTER_DATA_DIR"); dir != "" {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", hint.New(fmt.Errorf("find the user's Jupyter folder: %w", err), "set HOME, or give --prefix DIR")
	}
	if runtime.GOOS == "darwin" {
		return filepath.Join(home, "Library", "Jupyter"), nil
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "jupyter"), nil
	}
	return filepath.Join(home, ".local", "share", "jupyter"), nil
}

func installSpec(cmd *cobra.Command, p place) error {
	to, err := p.folder()
	if err != nil {
		return err
	}
	exe, err := executable()
	if err != nil {
		return err
	}
	if err := writeSpec(to, exe); err != nil {
		return hint.New(fmt.Errorf("install kernelspec in %s: %w", to, err), "give a folder you may write to, with --prefix DIR")
	}
	fmt.Fprintf(cmd.OutOrStdout(), "kernelspec %s installed in %s\n", specName, to)
	return nil
}

// executable is the path that Jupyter will start: a link stays a link, so that
// what it points to can be replaced.
func executable() (string, error) {
	exe, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	return filepath.Abs(exe)
}

// writeSpec builds the folder aside and moves it into place.
func writeSpec(to, exe string) error {
	parent := filepath.Dir(to)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	aside, err := os.MkdirTemp(parent, "."+specName+".new.*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(aside) // moved away where all went well
	if err := os.Chmod(aside, 0o755); err != nil {
		return err
	}
	files := kernel.Logos()
	files["kernel.json"] = kernel.Spec(exe)
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(aside, name), data, 0o644); err != nil {
			return err
		}
	}
	old := aside + ".old"
	if err := os.Rename(to, old); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	defer os.RemoveAll(old)
	return os.Rename(aside, to)
}

func removeSpec(cmd *cobra.Command, p place) error {
	from, err := p.folder()
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(from, "kernel.json")); errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(cmd.OutOrStdout(), "no kernelspec in %s\n", from)
		return nil
	}
	if err := os.RemoveAll(from); err != nil {
		return fmt.Errorf("remove kernelspec: %w", err)
	}
	fmt.Fprintf(cmd.OutOrStdout(), "kernelspec %s removed from %s\n", specName, from)
	return nil
}
