package store_test

import (
	"context"
	"fmt"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store"
)

// A program records a run as a cell does; "" for the URL would be the .cellar
// folder of the checkout it runs in.
func ExampleOpen() {
	ctx := context.Background()
	s, err := store.Open(ctx, "mem:")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer s.Close()
	run, err := s.CreateRun(ctx, tracker.Run{Name: "first", Params: map[string]any{"rate": 0.1}, Source: tracker.Capture(".")})
	if err != nil {
		fmt.Println(err)
		return
	}
	for step, loss := range []float64{0.9, 0.5, 0.4} {
		if err := s.Log(ctx, run.ID, tracker.Point{Metric: "loss", Step: int64(step), Value: loss}); err != nil {
			fmt.Println(err)
		}
	}
	if err := s.FinishRun(ctx, run.ID, tracker.Finished, ""); err != nil {
		fmt.Println(err)
	}
	got, err := s.Run(ctx, "first")
	fmt.Println(got.Status, got.Params["rate"], got.Metrics["loss"], err)
	// Output: finished 0.1 0.4 <nil>
}
