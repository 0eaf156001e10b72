package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
)

type options struct {
	length    time.Duration
	processes int
	kill      time.Duration
}

// A process is one child with what it has acknowledged.
type process struct {
	cmd         *exec.Cmd
	run         string
	own, common int
	calls       []int // microseconds
	killed      bool
	failed      string // what it wrote to its error output when it ended by itself
}

// many runs the children and reads what they left.
func many(ctx context.Context, path string, o options) (result, error) {
	s, err := store.Open(ctx, "sqlite://"+path)
	if err != nil {
		return result{}, err
	}
	defer s.Close()
	shared, err := s.CreateRun(ctx, tracker.Run{Name: "all", Source: tracker.Capture(".")})
	if err != nil {
		return result{}, err
	}
	began := time.Now()
	list, err := children(ctx, path, shared.ID, began.Add(o.length), o)
	if err != nil {
		return result{}, err
	}
	r := result{took: time.Since(began), processes: len(list)}
	for _, p := range list {
		if err := r.count(ctx, s, shared.ID, p); err != nil {
			return result{}, err
		}
	}
	return r, r.shared(ctx, s, shared.ID, list)
}

// children starts the processes, kills some of them, and waits for all.
func children(ctx context.Context, path, shared string, end time.Time, o options) ([]*process, error) {
	var list []*process
	var wg sync.WaitGroup
	begin := func() error {
		p := &process{cmd: exec.CommandContext(ctx, os.Args[0], childCommand, path, shared, fmt.Sprint(end.UnixNano()))}
		out, err := p.cmd.StdoutPipe()
		var told bytes.Buffer
		p.cmd.Stderr = &told
		if err == nil {
			err = p.cmd.Start()
		}
		if err == nil {
			list = append(list, p)
			wg.Go(func() {
				p.read(out)
				if err := p.cmd.Wait(); err != nil {
					p.failed = fmt.Sprint(err, ": ", strings.TrimSpace(told.String()))
				}
			})
		}
		return err
	}
	for range o.processes {
		if err := begin(); err != nil {
			return nil, err
		}
	}
	for o.kill > 0 && time.Until(end) > o.kill {
		time.Sleep(o.kill)
		var living []*process
		for _, p := range list {
			if !p.killed {
				living = append(living, p)
			}
		}
		p := living[rand.IntN(len(living))]
		p.killed = true
		if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			return nil, err
		}
		if err := begin(); err != nil {
			return nil, err
		}
	}
	wg.Wait()
	return list, nil
}

// read takes the lines of a child; the last may be cut.
func (p *process) read(out io.Reader) {
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if err != nil {
		return
	}
	p.run = strings.TrimSpace(line)
	for {
		if line, err = lines.ReadString('\n'); err != nil {
			return
		}
		var took int
		if n, err := fmt.Sscan(line, &p.own, &p.common, &took); n == 3 && err == nil {
			p.calls = append(p.calls, took)
		}
	}
}

// A result is what was acknowledged and what the store has of it.
type result struct {
	took                             time.Duration
	processes                        int
	acknowledged, found, lost, twice int
	calls                            []int
	failed                           []string
}

// count reads the points that one process logged.
func (r *result) count(ctx context.Context, s tracker.Store, shared string, p *process) error {
	r.calls = append(r.calls, p.calls...)
	if p.failed != "" && !p.killed {
		r.failed = append(r.failed, p.failed)
	}
	if p.run == "" {
		return nil // killed before it had a run
	}
	for _, m := range []struct {
		run, metric  string
		acknowledged int
	}{{p.run, "loss", p.own}, {shared, p.run, p.common}} {
		pts, err := s.Points(ctx, m.run, m.metric)
		if err != nil {
			return err
		}
		r.acknowledged += m.acknowledged
		r.found += len(pts)
		r.compare(pts, m.acknowledged)
	}
	run, err := s.Run(ctx, p.run)
	if err == nil && !p.killed && p.failed == "" && run.Status != tracker.Finished {
		err = fmt.Errorf("run %s of a process that ended is %s", run.ID, run.Status)
	}
	return err
}

// compare counts the points that are not there, changed, or there again.
func (r *result) compare(pts []tracker.Point, acknowledged int) {
	seen := make(map[int64]bool, len(pts))
	for _, p := range pts {
		if seen[p.Step] {
			r.twice++
		}
		seen[p.Step] = p.Value == value(int(p.Step))
	}
	for i := range acknowledged {
		if !seen[int64(i)] {
			r.lost++
		}
	}
}

// shared counts the metric that all wrote: each point of each process once.
func (r *result) shared(ctx context.Context, s tracker.Store, run string, list []*process) error {
	pts, err := s.Points(ctx, run, "all")
	if err != nil {
		return err
	}
	want, have := map[int64]int{}, map[int64]int{}
	for _, p := range list {
		if p.run == "" {
			continue
		}
		own, err := s.Points(ctx, run, p.run)
		if err != nil {
			return err
		}
		for _, p := range own {
			want[p.Step]++
		}
	}
	for _, p := range pts {
		have[p.Step]++
	}
	for step, n := range want {
		r.lost += max(0, n-have[step])
		r.twice += max(0, have[step]-n)
	}
	return nil
}

func (r result) String() string {
	slices.Sort(r.calls)
	at := func(q float64) time.Duration {
		if len(r.calls) == 0 {
			return 0
		}
		return time.Duration(r.calls[int(q*float64(len(r.calls)-1))]) * time.Microsecond
	}
	return fmt.Sprintf("processes started %d\nacknowledged %d\nfound %d\nlost %d\ntwice %d\npoints/s %.0f\ncalls %d, median %s, p99 %s, longest %s\ncalls that failed %d",
		r.processes, r.acknowledged, r.found, r.lost, r.twice, float64(r.acknowledged)/r.took.Seconds(), len(r.calls), at(0.5), at(0.99), at(1), len(r.failed))
}

// err is what must not be.
func (r result) err() error {
	switch {
	case len(r.failed) > 0:
		return fmt.Errorf("%d processes failed; the first: %s", len(r.failed), r.failed[0])
	case r.lost > 0 || r.twice > 0:
		return fmt.Errorf("%d points lost, %d twice", r.lost, r.twice)
	case r.acknowledged == 0:
		return errors.New("nothing was acknowledged")
	}
	return nil
}
