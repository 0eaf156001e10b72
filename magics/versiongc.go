package magics

import (
	"context"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/tracker/upkeep"
)

var versionGC = Magic{
	Name:  "gc",
	Usage: "[NAME]",
	Short: "Say which old versions' content can go, and with --yes let it go",
	Long: "Of each dataset and branch the newest --keep stay, and so do versions with a tag and those that a run or a model was made from. " +
		"The others stay in the list and in lineage, without content; who loads the same content again has it back. " +
		"What was put within a day leaves the disk with a later gc.",
	Examples: []string{"version gc penguins --keep 3", "version gc --yes"},
	Max:      1,
	Args:     datasetNames,
	Result:   reflect.TypeFor[*dataset.DropPlan](),
	Bind: func(fs *pflag.FlagSet) Func {
		var o versionGCOptions
		fs.IntVar(&o.Keep, "keep", 10, "`n` newest versions of each name that stay")
		fs.BoolVar(&o.Yes, "yes", false, "let it go")
		return o.run
	},
}

type versionGCOptions struct {
	Keep int
	Yes  bool
}

func (o *versionGCOptions) run(ctx context.Context, env *Env, c *Call) (Result, error) {
	if o.Keep < 1 {
		return Result{}, usagef("1 or more: the newest stays", "--keep %d", o.Keep)
	}
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	name, err := nameArg(ctx, store, c)
	if err != nil {
		return Result{}, err
	}
	p, err := dataset.PlanDrop(ctx, store, name, o.Keep)
	if err != nil {
		return Result{}, err
	}
	var lines []string
	for _, k := range p.Kept {
		lines = append(lines, fmt.Sprintf("%s stays: %s", k.Version, k.Why))
	}
	for _, d := range p.Drop {
		lines = append(lines, fmt.Sprintf("%s can go: %s", d.Ref(), counted(int(d.Rows), "row")))
	}
	switch {
	case len(p.Drop) == 0:
		lines = append(lines, fmt.Sprintf("nothing can go: of each name the newest %d stay", o.Keep))
	case !o.Yes:
		lines = append(lines, fmt.Sprintf("%s that nothing else names; nothing was removed yet: add --yes", display.Bytes(p.Bytes)))
	default:
		if err := p.Do(ctx, store); err != nil {
			return Result{}, err
		}
		freed, err := upkeep.Look(ctx, store, upkeep.GCOptions{OlderThan: time.Duration(math.MaxInt64), Now: clock.Or(env.Now)()})
		if err == nil {
			err = freed.Do(ctx, store, nil)
		}
		if err != nil {
			return Result{}, err
		}
		lines = append(lines, fmt.Sprintf("let go of the content of %s; %s left the disk", counted(len(p.Drop), "version"), display.Bytes(freed.Bytes)))
	}
	return Result{Value: p, Show: show(display.Text(strings.Join(lines, "\n")))}, nil
}
