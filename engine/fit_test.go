package engine_test

import (
	"testing"
	"time"

	"github.com/cellar-ml/cellar/engine"
)

func TestFitMixed(t *testing.T) {
	for _, family := range []string{"mlp", "logistic"} {
		begin := time.Now()
		res, err := engine.Fit(t.Context(), mixed(t, 500), engine.Spec{Family: family, Target: "species"}, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Log(family, time.Since(begin), res.Device, res.Stopped, res.BestEpoch, len(res.History), res.Metrics, res.Notices)
		t.Log(res.History[len(res.History)-1])
	}
}
