package usage

import (
	"fmt"

	"github.com/NVIDIA/go-nvml/pkg/nvml"
)

// A gpu is one that NVML, the library of NVIDIA's driver, shows.
type gpu struct {
	name   string // gpu0
	device nvml.Device
}

// openGPUs is every GPU of the machine; none where there is no driver.
func openGPUs() []gpu {
	if nvml.Init() != nvml.SUCCESS {
		return nil
	}
	n, ret := nvml.DeviceGetCount()
	var list []gpu
	for i := 0; ret == nvml.SUCCESS && i < n; i++ {
		if d, ret := nvml.DeviceGetHandleByIndex(i); ret == nvml.SUCCESS {
			list = append(list, gpu{fmt.Sprintf("gpu%d", i), d})
		}
	}
	if len(list) == 0 {
		nvml.Shutdown()
	}
	return list
}

func closeGPUs(list []gpu) {
	if len(list) > 0 {
		nvml.Shutdown()
	}
}

func (g gpu) sample(out map[string]float64) {
	if u, ret := g.device.GetUtilizationRates(); ret == nvml.SUCCESS {
		out[g.name+"/utilization"] = float64(u.Gpu)
	}
	if m, ret := g.device.GetMemoryInfo(); ret == nvml.SUCCESS {
		out[g.name+"/memory"] = float64(m.Used)
	}
	if p, ret := g.device.GetPowerUsage(); ret == nvml.SUCCESS {
		out[g.name+"/power"] = float64(p) / 1000 // milliwatts
	}
	if t, ret := g.device.GetTemperature(nvml.TEMPERATURE_GPU); ret == nvml.SUCCESS {
		out[g.name+"/temperature"] = float64(t)
	}
}
