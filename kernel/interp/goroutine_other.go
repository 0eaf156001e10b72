//go:build !amd64 && !arm64

package interp

import "runtime"

// goroutine is the number of the calling goroutine.
func goroutine() uint64 {
	var buf [40]byte
	n := runtime.Stack(buf[:], false)
	var id uint64
	for _, c := range buf[len("goroutine "):n] {
		if c < '0' || c > '9' {
			break
		}
		id = id*10 + uint64(c-'0')
	}
	return id
}

// stackUsed is not known: a recursion without end costs the process.
func stackUsed() uintptr { return 0 }
