package xla_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/engine/xla"
	"github.com/cellar-ml/cellar/internal/hint"
)

func touch(t *testing.T, parts ...string) string {
	t.Helper()
	path := filepath.Join(parts...)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFind(t *testing.T) {
	home, prefix, libs := t.TempDir(), t.TempDir(), t.TempDir()
	s := xla.Search{Home: home, Executable: filepath.Join(prefix, "bin", "cellar"), LibraryPath: libs}
	if _, err := s.Find(xla.CPU); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), home) {
		t.Errorf("Find(cpu) with no plugin = %v, want ErrNotExist naming %s", err, home)
	}
	// The places from the last to the first: each new one must win over those before.
	for _, place := range []string{
		filepath.Join(home, ".local/lib/go-xla/pjrt_c_api_cpu_v0.83.4_plugin.so"),
		filepath.Join(libs, "pjrt-plugin-cpu.so"),
		filepath.Join(prefix, "share/cellar/xla/cpu/deep/pjrt_c_api_cpu_plugin.so"),
		filepath.Join(home, ".local/share/cellar/xla/cpu/pjrt_c_api_cpu_plugin.so"),
	} {
		want := touch(t, place)
		if got, err := s.Find(xla.CPU); err != nil || got != want {
			t.Errorf("Find(cpu) = %s, %v, want %s", got, err, want)
		}
	}
}

func TestFindCUDA(t *testing.T) {
	home := t.TempDir()
	touch(t, home, ".local/share/cellar/xla/cuda/nvidia/lib/libpjrt_cuda.so")
	want := touch(t, home, ".local/share/cellar/xla/cuda/jax_plugins/xla_cuda13/xla_cuda_plugin.so")
	touch(t, home, ".local/lib/go-xla/pjrt_c_api_cpu_plugin.so")
	got, err := xla.Search{Home: home}.Find(xla.CUDA)
	if err != nil || got != want {
		t.Errorf("Find(cuda) = %s, %v, want %s", got, err, want)
	}
}

func TestNamedPlugin(t *testing.T) {
	missing := xla.Search{Plugin: "/nowhere/plugin.so"}
	_, err := xla.Open(xla.Options{Search: &missing})
	if err == nil || !strings.Contains(err.Error(), "/nowhere/plugin.so") || hint.Of(err) == "" {
		t.Errorf("Open with a plugin that is not there = %v, want an error that names it, with a hint", err)
	}
	broken := xla.Search{Plugin: touch(t, t.TempDir(), "pjrt_cpu.so")}
	_, err = xla.Open(xla.Options{Search: &broken})
	if err == nil || !strings.Contains(err.Error(), broken.Plugin) || strings.Contains(err.Error(), "\n") {
		t.Errorf("Open with a plugin that is no library = %v, want one line that names it", err)
	}
	if _, err := (xla.Search{Plugin: broken.Plugin}).Find(xla.CUDA); err == nil {
		t.Error("Find(cuda) took a named plugin that is not for CUDA")
	}
}

func TestFallback(t *testing.T) {
	none := xla.Search{Home: t.TempDir(), Plugin: xla.None}
	b, err := xla.Open(xla.Options{Search: &none})
	if err != nil {
		t.Fatal(err)
	}
	if b.Kind != "go" || !strings.Contains(b.Notice, xla.InstallCommand) {
		t.Errorf("Open without XLA = kind %q, notice %q; want go and the install command", b.Kind, b.Notice)
	}
}

func TestNoGPU(t *testing.T) {
	if xla.LookForGPU().Usable() {
		t.Skip("this machine has a GPU")
	}
	s := xla.Search{Home: t.TempDir()}
	_, err := xla.Open(xla.Options{GPU: true, Search: &s})
	if err == nil {
		t.Fatal("Open(GPU) succeeded without a GPU")
	}
	for _, want := range []string{"/dev/nvidia", "libcuda.so.1", s.Home} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("Open(GPU) = %q, want it to say that it looked for %s", err, want)
		}
	}
	if !strings.Contains(hint.Of(err), "--gpu") {
		t.Errorf("hint %q does not say how to get the plugin", hint.Of(err))
	}
}
