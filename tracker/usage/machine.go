package usage

import (
	"runtime"
	"strings"
	"sync"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/mem"

	"github.com/cellar-ml/cellar/tracker"
)

// Machine is what this machine is made of. It looks once.
func Machine() tracker.Machine { return machine() }

var machine = sync.OnceValue(func() tracker.Machine {
	m := tracker.Machine{OS: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.NumCPU()}
	if info, err := cpu.Info(); err == nil && len(info) > 0 {
		m.CPU = strings.TrimSpace(info[0].ModelName)
	}
	if v, err := mem.VirtualMemory(); err == nil {
		m.Memory = int64(v.Total)
	}
	gpus := openGPUs()
	defer closeGPUs(gpus)
	for _, g := range gpus {
		m.GPUs = append(m.GPUs, g.model())
	}
	return m
})
