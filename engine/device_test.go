package engine_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/engine"
	"github.com/cellar-ml/cellar/engine/xla"
	"github.com/cellar-ml/cellar/internal/hint"
)

func TestDoctor(t *testing.T) {
	needXLA(t)
	r := engine.Doctor()
	if r.Backend != "xla" || r.Plugin == "" || r.Version == "" || len(r.Devices) == 0 {
		t.Errorf("Doctor() = %+v, want backend xla with plugin, version and devices", r)
	}
	if text := r.Display().Data[display.MIMEText].(string); !strings.Contains(text, r.Plugin) {
		t.Errorf("Display() lacks the plugin:\n%s", text)
	}
}

// TestFallback holds that training without XLA works, says so once with the
// command that helps, and is told to Notify.
func TestFallback(t *testing.T) {
	t.Setenv(xla.PluginEnv, xla.None)
	var told []string
	s := engine.Spec{Family: "linear", Target: "flipper", Epochs: 2, Notify: func(text string) { told = append(told, text) }}
	tab := mixed(t, 60)
	for range 2 {
		if r := fit(t, tab, s); !strings.Contains(r.Device, "no XLA") {
			t.Errorf("Device = %q, want it to say that there is no XLA", r.Device)
		}
	}
	if len(told) > 1 || len(told) == 1 && !strings.Contains(told[0], "./install.sh") {
		t.Errorf("told %q, want one notice in a process, with the command", told)
	}
	r := engine.Doctor()
	if r.Backend != "go" || len(r.Problems) == 0 || r.Problems[len(r.Problems)-1].Mend == "" {
		t.Errorf("Doctor() = %+v, want backend go and a problem with what mends it", r)
	}
}

func TestGPUMissing(t *testing.T) {
	if xla.LookForGPU().Usable() {
		t.Skip("this machine has a GPU")
	}
	_, err := engine.Fit(t.Context(), mixed(t, 60), engine.Spec{Family: "mlp", Target: "species", GPU: true}, nil)
	if err == nil || !strings.Contains(err.Error(), "/dev/nvidia") || hint.Of(err) == "" {
		t.Errorf("Fit with GPU on a machine without = %v (hint %q), want what was looked for", err, hint.Of(err))
	}
}

// TestBackendsAgree holds that XLA and the go backend train the same model.
func TestBackendsAgree(t *testing.T) {
	needXLA(t)
	tab := mixed(t, 200)
	s := engine.Spec{Family: "mlp", Target: "species", Epochs: 5, Seed: 2}
	onXLA := fit(t, tab, s)
	if onXLA.Device != "XLA cpu" {
		t.Errorf("Device = %q, want XLA cpu", onXLA.Device)
	}
	t.Setenv(xla.PluginEnv, xla.None)
	onGo := fit(t, tab, s)
	if diff := cmp.Diff(answers(t, onGo.Model, tab), answers(t, onXLA.Model, tab), cmpopts.EquateApprox(0, 1e-4)); diff != "" {
		t.Errorf("go and XLA answer differently (-go +XLA):\n%s", diff)
	}
}
