package magics

import (
	"os"

	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/usage"
)

// recorded are the modules whose versions a run's result depends on.
var recorded = []string{
	"github.com/cellar-ml/cellar",
	"github.com/gomlx/gomlx",
	"github.com/gomlx/go-xla",
	"github.com/apache/arrow/go/v17",
	"github.com/traefik/yaegi",
}

// source is what it takes to run a step again.
func source(env *Env, c *Call, seed int64) tracker.Source {
	dir, err := os.Getwd()
	if err != nil {
		dir = "." // it was removed: there is no git to find either
	}
	s := tracker.Capture(dir, recorded...)
	s.Command, s.Seed, s.Machine = c.Line, seed, usage.Machine()
	if env.Session != nil {
		s.Cells = env.Session.Cells()
	}
	return s
}
