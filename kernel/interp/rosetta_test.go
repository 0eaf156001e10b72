package interp_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

const (
	rosetta    = "testdata/rosetta"
	fuzzed     = "testdata/fuzzed" // what FuzzLower found, in few lines; each failed once
	outputMark = "\n// Output:\n"
	writeVar   = "CELLAR_ROSETTA_WRITE" // set: store what the programs print under go run
)

// A program of testdata/rosetta is everyday Go that is also a notebook: its
// declarations and the statements of its main are cells, cut at its comments
// "// In [n]", or all one cell where it has none. A notebook that declares a
// name twice is no program: it is an archive of its cells and of the program,
// main.go, that prints the same. What a program prints ends it as "// Output:".
type program struct {
	name  string
	path  string
	text  string
	cells []string
	want  string
}

// TestRosetta runs every program of testdata/rosetta as cells, in a session of
// its own. What is in known_failures.txt has to fail: who mends one takes its
// line away.
func TestRosetta(t *testing.T) {
	failing := knownFailures(t)
	passed, programs := 0, readPrograms(t)
	for _, p := range programs {
		reason, known := failing[p.name]
		delete(failing, p.name)
		t.Run(p.name, func(t *testing.T) {
			got := p.run(t)
			diff := cmp.Diff(p.want, got)
			switch {
			case known && diff == "":
				t.Errorf("%s passes: take it out of known_failures.txt (%s)", p.name, reason)
			case known:
				t.Logf("known failure: %s", reason)
			case diff != "":
				t.Errorf("mismatch (-go +cells):\n%s", diff)
			default:
				passed++
			}
		})
	}
	for name := range failing {
		t.Errorf("known_failures.txt: no program %s", name)
	}
	t.Logf("%d of %d programs", passed, len(programs))
}

// run is what the cells print, then what went wrong with the first that fails.
func (p program) run(t *testing.T) string {
	b := newBench(t)
	var out strings.Builder
	for i, code := range p.cells {
		got := b.run(i+1, code)
		if got["stdout"] != "" {
			out.WriteString(got["stdout"] + "\n")
		}
		for _, section := range []string{"error", "goroutine"} {
			if got[section] != "" {
				fmt.Fprintf(&out, "cell [%d]: %s: %s\n", i+1, section, got[section])
				return trimLines(out.String())
			}
		}
	}
	return trimLines(out.String())
}

// TestRosettaGo holds the stored outputs against what the programs print under
// the Go toolchain. It builds them as one; a pass is remembered by content in
// .build, so that only a change pays for it.
func TestRosettaGo(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		if slices.Contains(strings.Split(os.Getenv("CELLAR_REQUIRE"), ","), "go") {
			t.Fatal("no Go toolchain in PATH, which CELLAR_REQUIRE asks for")
		}
		t.Skip("no Go toolchain in PATH: the stored outputs are not checked")
	}
	programs := readPrograms(t)
	sum := sha256.New()
	io.WriteString(sum, runtime.Version())
	for _, p := range programs {
		fmt.Fprintf(sum, "%s\x00%s\x00%s\x00", p.name, p.text, p.want)
	}
	passed := filepath.Join("..", "..", ".build", "rosetta", fmt.Sprintf("%x.ok", sum.Sum(nil)[:12]))
	if _, err := os.Stat(passed); err == nil {
		t.Logf("%d programs: as in %s", len(programs), passed)
		return
	}
	binary := buildPrograms(t, programs)
	for _, p := range programs {
		out, err := exec.Command(binary, p.name).CombinedOutput()
		if err != nil {
			t.Errorf("go run %s: %v\n%s", p.name, err, out)
			continue
		}
		got := trimLines(strings.ReplaceAll(string(out), "rosettamain.", "main."))
		if diff := cmp.Diff(p.want, got); diff != "" {
			t.Errorf("go run %s: mismatch (-stored +go):\n%s", p.name, diff)
			writeOutput(t, p.path, got)
		}
	}
	if t.Failed() {
		return
	}
	if err := os.MkdirAll(filepath.Dir(passed), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(passed, nil, 0o644); err != nil {
		t.Fatal(err)
	}
}

// buildPrograms links the programs into one binary that runs the one it is
// given the name of. A package main cannot be imported: it is named rosettamain.
func buildPrograms(t *testing.T, programs []program) (binary string) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var imports, cases strings.Builder
	for i, p := range programs {
		text := strings.Replace(p.text, "package main\n", "package rosettamain\n", 1)
		write(fmt.Sprintf("p%d/main.go", i), text+"\nfunc RosettaMain() { main() }\n")
		fmt.Fprintf(&imports, "import p%d \"rosetta/p%d\"\n", i, i)
		fmt.Fprintf(&cases, "\tcase %q:\n\t\tp%d.RosettaMain()\n", p.name, i)
	}
	write("go.mod", "module rosetta\n\ngo 1.26\n")
	write("main.go", "package main\n\nimport \"os\"\n"+imports.String()+
		"\nfunc main() {\n\tswitch os.Args[1] {\n"+cases.String()+"\t}\n}\n")
	binary = filepath.Join(dir, "rosetta.exe")
	build := exec.Command("go", "build", "-o", binary, ".")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOFLAGS=-mod=mod -trimpath", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

func readPrograms(t *testing.T) (programs []program) {
	t.Helper()
	sources, _ := filepath.Glob(filepath.Join(rosetta, "*.go"))
	found, _ := filepath.Glob(filepath.Join(fuzzed, "*.go"))
	archives, _ := filepath.Glob(filepath.Join(rosetta, "*.txtar"))
	for _, path := range slices.Concat(sources, archives, found) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		p := program{name: strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), path: path, text: string(data)}
		if filepath.Ext(path) == ".go" {
			p.cells = cut(p.text)
		} else if p.text, p.cells, err = readArchive(data); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		_, output, ok := strings.Cut(p.text, outputMark)
		if !ok && os.Getenv(writeVar) == "" {
			t.Fatalf("%s: no comment // Output: at its end; %s=1 stores it", path, writeVar)
		}
		p.want = trimLines(commentMark.ReplaceAllString(output, ""))
		programs = append(programs, p)
	}
	if len(programs) == 0 {
		t.Fatalf("no programs in %s", rosetta)
	}
	return programs
}

func readArchive(data []byte) (text string, cells []string, err error) {
	for _, f := range txtar.Parse(data).Files {
		switch f.Name {
		case "cell":
			cells = append(cells, string(f.Data))
		case "main.go":
			text = string(f.Data)
		default:
			return "", nil, fmt.Errorf("section %q: want cell or main.go", f.Name)
		}
	}
	return text, cells, nil
}

var (
	commentMark = regexp.MustCompile(`(?m)^// ?`)
	inMark      = regexp.MustCompile(`^\t?// In \[(\d+)\]$`)
	lineEnds    = regexp.MustCompile(`(?m)[ \t]+$`)
)

// cut takes a program apart into its cells: in each the declarations, then the
// statements of main, that follow the cell's marks.
func cut(text string) (cells []string) {
	declared, stated := map[int]string{}, map[int]string{}
	text, _, _ = strings.Cut(text, outputMark)
	n, inMain := 1, false
	for _, line := range strings.SplitAfter(text, "\n") {
		bare := strings.TrimSuffix(line, "\n")
		mark := inMark.FindStringSubmatch(bare)
		switch {
		case mark != nil:
			n, _ = strconv.Atoi(mark[1])
		case bare == "package main":
		case bare == "func main() {":
			inMain = true
		case inMain && bare == "}":
			inMain = false
		case inMain:
			stated[n] += line
		default:
			declared[n] += line
		}
	}
	both := maps.Clone(declared)
	maps.Copy(both, stated)
	for _, n := range slices.Sorted(maps.Keys(both)) {
		cells = append(cells, declared[n]+stated[n])
	}
	return cells
}

// trimLines drops what a comment cannot keep: blanks at the ends of lines, and
// empty lines at the end.
func trimLines(text string) string {
	return strings.TrimRight(lineEnds.ReplaceAllString(text, ""), "\n") + "\n"
}

// writeOutput stores a program's output, where writeVar asks for it.
func writeOutput(t *testing.T, path, output string) {
	if os.Getenv(writeVar) == "" {
		return
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(string(data), outputMark)
	comment := regexp.MustCompile(`(?m)^`).ReplaceAllString(strings.TrimRight(output, "\n"), "// ")
	text = strings.TrimRight(text, "\n") + "\n" + outputMark + lineEnds.ReplaceAllString(comment, "") + "\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// knownFailures reads the lines "name: reason".
func knownFailures(t *testing.T) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(rosetta, "known_failures.txt"))
	if err != nil {
		t.Fatal(err)
	}
	failing := map[string]string{}
	for line := range strings.Lines(string(data)) {
		name, reason, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok {
			t.Fatalf("known_failures.txt: %q is not \"name: reason\"", line)
		}
		failing[name] = reason
	}
	return failing
}
