package engine

import (
	"sync/atomic"

	"github.com/gomlx/gomlx/backends"

	"github.com/cellar-ml/cellar/engine/grad"
	"github.com/cellar-ml/cellar/engine/xla"
)

var fellBack atomic.Bool

// firstFallback is true once in a process.
func firstFallback() bool { return fellBack.CompareAndSwap(false, true) }

func openBackend(gpu bool) (*xla.Backend, error) {
	return xla.Open(xla.Options{GPU: gpu})
}

// Backend is the GoMLX backend that Fit uses, for graphs that a cell runs by
// itself, with Cellar's gradients registered. It is shared and never closed.
func Backend() (backends.Backend, error) {
	grad.Register()
	b, err := openBackend(false)
	if err != nil {
		return nil, err
	}
	return b.Backend, nil
}

// Devices lists what the backend that Fit uses can compute on.
func Devices() ([]string, error) {
	b, err := openBackend(false)
	if err != nil {
		return nil, err
	}
	var names []string
	for i := range b.NumDevices() {
		names = append(names, deviceName(b, i))
	}
	return names, nil
}

func deviceName(b *xla.Backend, i int) string { return b.DeviceDescription(backends.DeviceNum(i)) }
