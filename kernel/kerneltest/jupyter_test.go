package kerneltest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/kernel"
)

// TestJupyterKernelTest runs Jupyter's own test suite of kernels against the
// binary, as an installed kernelspec.
func TestJupyterKernelTest(t *testing.T) {
	python, binary := os.Getenv("CELLAR_JUPYTER_PYTHON"), os.Getenv("CELLAR_KERNEL_BIN")
	if python == "" || binary == "" {
		const why = "needs CELLAR_JUPYTER_PYTHON (a Python with jupyter_kernel_test) and CELLAR_KERNEL_BIN (the cellar binary)"
		if slices.Contains(strings.Split(os.Getenv("CELLAR_REQUIRE"), ","), "jupyter") {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	data := t.TempDir()
	spec := filepath.Join(data, "kernels", kernel.Name)
	if err := os.MkdirAll(spec, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(spec, "kernel.json"), kernel.Spec(binary), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, "-m", "unittest", "-v", "test_jupyter_kernel")
	cmd.Dir = "testdata"
	cmd.Env = append(os.Environ(),
		"JUPYTER_DATA_DIR="+data, "XDG_DATA_HOME="+data, "JUPYTER_PLATFORM_DIRS=0",
		"CELLAR_KERNEL_NAME="+kernel.Name, "PYTHONDONTWRITEBYTECODE=1")
	out, err := cmd.CombinedOutput()
	t.Logf("%s", out)
	if err != nil {
		t.Errorf("jupyter_kernel_test: %v", err)
	}
	if strings.Contains(string(out), "skipped") {
		t.Errorf("jupyter_kernel_test skipped a test")
	}
}
