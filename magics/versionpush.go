package magics

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/spf13/pflag"

	"github.com/cellar-ml/cellar/dataset/remote"
	sources "github.com/cellar-ml/cellar/dataset/source"
	"github.com/cellar-ml/cellar/display"
)

var versionPush = Magic{
	Name:  "push",
	Usage: "DATASET DEST",
	Short: "Send versions to a folder or to S3, for others to pull",
	Long: "DATASET is a name, of which all versions, branches and tags go, or one version. DEST is a folder or s3://BUCKET/PREFIX; any number of datasets " +
		"share one. What is there already is not sent again, and what was cut off goes on. A version that is another one there stops it: versions never change.",
	Examples: []string{"version push penguins /mnt/share/data", "version push penguins@clean s3://team/data"},
	Min:      2,
	Max:      2,
	Args:     datasetNames,
	Result:   reflect.TypeFor[*remote.Report](),
	Bind: func(*pflag.FlagSet) Func {
		return func(ctx context.Context, env *Env, c *Call) (Result, error) {
			return move(env, c, "push", "sent", func(r *remote.Remote) (*remote.Report, error) {
				store, err := env.Store(ctx)
				if err != nil {
					return nil, err
				}
				return r.Push(ctx, store, c.Args[0])
			})
		}
	},
}

var versionPull = Magic{
	Name:  "pull",
	Usage: "DATASET SOURCE",
	Short: "Bring versions that were pushed to a folder or to S3",
	Long: "DATASET is a name, of which all versions, branches and tags come, or one version, which comes with the numbers of those before it but without their " +
		"content. Each file is checked against its digest. A number that is another version here stops it; --name brings the versions under another name.",
	Examples: []string{"version pull penguins /mnt/share/data", "version pull penguins@v3 s3://team/data --name theirs"},
	Min:      2,
	Max:      2,
	Args:     datasetNames,
	Result:   reflect.TypeFor[*remote.Report](),
	Bind: func(fs *pflag.FlagSet) Func {
		name := fs.String("name", "", "`dataset` whose next versions they become; their own if not given")
		return func(ctx context.Context, env *Env, c *Call) (Result, error) {
			return move(env, c, "pull", "brought", func(r *remote.Remote) (*remote.Report, error) {
				store, err := env.Store(ctx)
				if err != nil {
					return nil, err
				}
				return r.Pull(ctx, store, c.Args[0], *name)
			})
		}
	},
}

// move opens the remote and says what became of it.
func move(env *Env, c *Call, phase, done string, do func(*remote.Remote) (*remote.Report, error)) (Result, error) {
	r, err := remote.Open(c.Args[1])
	if err != nil {
		return Result{}, err
	}
	bar := newBar(env, c.Args[0])
	r.Progress = func(done, total int64) {
		bar.show(sources.Progress{Phase: phase, Done: done, Total: total, Unit: "bytes"})
	}
	report, err := do(r)
	bar.end(err)
	if err != nil {
		return Result{}, err
	}
	lines := []string{fmt.Sprintf("%s: %s, %d new; %d of %s %s, %s of %s", c.Args[0], counted(len(report.Versions), "version"), report.New,
		report.Moved, counted(report.Blobs, "file"), done, display.Bytes(report.Size), display.Bytes(report.Bytes))}
	return Result{Value: report, Show: show(display.Text(strings.Join(append(lines, report.Notes...), "\n")))}, nil
}
