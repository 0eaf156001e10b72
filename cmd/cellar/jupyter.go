package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

func checkPython(ctx context.Context, _ *shell) []finding {
	path, err := exec.LookPath("python3")
	if err != nil {
		return []finding{{Name: "python", Problem: "no python3 in PATH", Mend: "install Python 3.10 or newer: JupyterLab needs it"}}
	}
	return []finding{{Name: "python", Value: said(ctx, path, "--version") + " at " + path}}
}

func checkJupyter(ctx context.Context, _ *shell) []finding {
	path := findJupyter()
	if path == "" {
		return []finding{{
			Name: "jupyter", Problem: "no jupyter-lab in PATH, nor beside cellar",
			Mend: "run ./install.sh in the checkout, or: python3 -m pip install jupyterlab",
		}}
	}
	return []finding{{Name: "jupyter", Value: "JupyterLab " + said(ctx, path, "--version") + " at " + path}}
}

// findJupyter looks in PATH and where install.sh puts a virtual environment.
func findJupyter() string {
	if path, err := exec.LookPath("jupyter-lab"); err == nil {
		return path
	}
	exe, err := executable()
	if err != nil {
		return ""
	}
	path := filepath.Join(filepath.Dir(filepath.Dir(exe)), "share", "cellar", "jupyter", "bin", "jupyter-lab")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}

// said is the first line that a program prints, or why it prints none.
func said(ctx context.Context, program string, args ...string) string {
	const patience = 20 * time.Second
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, args...).Output()
	if err != nil {
		return "(" + err.Error() + ")"
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return line
}

// kernelDirs are the folders where Jupyter looks for kernelspecs, the one that
// it prefers first.
func kernelDirs() []string {
	var dirs []string
	add := func(data ...string) { dirs = append(dirs, filepath.Join(filepath.Join(data...), "kernels")) }
	for _, d := range filepath.SplitList(os.Getenv("JUPYTER_PATH")) {
		add(d)
	}
	if data, err := jupyterData(); err == nil {
		add(data)
	}
	if jupyter := findJupyter(); jupyter != "" {
		if real, err := filepath.EvalSymlinks(jupyter); err == nil {
			jupyter = real
		}
		add(filepath.Dir(filepath.Dir(jupyter)), "share", "jupyter")
	}
	add("/usr/local/share/jupyter")
	add("/usr/share/jupyter")
	return dirs
}

func checkKernelspec(context.Context, *shell) []finding {
	dirs := kernelDirs()
	for _, dir := range dirs {
		file := filepath.Join(dir, specName, "kernel.json")
		data, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		f := finding{Name: "kernelspec", Value: file}
		if err == nil {
			err = specWorks(data)
		}
		if err != nil {
			f.Problem, f.Mend = err.Error(), "cellar kernelspec install"
		}
		return []finding{f}
	}
	f := finding{Name: "kernelspec", Problem: "not where Jupyter looks", Mend: "cellar kernelspec install", Value: "looked in " + strings.Join(dirs, ", ")}
	if exe, err := executable(); err == nil {
		prefix := filepath.Dir(filepath.Dir(exe))
		if _, err := os.Stat(filepath.Join(prefix, "share", "jupyter", "kernels", specName, "kernel.json")); err == nil {
			f.Mend = "start Jupyter with JUPYTER_PATH=" + filepath.Join(prefix, "share", "jupyter") + ", or cellar kernelspec install"
		}
	}
	return []finding{f}
}

// specWorks checks that a kernelspec starts a program that is there, and says
// whether it is this one.
func specWorks(data []byte) error {
	var spec struct {
		Argv []string `json:"argv"`
	}
	if err := json.Unmarshal(data, &spec); err != nil {
		return fmt.Errorf("not a kernelspec: %w", err)
	}
	if len(spec.Argv) == 0 {
		return errors.New("not a kernelspec: no argv")
	}
	there, err := os.Stat(spec.Argv[0])
	if err != nil {
		return fmt.Errorf("it starts a program that is not there: %w", err)
	}
	exe, err := executable()
	if err != nil {
		return err
	}
	if here, err := os.Stat(exe); err == nil && !os.SameFile(there, here) {
		return fmt.Errorf("it starts another cellar: %s", spec.Argv[0])
	}
	return nil
}
