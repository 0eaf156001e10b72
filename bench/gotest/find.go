package main

import (
	"context"
	"errors"
	"fmt"
	"go/build/constraint"
	"hash/fnv"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// folders are the parts of GOROOT/test whose programs are run.
var folders = []string{".", "chan", "interface", "ken", "typeparam"}

var errNoTests = errors.New("this Go has no test folder; get one with the source archive of the same version and name it with -root")

// A program is one file of Go's tests that says how to run it.
type program struct {
	root, name string   // name is below root, with slashes
	args       []string // of the program
	want       string   // its output, all of it
	reason     string   // why it is not applicable; "" when it is
}

// goroot asks the go command, whose tests are to be run.
func goroot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("find GOROOT: %w; name the tests' folder with -root", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// find lists the programs below root.
func find(root string) ([]program, error) {
	if _, err := os.Stat(filepath.Join(root, "ken")); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", root, errNoTests)
	}
	reasons, err := readTable("not_applicable.txt")
	if err != nil {
		return nil, err
	}
	var list []program
	for _, dir := range folders {
		files, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			p, run, err := read(root, path.Join(dir, filepath.Base(file)))
			if err != nil {
				return nil, err
			}
			if !run {
				continue
			}
			if p.reason == "" {
				p.reason = reasons[p.name]
			}
			list = append(list, p)
		}
	}
	return list, nil
}

// read reads a program; run is false when the file is another kind of test.
func read(root, name string) (p program, run bool, err error) {
	p = program{root: root, name: name}
	src, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		return p, false, err
	}
	words := recipe(string(src))
	if len(words) == 0 || words[0] != "run" {
		return p, false, nil
	}
	p.args = arguments(words[1:])
	header, _, _ := strings.Cut(string(src), "\npackage")
	if line := excluded(header); line != "" {
		p.reason = fmt.Sprintf("is not built for %s/%s: %s", runtime.GOOS, runtime.GOARCH, line)
	}
	want, err := os.ReadFile(filepath.Join(root, strings.TrimSuffix(name, ".go")+".out"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return p, false, err
	}
	p.want = string(want)
	return p, true, nil
}

// recipe is the words of the first line that is neither empty nor a build
// constraint.
func recipe(src string) []string {
	for line := range strings.Lines(src) {
		line = strings.TrimSpace(line)
		if line == "" || constraint.IsGoBuild(line) || constraint.IsPlusBuild(line) {
			continue
		}
		if !strings.HasPrefix(line, "//") {
			return nil
		}
		return strings.Fields(strings.TrimPrefix(line, "//"))
	}
	return nil
}

// arguments takes the compiler's flags off a recipe.
func arguments(words []string) []string {
	for len(words) > 0 && strings.HasPrefix(words[0], "-") {
		flag := words[0]
		words = words[1:]
		if takesValue := !strings.Contains(flag, "="); takesValue && len(words) > 0 {
			words = words[1:]
		}
	}
	return words
}

// excluded is the build constraint that this machine does not meet; "" when it
// meets all.
func excluded(header string) string {
	for line := range strings.Lines(header) {
		line = strings.TrimSpace(line)
		x, err := constraint.Parse(line)
		if err == nil && !x.Eval(satisfied) {
			return line
		}
	}
	return ""
}

func satisfied(tag string) bool {
	switch tag {
	case runtime.GOOS, runtime.GOARCH, "gc", "cgo":
		return true
	case "unix":
		return runtime.GOOS != "windows"
	}
	minor, ok := strings.CutPrefix(tag, "go1.")
	if !ok {
		return false
	}
	_, have, _ := strings.Cut(runtime.Version(), ".")
	have, _, _ = strings.Cut(have, ".")
	want, err1 := strconv.Atoi(minor)
	is, err2 := strconv.Atoi(have)
	return err1 == nil && err2 == nil && want <= is
}

// drawn says whether a program is in the sample. It depends on the name and the
// seed only, so that a new program does not change the rest of the sample.
func drawn(name string, seed uint64, fraction float64) bool {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d %s", seed, name)
	return float64(mixed(h.Sum64())>>11)/(1<<53) < fraction
}

// mixed spreads the bits of a hash (the finalizer of MurmurHash3): FNV's high
// bits hardly depend on a name's last letters.
func mixed(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}
