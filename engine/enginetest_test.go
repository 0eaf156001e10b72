package engine_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/engine/xla"
)

// needXLA skips a test on a machine without a plugin, and fails it where
// CELLAR_REQUIRE names xla.
func needXLA(t *testing.T) {
	t.Helper()
	_, err := xla.System().Find(xla.CPU)
	if err == nil && os.Getenv(xla.PluginEnv) != xla.None {
		return
	}
	if slices.Contains(strings.Split(os.Getenv("CELLAR_REQUIRE"), ","), "xla") {
		t.Fatalf("CELLAR_REQUIRE names xla, and there is no plugin: %v", err)
	}
	t.Skipf("no XLA plugin (%v); run ./install.sh", err)
}
