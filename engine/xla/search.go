package xla

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
)

// The platforms that a plugin is looked for.
const (
	CPU  = "cpu"
	CUDA = "cuda"
)

// PluginEnv names a PJRT plugin by its path; "none" asks for the go backend.
const PluginEnv = "CELLAR_XLA_PLUGIN"

// None in PluginEnv or Search.Plugin means: do without XLA.
const None = "none"

// A Search is what decides where plugins are looked for. System reads it from
// the process; tests write their own.
type Search struct {
	Plugin      string // named by the user; comes before everything else
	DataHome    string // $XDG_DATA_HOME, or ~/.local/share when empty
	Home        string // the user's home folder
	Executable  string // of this process: <prefix>/bin/cellar finds <prefix>/share
	LibraryPath string // $PJRT_PLUGIN_LIBRARY_PATH, where go-xla looks
}

// System is the search of this process.
func System() Search {
	home, _ := os.UserHomeDir()
	exe, _ := os.Executable()
	return Search{
		Plugin: os.Getenv(PluginEnv), DataHome: os.Getenv("XDG_DATA_HOME"), Home: home,
		Executable: exe, LibraryPath: os.Getenv("PJRT_PLUGIN_LIBRARY_PATH"),
	}
}

// Dirs are the folders that Find walks for a platform, in its order: what
// install.sh made for the user, what lies beside the executable, what go-xla has.
func (s Search) Dirs(platform string) []string {
	var dirs []string
	add := func(parts ...string) {
		if dir := filepath.Join(parts...); parts[0] != "" && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	if s.DataHome != "" {
		add(s.DataHome, "cellar", "xla", platform)
	}
	add(s.Home, ".local", "share", "cellar", "xla", platform)
	if s.Executable != "" {
		add(filepath.Dir(s.Executable), "..", "share", "cellar", "xla", platform)
	}
	for _, dir := range filepath.SplitList(s.LibraryPath) {
		add(dir)
	}
	add(s.Home, ".local", "lib", "go-xla")
	add("/usr/local/lib/go-xla")
	return dirs
}

// Find returns the path of the first plugin for platform. Without one it
// returns an error that wraps fs.ErrNotExist and lists the folders.
func (s Search) Find(platform string) (string, error) {
	if s.Plugin != "" && s.Plugin != None {
		return s.named(platform)
	}
	dirs := s.Dirs(platform)
	for _, dir := range dirs {
		if path := pluginIn(dir, platform); path != "" {
			return path, nil
		}
	}
	return "", fmt.Errorf("find XLA plugin for %s: %w in %s", platform, fs.ErrNotExist, strings.Join(dirs, ", "))
}

func (s Search) named(platform string) (string, error) {
	path, err := filepath.Abs(s.Plugin)
	if err == nil {
		_, err = os.Stat(path)
	}
	if err != nil {
		return "", hint.New(fmt.Errorf("open XLA plugin named by %s: %w", PluginEnv, err),
			"unset "+PluginEnv+" or let it name a PJRT plugin (.so); ./install.sh puts one where it is found by itself")
	}
	if platform == CUDA && !strings.Contains(strings.ToLower(path), CUDA) {
		return "", hint.New(fmt.Errorf("open XLA plugin %s named by %s: it is not a CUDA plugin", path, PluginEnv),
			"unset "+PluginEnv+", or train without the GPU")
	}
	return path, nil
}

// pluginIn walks dir, since a wheel unpacks into sub-folders. It keeps the real
// path: a plugin's libraries are found relative to where it truly lies.
func pluginIn(dir, platform string) string {
	var found string
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return nil
		case d.IsDir() && d.Name() == "nvidia":
			return fs.SkipDir
		case !d.IsDir() && isPlugin(d.Name(), platform):
			found = path
			return fs.SkipAll
		}
		return nil
	})
	if real, err := filepath.EvalSymlinks(found); err == nil && found != "" {
		return real
	}
	return found
}

func isPlugin(name, platform string) bool {
	name = strings.ToLower(name)
	if filepath.Ext(name) != ".so" || !strings.Contains(name, "pjrt") && !strings.Contains(name, "xla_cuda_plugin") {
		return false
	}
	return strings.Contains(name, CUDA) == (platform == CUDA)
}
