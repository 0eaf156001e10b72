package engine

import (
	"fmt"
	"strings"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/engine/xla"
	"github.com/cellar-ml/cellar/internal/hint"
)

// A Problem is something that is wrong and what mends it.
type Problem struct {
	What string `json:"what"`
	Mend string `json:"mend,omitempty"`
}

// A Report is the state of the engine on this machine.
type Report struct {
	Backend  string    `json:"backend"`           // "xla" or "go"
	Plugin   string    `json:"plugin,omitempty"`  // path of the XLA plugin
	Version  string    `json:"version,omitempty"` // as the plugin tells it
	Devices  []string  `json:"devices"`
	GPU      string    `json:"gpu"` // what was found of an NVIDIA GPU
	CUDA     string    `json:"cuda,omitempty"`
	Problems []Problem `json:"problems,omitempty"`
}

// Doctor opens the backend that Fit would use and reports on it. It does not
// open the GPU.
func Doctor() Report {
	gpu := xla.LookForGPU()
	r := Report{GPU: gpu.String()}
	cuda, err := xla.System().Find(xla.CUDA)
	if err == nil {
		r.CUDA = cuda
	}
	if gpu.Usable() && err != nil {
		r.Problems = append(r.Problems, Problem{"there is a GPU but no CUDA plugin for it", xla.InstallCommand + " --gpu"})
	}
	b, err := openBackend(false)
	if err != nil {
		r.Problems = append(r.Problems, Problem{err.Error(), hint.Of(err)})
		return r
	}
	r.Backend, r.Plugin, r.Version = b.Kind, b.Plugin, b.Description()
	if _, version, ok := strings.Cut(r.Version, r.Plugin+") "); ok && r.Plugin != "" {
		r.Version = "PJRT " + version
	}
	for i := range b.NumDevices() {
		r.Devices = append(r.Devices, deviceName(b, i))
	}
	if b.Notice != "" {
		r.Problems = append(r.Problems, Problem{b.Notice, xla.InstallCommand})
	}
	return r
}

// Display shows the report with its problems first.
func (r Report) Display() display.Bundle {
	var rows [][2]string
	for _, p := range r.Problems {
		rows = append(rows, [2]string{"problem", p.What})
		if p.Mend != "" {
			rows = append(rows, [2]string{"mend it with", p.Mend})
		}
	}
	rows = append(rows, [2]string{"backend", r.Backend})
	for _, row := range [][2]string{{"plugin", r.Plugin}, {"version", r.Version}, {"devices", strings.Join(r.Devices, ", ")}, {"gpu", r.GPU}, {"cuda plugin", r.CUDA}} {
		if row[1] != "" {
			rows = append(rows, row)
		}
	}
	return sheet(fmt.Sprintf("Engine: %d problem(s)", len(r.Problems)), rows, nil)
}
