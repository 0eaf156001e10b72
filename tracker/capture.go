package tracker

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// gitPatience is how long Capture waits for git: a run must not wait longer
// for its provenance than a person notices.
const gitPatience = 2 * time.Second

// envNames are the variables that change what a run computes. Nothing else of
// the environment is recorded.
var envNames = []string{
	"CUDA_VISIBLE_DEVICES", "GOAMD64", "GODEBUG", "GOEXPERIMENT", "GOFLAGS", "GOGC", "GOMAXPROCS", "GOMEMLIMIT",
	"GOMLX_BACKEND", "GOMLX_NO_AUTO_INSTALL", "LANG", "LC_ALL", "MALLOC_ARENA_MAX", "MALLOC_MMAP_THRESHOLD_",
	"MALLOC_TRIM_THRESHOLD_", "OMP_NUM_THREADS", "PJRT_PLUGIN_LIBRARY_PATH", "TF_CPP_MIN_LOG_LEVEL", "TZ", "XLA_FLAGS",
}

// Capture records what surrounds a run that begins now in dir: git state, Go
// version, module versions, host, process, and the part of the environment
// that changes results. Modules, when given, are prefixes of the module paths
// to keep. What cannot be found out stays empty.
func Capture(dir string, modules ...string) Source {
	return Source{
		Modules: buildModules(modules),
		Go:      runtime.Version(),
		Git:     gitState(dir),
		Env:     environment(os.LookupEnv),
		Host:    hostname(),
		Process: Self(),
	}
}

func buildModules(prefixes []string) map[string]string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return nil
	}
	out := map[string]string{}
	for _, m := range append([]*debug.Module{&info.Main}, info.Deps...) {
		if m.Path == "" || !anyPrefix(m.Path, prefixes) {
			continue
		}
		out[m.Path] = m.Version
		if m.Replace != nil {
			out[m.Path] = m.Replace.Path + " " + m.Replace.Version
		}
	}
	return out
}

func anyPrefix(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return len(prefixes) == 0
}

// gitState asks git about the work tree that dir lies in; zero outside of one.
func gitState(dir string) Git {
	ctx, cancel := context.WithTimeout(context.Background(), gitPatience)
	defer cancel()
	out, err := git(ctx, dir, "status", "--porcelain=v2", "--branch", "--untracked-files=no")
	if err != nil {
		return Git{}
	}
	var g Git
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		key, value, _ := strings.Cut(strings.TrimPrefix(line, "# "), " ")
		switch {
		case line == "":
		case !strings.HasPrefix(line, "# "):
			g.Dirty = true
		case key == "branch.oid" && value != "(initial)":
			g.Commit = value
		case key == "branch.head" && value != "(detached)":
			g.Branch = value
		}
	}
	return g
}

// diffLimit is how many bytes of uncommitted changes are kept.
const diffLimit = 4 << 20

// GitDiff is the uncommitted changes of the work tree that dir lies in, against
// its commit, in git's form; nothing outside of one. Lines that look like a secret
// are left out, and so is what is beyond 4 MiB, with a line that says so.
func GitDiff(ctx context.Context, dir string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, gitPatience)
	defer cancel()
	out, err := git(ctx, dir, "diff", "HEAD", "--no-color", "--no-ext-diff")
	if err != nil {
		return nil, fmt.Errorf("ask git for uncommitted changes: %w", err)
	}
	var b strings.Builder
	for line := range strings.Lines(out) {
		if b.Len()+len(line) > diffLimit {
			fmt.Fprintf(&b, "(the changes have %d bytes: the rest is left out)\n", len(out))
			break
		}
		if strings.ContainsAny(line[:1], "+- ") && secret(line) {
			line = line[:1] + "(left out: it looks like a secret)\n"
		}
		b.WriteString(line)
	}
	return []byte(b.String()), nil
}

// git runs without prompts, pagers and locks: it only looks.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = filepath.Clean(dir)
	cmd.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0", "LC_ALL=C")
	cmd.WaitDelay = gitPatience
	out, err := cmd.Output()
	return string(out), err
}

// environment keeps the allowed variables whose value looks like no secret.
func environment(lookup func(string) (string, bool)) map[string]string {
	out := map[string]string{}
	for _, name := range envNames {
		if v, ok := lookup(name); ok && !secret(v) {
			out[name] = v
		}
	}
	return out
}

// secret is true for values that look like a credential: a password in a URL,
// or a word that says so before an equals sign or colon.
func secret(value string) bool {
	v := strings.ToLower(value)
	if at := strings.Index(v, "://"); at >= 0 {
		host, _, _ := strings.Cut(v[at+3:], "/")
		if strings.Contains(host, "@") {
			return true
		}
	}
	for _, word := range []string{"token", "secret", "passw", "apikey", "api_key", "api-key", "credential", "bearer ", "private key"} {
		if strings.Contains(v, word) {
			return true
		}
	}
	return false
}
