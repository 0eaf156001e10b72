package worker

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// The heap of a session that has done little is a few megabytes, and at the
// usual pace it would be collected every few cells; a collection costs more
// than a small cell. So the collector waits for this much garbage, and keeps
// the usual pace once the session holds data.
const (
	garbage   = 32 << 20
	usualPace = 100
	slowPace  = 800
)

// paceCollector sets the pace now and after every collection, until the
// process ends.
func paceCollector() {
	debug.SetGCPercent(pace(liveHeap()))
	type sentinel struct{ _ [16]byte }
	runtime.SetFinalizer(new(sentinel), func(*sentinel) { paceCollector() })
}

// pace is the growth in percent after which the collector runs again.
func pace(live uint64) int {
	if live == 0 {
		return slowPace
	}
	return max(usualPace, min(slowPace, int(garbage*100/live)))
}

func liveHeap() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(s)
	if s[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return s[0].Value.Uint64()
}
