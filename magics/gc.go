package magics

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/clock"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/upkeep"
)

var gcMagic = Magic{
	Name:  "gc",
	Short: "Say what nothing needs any more, and with --yes remove it",
	Long: "That is: runs deleted longer ago than --older-than, but not those that a model, a child or an edge came from; blobs that nothing has " +
		"named for a day; what puts that were killed left an hour ago; with --backups the copies of the database that upgrades made. " +
		"Then space in the database that holds nothing goes back to the system, a megabyte at a time, so that no writer waits longer than a moment. " +
		"Others may log and put blobs meanwhile.",
	Examples: []string{"gc", "gc --older-than 7d --yes"},
	Result:   reflect.TypeFor[upkeep.Plan](),
	Bind:     bindGC,
}

type gcOptions struct {
	OlderThan           string
	Backups, Whole, Yes bool
}

func bindGC(fs *pflag.FlagSet) Func {
	var o gcOptions
	fs.StringVar(&o.OlderThan, "older-than", "30d", "runs that were deleted this `time` ago: 30d, 12h, 0")
	fs.BoolVar(&o.Backups, "backups", false, "also the copies of the database that upgrades made")
	fs.BoolVar(&o.Whole, "whole", false, "write the database anew, during which writers wait (about a\nsecond for 100 MB), where it cannot shrink otherwise")
	fs.BoolVar(&o.Yes, "yes", false, "remove it")
	return o.run
}

func (o *gcOptions) run(ctx context.Context, env *Env, _ *Call) (Result, error) {
	age, err := days(o.OlderThan)
	if err != nil {
		return Result{}, usagef("write 30d, 12h or 0", "--older-than %s: %v", o.OlderThan, err)
	}
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	plan, err := upkeep.Look(ctx, store, upkeep.GCOptions{OlderThan: age, Backups: o.Backups, Whole: o.Whole, Now: clock.Or(env.Now)()})
	if err != nil {
		return Result{}, err
	}
	text := o.text(env, plan)
	if o.Yes && !plan.Empty() {
		if err := plan.Do(ctx, store, env.Tick("removing deleted runs", " runs")); err != nil {
			return Result{}, err
		}
		text = o.text(env, plan)
	}
	plan.Runs = brief(plan.Runs)
	return Result{Value: *plan, Show: show(display.Text(text))}, nil
}

// text is a line for each kind of thing, those that there are none of too.
func (o *gcOptions) text(env *Env, p *upkeep.Plan) string {
	var size int64
	sum := func(list []tracker.BlobInfo) (n int, bytes string) {
		var total int64
		for _, b := range list {
			total += b.Size
		}
		size += total
		return len(list), display.Bytes(total)
	}
	var lines []string
	line := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	line("runs deleted %s ago or earlier: %d%s", o.OlderThan, len(p.Runs), colon(some(p.Runs)))
	for _, k := range p.Kept {
		line("  kept %s: %s", k.Run, k.Why)
	}
	n, bytes := sum(p.Blobs)
	line("blobs that nothing names: %d, %s", n, bytes)
	n, bytes = sum(p.Leftovers)
	line("leftovers of puts that were killed: %d, %s", n, bytes)
	if o.Backups {
		size += p.Store.Bytes
		line("copies from before upgrades: %d, %s", len(p.Store.Backups), display.Bytes(p.Store.Bytes))
	} else if len(p.Store.Backups) > 0 {
		line("copies from before upgrades, which stay without --backups: %d, %s", len(p.Store.Backups), display.Bytes(p.Store.Bytes))
	}
	if o.Yes {
		line("free space in the database given back: %s", display.Bytes(p.Store.Freed))
		if p.Store.Note != "" {
			line("  %s", p.Store.Note)
		}
		line("removed: %s", display.Bytes(size+p.Store.Freed))
		return strings.Join(lines, "\n")
	}
	line("free space in the database now: %s", display.Bytes(p.Store.Free))
	if p.Empty() {
		line("nothing to remove")
	} else {
		line("nothing was removed yet: add --yes")
	}
	return strings.Join(lines, "\n")
}

func colon(s string) string {
	if s == "" {
		return ""
	}
	return ": " + s
}

// days reads a duration that may be in days.
func days(s string) (time.Duration, error) {
	if n, ok := strings.CutSuffix(s, "d"); ok {
		f, err := strconv.ParseFloat(n, 64)
		if err != nil || math.IsNaN(f) || f > 100_000 {
			return 0, errors.New("not a number of days")
		}
		if f < 0 {
			return 0, errors.New("negative")
		}
		return time.Duration(f * float64(24*time.Hour)), nil
	}
	if s == "0" {
		return 0, nil
	}
	d, err := time.ParseDuration(s)
	switch {
	case err != nil:
		err = errors.New("not a time")
	case d < 0:
		err = errors.New("negative")
	}
	return d, err
}

// Tick shows how far a long work is, on one line.
func (env *Env) Tick(what, unit string) tracker.Tick {
	now := clock.Or(env.Now)
	last := now() // what is done at once needs no line
	return func(done, total int64) {
		if at := now(); at.Sub(last) >= between {
			last = at
			text := fmt.Sprintf("%s: %d of %d%s", what, done, total, unit)
			if unit == "" {
				text = fmt.Sprintf("%s: %s of %s", what, display.Bytes(done), display.Bytes(total))
			}
			_ = env.Out.Update("upkeep-"+what, display.Transient(display.Text(text))) // a sink that is gone ends nothing
		}
	}
}

var verifyMagic = Magic{
	Name:  "verify",
	Short: "Read the whole store and say what is damaged or missing",
	Long: "Every artifact, dataset and model against its digest, every edge against its ends, every stretch of points, and the database itself. " +
		"What is wrong is listed with what to do, and then the exit status is 1.",
	Examples: []string{"verify", "verify --json"},
	Result:   reflect.TypeFor[upkeep.Report](),
	Bind:     func(*pflag.FlagSet) Func { return verify },
}

func verify(ctx context.Context, env *Env, _ *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	report, err := upkeep.Verify(ctx, store, env.Tick("hashing blobs", ""))
	if err != nil {
		return Result{}, err
	}
	text := fmt.Sprintf("read %d runs, %d edges and %d blobs of %s", report.Runs, report.Edges, report.Blobs, display.Bytes(report.Bytes))
	if len(report.Problems) == 0 {
		return Result{Value: report, Show: show(display.Text(text + ": the store is whole"))}, nil
	}
	shown := append(show(display.Text(text)), problems(report.Problems))
	return Result{Value: report, Show: shown}, damaged("verify", report.Problems)
}

// problems is a paragraph for each.
func problems(list []tracker.Problem) display.Bundle {
	var b strings.Builder
	for _, p := range list {
		fmt.Fprintf(&b, "%s\n  %s\n  %s\n", p.Where, p.What, p.Do)
	}
	return display.Text(strings.TrimRight(b.String(), "\n"))
}

func damaged(op string, list []tracker.Problem) error {
	return hint.New(fmt.Errorf("%s: %d problems, listed above; the first: %s: %s", op, len(list), list[0].Where, list[0].What), list[0].Do)
}

var backupMagic = Magic{
	Name:  "backup",
	Usage: "FOLDER",
	Short: "Copy the store into a folder, while others log",
	Long: "The copy is of one moment, and verified as it is written. A second backup into the same folder copies only blobs that are not there yet, " +
		"and takes the place of the first when it is whole; one that was killed is gone on with. The folder is a store of its own to read: --store sqlite:///FOLDER. " +
		"`cellar restore FOLDER` brings it back.",
	Examples: []string{"backup /mnt/disk/cellar"},
	Min:      1,
	Max:      1,
	Result:   reflect.TypeFor[tracker.BackedUp](),
	Bind:     func(*pflag.FlagSet) Func { return backUp },
}

func backUp(ctx context.Context, env *Env, c *Call) (Result, error) {
	store, err := env.Store(ctx)
	if err != nil {
		return Result{}, err
	}
	made, err := store.Backup(ctx, c.Args[0], env.Tick("copying blobs", ""))
	if errors.Is(err, errors.ErrUnsupported) {
		err = hint.New(err, "only a store that lies in files can be copied: one of sqlite:///path/cellar.db")
	}
	if err != nil {
		return Result{}, err
	}
	text := fmt.Sprintf("backed up to %s: the database of %s and %d blobs, of which %d were new, %s", made.Dir, display.Bytes(made.Store), made.Blobs, made.Copied, display.Bytes(made.Bytes))
	if len(made.Problems) == 0 {
		return Result{Value: made, Show: show(display.Text(text))}, nil
	}
	shown := append(show(display.Text(text)), problems(made.Problems))
	return Result{Value: made, Show: shown}, damaged("backup", made.Problems)
}
