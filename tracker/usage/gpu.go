package usage

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/ebitengine/purego"
)

// NVML, the library of NVIDIA's driver, in the terms of its nvml.h. It is opened
// where it is there; a return of 0 is success.
type library struct {
	initialize  func() int32
	shutdown    func() int32
	count       func(*uint32) int32
	device      func(uint32, *uintptr) int32
	name        func(uintptr, *byte, uint32) int32
	utilization func(uintptr, *struct{ GPU, Memory uint32 }) int32
	memory      func(uintptr, *struct{ Total, Free, Used uint64 }) int32
	power       func(uintptr, *uint32) int32 // milliwatts
	temperature func(uintptr, uint32, *uint32) int32
}

// A gpu is one that NVML shows.
type gpu struct {
	nvml   *library
	label  string // gpu0
	device uintptr
}

// openGPUs is every GPU of the machine; none where there is no driver.
func openGPUs() []gpu {
	handle, err := purego.Dlopen("libnvidia-ml.so.1", purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return nil
	}
	l := &library{}
	for name, f := range map[string]any{
		"nvmlInit_v2": &l.initialize, "nvmlShutdown": &l.shutdown, "nvmlDeviceGetCount_v2": &l.count,
		"nvmlDeviceGetHandleByIndex_v2": &l.device, "nvmlDeviceGetName": &l.name, "nvmlDeviceGetUtilizationRates": &l.utilization,
		"nvmlDeviceGetMemoryInfo": &l.memory, "nvmlDeviceGetPowerUsage": &l.power, "nvmlDeviceGetTemperature": &l.temperature,
	} {
		at, err := purego.Dlsym(handle, name)
		if err != nil {
			return nil
		}
		purego.RegisterFunc(f, at)
	}
	if l.initialize() != 0 {
		return nil
	}
	var n uint32
	var list []gpu
	if l.count(&n) == 0 {
		for i := range n {
			g := gpu{nvml: l, label: fmt.Sprintf("gpu%d", i)}
			if l.device(i, &g.device) == 0 {
				list = append(list, g)
			}
		}
	}
	if len(list) == 0 {
		l.shutdown()
	}
	return list
}

func closeGPUs(list []gpu) {
	if len(list) > 0 {
		list[0].nvml.shutdown()
	}
}

// model is what the GPU is called: NVIDIA H100 80GB HBM3.
func (g gpu) model() string {
	var b [96]byte
	if g.nvml.name(g.device, &b[0], uint32(len(b))) != 0 {
		return ""
	}
	name, _, _ := bytes.Cut(b[:], []byte{0})
	return strings.TrimSpace(string(name))
}

func (g gpu) sample(out map[string]float64) {
	var use struct{ GPU, Memory uint32 }
	if g.nvml.utilization(g.device, &use) == 0 {
		out[g.label+"/utilization"] = float64(use.GPU)
	}
	var mem struct{ Total, Free, Used uint64 }
	if g.nvml.memory(g.device, &mem) == 0 {
		out[g.label+"/memory"] = float64(mem.Used)
	}
	var milliwatts, celsius uint32
	if g.nvml.power(g.device, &milliwatts) == 0 {
		out[g.label+"/power"] = float64(milliwatts) / 1000
	}
	const ofTheChip = 0
	if g.nvml.temperature(g.device, ofTheChip, &celsius) == 0 {
		out[g.label+"/temperature"] = float64(celsius)
	}
}
