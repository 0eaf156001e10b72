// Package xla finds a PJRT plugin on the machine and opens GoMLX's backend on
// it, once in a process and at first use. Without a plugin it opens GoMLX's own
// go backend and says why. It knows nothing of models, tables or the tracker.
package xla

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gomlx/go-xla/pkg/pjrt"
	"github.com/gomlx/gomlx/backends"
	"github.com/gomlx/gomlx/backends/simplego"
	"github.com/gomlx/gomlx/backends/xla"

	"github.com/cellar-ml/cellar/internal/hint"
)

// InstallCommand is what a person runs to get XLA.
const InstallCommand = "./install.sh"

// Options says which backend to open; the zero value is the CPU.
type Options struct {
	GPU    bool
	Search *Search // nil: System
}

// A Backend is an open GoMLX backend and where it came from. It is shared by
// the whole process and never closed.
type Backend struct {
	backends.Backend
	Kind   string // "xla" or "go"
	Plugin string // path of the plugin; empty for the go backend
	Notice string // for the go backend: why, and how to get XLA
}

// Device names what computes, for a person: "XLA cpu" or "GoMLX go".
func (b *Backend) Device() string {
	if b.Kind != "xla" {
		return "GoMLX go (no XLA)"
	}
	description := b.Description()
	if strings.Contains(strings.ToLower(filepath.Base(b.Plugin)), CUDA) {
		return "XLA cuda: " + b.DeviceDescription(0)
	}
	if strings.Contains(strings.ToLower(description), CPU) {
		return "XLA cpu"
	}
	return "XLA " + description
}

var opened = struct {
	sync.Mutex
	byPlugin map[string]*Backend
}{byPlugin: map[string]*Backend{}}

// Open returns the backend that o asks for. A plugin that the user named and
// that does not open is an error, and so is a missing GPU; a plugin that is not
// there, or that was found but does not open, gives the go backend with a Notice.
func Open(o Options) (*Backend, error) {
	s := System()
	if o.Search != nil {
		s = *o.Search
	}
	if o.GPU {
		path, err := LookForGPU().check(s)
		if err != nil {
			return nil, err
		}
		return open(path)
	}
	if s.Plugin == None {
		return openGo("XLA is switched off by " + PluginEnv + "=" + None)
	}
	path, err := s.Find(CPU)
	if err != nil {
		if s.Plugin != "" {
			return nil, err
		}
		return openGo(err.Error())
	}
	b, err := open(path)
	switch {
	case err != nil && s.Plugin == "":
		return openGo(err.Error())
	case err != nil:
		return nil, hint.New(err, "unset "+PluginEnv+", or let it name a PJRT plugin (.so); "+InstallCommand+" puts one where it is found by itself")
	}
	return b, nil
}

func open(path string) (*Backend, error) {
	opened.Lock()
	defer opened.Unlock()
	if b := opened.byPlugin[path]; b != nil {
		return b, nil
	}
	prepareProcess(path)
	inner, err := xla.NewWithOptions(path, clientOptions(path))
	if err != nil {
		return nil, hint.New(fmt.Errorf("open XLA plugin %s: %w", path, firstLine(err)),
			"run "+InstallCommand+" to put a fresh plugin in place")
	}
	b := &Backend{Backend: inner, Kind: "xla", Plugin: path}
	opened.byPlugin[path] = b
	return b, nil
}

// clientOptions asks the CPU plugin for one device. It shows four by itself,
// which share the cores and make a step some 5 percent slower.
func clientOptions(plugin string) pjrt.NamedValuesMap {
	if strings.Contains(strings.ToLower(filepath.Base(plugin)), CUDA) {
		return nil
	}
	return pjrt.NamedValuesMap{"cpu_device_count": int64(1)}
}

func openGo(why string) (*Backend, error) {
	opened.Lock()
	defer opened.Unlock()
	b := opened.byPlugin[None]
	if b == nil {
		// One operation at a time: GoMLX v0.26.0 reuses a buffer in place by a count
		// that its parallel executor reads without its lock. A product still uses all cores.
		inner, err := simplego.New("ops_sequential")
		if err != nil {
			return nil, fmt.Errorf("open GoMLX's go backend: %w", err)
		}
		b = &Backend{Backend: inner, Kind: "go"}
		opened.byPlugin[None] = b
	}
	notice := *b
	notice.Notice = "Training without XLA, on GoMLX's go backend, which is many times slower on all but small models: " + why +
		". Run " + InstallCommand + " to install XLA."
	return &notice, nil
}

// prepareProcess settles, before the first plugin is loaded, what XLA and
// go-xla read from the process.
func prepareProcess(plugin string) {
	keepMemory()
	xla.EnableAutoInstall(false)
	_ = os.Setenv(xla.NoAutoInstallEnv, "1")
	// go-xla points CUDA's data folder at its author's home unless it is set.
	flags := os.Getenv("XLA_FLAGS")
	if strings.Contains(plugin, CUDA) && !strings.Contains(flags, "--xla_gpu_cuda_data_dir") {
		_ = os.Setenv("XLA_FLAGS", strings.TrimSpace(flags+" --xla_gpu_cuda_data_dir="+cudaData(plugin)))
	}
}

// cudaData is where NVIDIA's wheels, unpacked beside the plugin's, keep ptxas
// and libdevice: for CUDA 13 in cu13, for CUDA 12 in cuda_nvcc.
func cudaData(plugin string) string {
	nvidia := filepath.Join(filepath.Dir(plugin), "..", "..", "nvidia")
	for _, dir := range []string{"cu13", "cuda_nvcc"} {
		if _, err := os.Stat(filepath.Join(nvidia, dir)); err == nil {
			return filepath.Join(nvidia, dir)
		}
	}
	return nvidia
}

// firstLine cuts the stack trace that GoMLX's errors print with %+v out of the
// way of people; the chain stays whole.
func firstLine(err error) error { return shortError{err} }

type shortError struct{ error }

func (e shortError) Error() string {
	line, _, _ := strings.Cut(e.error.Error(), "\n")
	return line
}

func (e shortError) Unwrap() error { return e.error }
