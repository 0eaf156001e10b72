package xla

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
)

const cudaLibrary = "libcuda.so.1"

// A GPU is what this machine shows of an NVIDIA GPU.
type GPU struct {
	Files   []string // device files, /dev/nvidia0 and so on
	Library bool     // the driver's library can be loaded
}

// LookForGPU looks at device files and the driver's library, not at the GPU itself.
func LookForGPU() GPU {
	files, _ := filepath.Glob("/dev/nvidia[0-9]*")
	return GPU{Files: files, Library: loadable(cudaLibrary)}
}

// Usable is true when a CUDA plugin has something to work with.
func (g GPU) Usable() bool { return len(g.Files) > 0 && g.Library }

// String says what was looked for and what was found.
func (g GPU) String() string {
	files, library := "none", "not found"
	if len(g.Files) > 0 {
		files = strings.Join(g.Files, " ")
	}
	if g.Library {
		library = "found"
	}
	return fmt.Sprintf("device files /dev/nvidia[0-9]*: %s; driver library %s: %s", files, cudaLibrary, library)
}

// check returns the plugin for the GPU, or an error that says all that is missing at once.
func (g GPU) check(s Search) (string, error) {
	path, pluginErr := s.Find(CUDA)
	var gpuErr error
	if !g.Usable() {
		gpuErr = fmt.Errorf("no usable NVIDIA GPU (looked for %s)", g)
	}
	if err := errors.Join(gpuErr, pluginErr); err != nil {
		advice := "leave --gpu away to train on the CPU"
		if pluginErr != nil {
			advice = "run ./install.sh --gpu to install the CUDA plugin, or " + advice
		}
		if gpuErr != nil {
			advice = "install NVIDIA's driver, and in a container pass the GPU through; " + advice
		}
		return "", hint.New(fmt.Errorf("train on the GPU: %w", err), advice)
	}
	return path, nil
}
