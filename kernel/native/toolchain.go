package native

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
)

// ErrNoToolchain is a native build where the Go that made this binary, or the C
// compiler that links plugins, is not at hand.
var ErrNoToolchain = errors.New("no toolchain")

// A toolchain is the go command of the version that built this binary.
type toolchain struct {
	cmd  string
	dir  string // of compile and link
	cc   string
	env  []string
	host host
}

// toolchain finds the go command; only what was found is remembered.
func (b *Builder) toolchain(ctx context.Context) (*toolchain, error) {
	if b.tool != nil {
		return b.tool, nil
	}
	name := b.opt.Go
	if name == "" {
		name = "go"
	}
	want := strings.Fields(runtime.Version())[0]
	path, err := exec.LookPath(name)
	if err != nil {
		return nil, hint.New(fmt.Errorf("compile: %w: there is no go command in PATH", ErrNoToolchain),
			"install "+want+" (https://go.dev/dl) and start the kernel with it in PATH; without it write the cell without %%native: it is interpreted")
	}
	t := &toolchain{cmd: path, host: b.host, env: append(os.Environ(), b.host.env()...)}
	got, err := t.look(ctx)
	if err == nil && got != want {
		t.env = append(t.env, "GOTOOLCHAIN="+want) // the go command fetches it, where it may
		if got2, err2 := t.look(ctx); err2 == nil {
			got = got2
		}
	}
	if err != nil {
		return nil, fmt.Errorf("compile: %w: %w", ErrNoToolchain, err)
	}
	if got != want {
		return nil, hint.New(fmt.Errorf("compile: %w: %s is %s, and this cellar was built with %s", ErrNoToolchain, path, got, want),
			"put "+want+" in PATH, or build cellar again with the Go you have (./install.sh)")
	}
	if _, err := exec.LookPath(strings.Fields(t.cc + " cc")[0]); err != nil {
		return nil, hint.New(fmt.Errorf("compile: %w: there is no C compiler (%s), with which Go links plugins", ErrNoToolchain, t.cc), "install gcc or clang")
	}
	b.tool = t
	return t, nil
}

// look asks the go command for its version and places.
func (t *toolchain) look(ctx context.Context) (version string, err error) {
	out, err := t.run(ctx, "", "env", "-json", "GOVERSION", "GOTOOLDIR", "CC")
	if err != nil {
		return "", err
	}
	var v struct{ GOVERSION, GOTOOLDIR, CC string }
	if err := json.Unmarshal(out, &v); err != nil {
		return "", fmt.Errorf("go env: %w", err)
	}
	t.dir, t.cc = v.GOTOOLDIR, v.CC
	return v.GOVERSION, nil
}

// run runs the go command in a folder and returns what it printed.
func (t *toolchain) run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	return t.command(ctx, dir, t.cmd, args...)
}

// A commandError is what a tool said when it failed.
type commandError struct {
	what string // the command, without its arguments
	text string
	err  error
}

func (e *commandError) Error() string {
	if e.text == "" {
		return e.what + ": " + e.err.Error()
	}
	return e.what + ": " + e.text
}

func (e *commandError) Unwrap() error { return e.err }

func (t *toolchain) command(ctx context.Context, dir, name string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = t.env
	if dir != "" {
		cmd.Env = append(cmd.Env[:len(cmd.Env):len(cmd.Env)], "PWD="+dir)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		text := strings.TrimSpace(stderr.String())
		if text == "" {
			text = strings.TrimSpace(string(out)) // the compiler's errors
		}
		what := name[strings.LastIndexByte(name, '/')+1:]
		if len(args) > 0 && what == "go" {
			what += " " + args[0]
		}
		return nil, &commandError{what, text, err}
	}
	return out, nil
}
