// Package usage measures what a run uses of its process and its machine, as
// metrics under tracker.SystemMetrics. It knows no step that runs.
package usage

import (
	"context"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/disk"
	"github.com/shirou/gopsutil/v4/mem"
	"github.com/shirou/gopsutil/v4/net"
	"github.com/shirou/gopsutil/v4/process"

	"github.com/cellar-ml/cellar/tracker"
)

// A Sampler measures between one Sample and the next. It is not safe for
// concurrent use.
type Sampler struct {
	process *process.Process
	gpus    []gpu
	last    counters
}

// New makes a Sampler of the running process.
func New() (*Sampler, error) {
	p, err := process.NewProcess(int32(os.Getpid()))
	if err != nil {
		return nil, err
	}
	return &Sampler{process: p, gpus: openGPUs()}, nil
}

// Close gives the GPUs' library back.
func (s *Sampler) Close() { closeGPUs(s.gpus) }

// counters only grow; what a metric says is their growth in a second.
type counters struct {
	at         time.Time
	busy, idle float64            // seconds of all cores
	process    float64            // seconds of the process
	bytes      map[string]float64 // by metric
}

// Sample measures, by name without the prefix: cpu (percent of all cores),
// process/cpu (percent of one core), memory and process/memory (bytes),
// disk/read, disk/write, network/received, network/sent, process/read and
// process/write (bytes a second), and of each GPU gpu0/utilization (percent),
// gpu0/memory (bytes), gpu0/power (watts) and gpu0/temperature (°C). What the
// system does not tell is left out, and what is a rate in the first Sample.
func (s *Sampler) Sample(ctx context.Context, now time.Time) map[string]float64 {
	out := map[string]float64{}
	if m, err := mem.VirtualMemoryWithContext(ctx); err == nil {
		out["memory"] = float64(m.Used)
	}
	if m, err := s.process.MemoryInfoWithContext(ctx); err == nil {
		out["process/memory"] = float64(m.RSS)
	}
	for _, g := range s.gpus {
		g.sample(out)
	}
	next := s.count(ctx, now)
	if last := s.last; !last.at.IsZero() && now.After(last.at) {
		seconds := now.Sub(last.at).Seconds()
		if all := next.busy - last.busy + next.idle - last.idle; all > 0 {
			out["cpu"] = 100 * (next.busy - last.busy) / all
		}
		out["process/cpu"] = 100 * (next.process - last.process) / seconds
		for name, n := range next.bytes {
			if before, ok := last.bytes[name]; ok && n >= before {
				out[name] = (n - before) / seconds
			}
		}
	}
	s.last = next
	return out
}

func (s *Sampler) count(ctx context.Context, now time.Time) counters {
	c := counters{at: now, bytes: map[string]float64{}}
	if t, err := cpu.TimesWithContext(ctx, false); err == nil && len(t) == 1 {
		c.idle = t[0].Idle + t[0].Iowait
		c.busy = t[0].User + t[0].System + t[0].Nice + t[0].Irq + t[0].Softirq + t[0].Steal
	}
	if t, err := s.process.TimesWithContext(ctx); err == nil {
		c.process = t.User + t.System
	}
	if io, err := s.process.IOCountersWithContext(ctx); err == nil {
		c.bytes["process/read"], c.bytes["process/write"] = float64(io.ReadBytes), float64(io.WriteBytes)
	}
	if cards, err := net.IOCountersWithContext(ctx, true); err == nil {
		for _, n := range cards {
			if n.Name != "lo" {
				c.bytes["network/received"] += float64(n.BytesRecv)
				c.bytes["network/sent"] += float64(n.BytesSent)
			}
		}
	}
	if disks, err := disk.IOCountersWithContext(ctx); err == nil {
		for name, d := range disks {
			if whole(name) {
				c.bytes["disk/read"] += float64(d.ReadBytes)
				c.bytes["disk/write"] += float64(d.WriteBytes)
			}
		}
	}
	return c
}

// whole is false for a partition, and for devices that lie on others: what they
// read the disk below them has read too.
func whole(name string) bool {
	_, err := os.Stat("/sys/class/block/" + name + "/device")
	return err == nil
}

// points are a sample as they are logged.
func points(sample map[string]float64, step int64, now time.Time) []tracker.Point {
	var pts []tracker.Point
	for _, name := range slices.Sorted(maps.Keys(sample)) {
		pts = append(pts, tracker.Point{Metric: tracker.SystemMetrics + name, Step: step, Time: now, Value: sample[name]})
	}
	return pts
}
