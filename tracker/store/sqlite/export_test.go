package sqlite

import (
	"context"
	"fmt"
	"io/fs"
	"testing/fstest"

	"github.com/cellar-ml/cellar/internal/clock"
)

// Upgrade brings the store at path up by a step of the number after the last: SQL of
// a test. It returns that number.
func Upgrade(ctx context.Context, path, step string) (int, error) {
	names, err := fs.Glob(embedded, "migrations/*.sql")
	if err != nil {
		return 0, err
	}
	steps := fstest.MapFS{}
	for _, name := range names {
		data, err := fs.ReadFile(embedded, name)
		if err != nil {
			return 0, err
		}
		steps[name] = &fstest.MapFile{Data: data}
	}
	n := len(names) + 1
	steps[fmt.Sprintf("migrations/%04d_test.sql", n)] = &fstest.MapFile{Data: []byte(step)}
	return n, prepare(ctx, path, clock.System, steps)
}

// Version is the version of the schema of the store at path, up to most.
func Version(path string, most int) (int, error) { return schema(path, most) }
