package main

import (
	"context"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
)

const (
	childCommand = "log-with-others"
	batchEvery   = 50  // one call in so many carries a batch
	sharedEvery  = 10  // and one in so many goes to the run of all
	perCall      = 500 // points of a batch, at most
)

// child logs to a run of its own until a time in nanoseconds, and now and then a
// point to the run that all share. After each call that returned it writes a line:
// how many points of its own and of the shared run are acknowledged, and how long
// the call took in microseconds.
func child(ctx context.Context, path, shared, until string) error {
	end, err := strconv.ParseInt(until, 10, 64)
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, "sqlite://"+path)
	if err != nil {
		return err
	}
	defer s.Close()
	r, err := s.CreateRun(ctx, tracker.Run{Source: tracker.Capture(".")})
	if err != nil {
		return err
	}
	if _, err := os.Stdout.WriteString(r.ID + "\n"); err != nil {
		return err
	}
	own, common := 0, 0
	for calls := 0; time.Now().UnixNano() < end; calls++ {
		began := time.Now()
		if calls%sharedEvery == 0 {
			err = s.Log(ctx, shared, tracker.Point{Metric: r.ID, Step: int64(common), Value: value(common)},
				tracker.Point{Metric: "all", Step: int64(common), Value: value(common)})
			common++
		} else {
			pts := points(calls, own)
			err = s.Log(ctx, r.ID, pts...)
			own += len(pts)
		}
		if err != nil {
			return err
		}
		line := strconv.Itoa(own) + " " + strconv.Itoa(common) + " " + strconv.FormatInt(time.Since(began).Microseconds(), 10) + "\n"
		if _, err := os.Stdout.WriteString(line); err != nil {
			return err
		}
	}
	return s.FinishRun(ctx, r.ID, tracker.Finished, "")
}

func points(calls, from int) []tracker.Point {
	size := 1
	if calls%batchEvery == 1 {
		size = 1 + rand.IntN(perCall)
	}
	pts := make([]tracker.Point, size)
	for i := range pts {
		pts[i] = tracker.Point{Metric: "loss", Step: int64(from + i), Value: value(from + i)}
	}
	return pts
}

// value is what the point of a number must hold.
func value(i int) float64 { return 1 / float64(i+1) }
