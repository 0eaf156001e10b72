// Package store opens the tracker's store that a URL names. It holds the table
// of backends and nothing of what they do.
package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker"
	"github.com/cellar-ml/cellar/tracker/store/mem"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
)

// Dir is the folder that a store is found by, and File the database in it.
const (
	Dir  = ".cellar"
	File = "cellar.db"
)

// A Backend is one way to keep what the tracker records.
type Backend struct {
	Scheme  string // of its URLs
	Example string
	Open    func(ctx context.Context, rest string) (tracker.Store, error) // rest: the URL after scheme and colon
}

// Backends are all there are; storetest runs its contract on each.
func Backends() []Backend {
	return []Backend{
		{"sqlite", "sqlite:///path/to/cellar.db", openSQLite},
		{"mem", "mem:", openMem},
	}
}

// Open opens the store that rawURL names. The empty URL is the nearest .cellar
// folder, from the working directory upwards; where there is none it is made
// in the working directory. Open marks the runs of this host as killed whose
// process is gone; those of a full or read-only store stay open, for the next
// Open, and can be read. A newer, damaged or foreign store is refused untouched.
func Open(ctx context.Context, rawURL string) (tracker.Store, error) {
	if rawURL == "" {
		dir, err := os.Getwd()
		if err != nil {
			return nil, fmt.Errorf("open store: find the working directory: %w", err)
		}
		return OpenIn(ctx, dir, "")
	}
	return OpenIn(ctx, ".", rawURL)
}

// OpenIn is Open with dir for the working directory.
func OpenIn(ctx context.Context, dir, rawURL string) (tracker.Store, error) {
	if rawURL == "" {
		path, err := locate(dir)
		if err != nil {
			return nil, err
		}
		rawURL = "sqlite://" + path
	}
	scheme, rest, found := strings.Cut(rawURL, ":")
	var names []string
	for _, b := range Backends() {
		if found && b.Scheme == scheme {
			s, err := b.Open(ctx, rest)
			if err != nil {
				return nil, err
			}
			return reaped(ctx, s)
		}
		names = append(names, b.Example)
	}
	return nil, hint.New(fmt.Errorf("open store %s: no backend %q", rawURL, scheme),
		"a store is one of: "+strings.Join(names, ", "))
}

// reaped closes the books of runs whose process is gone.
func reaped(ctx context.Context, s tracker.Store) (tracker.Store, error) {
	if _, err := tracker.Reap(ctx, s, tracker.Alive); err != nil && !errors.Is(err, tracker.ErrUnwritable) {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Find walks up from dir to the nearest .cellar folder; "" where there is none.
func Find(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find store from %s: %w", dir, err)
	}
	for {
		at := filepath.Join(dir, Dir)
		if st, err := os.Stat(at); err == nil && st.IsDir() {
			return at, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", nil
		}
		dir = up
	}
}

// locate is the database of the nearest .cellar folder, which it makes in dir
// where there is none. The folder keeps itself out of git.
func locate(dir string) (string, error) {
	at, err := Find(dir)
	if err == nil && at == "" {
		if dir, err = filepath.Abs(dir); err == nil {
			at = filepath.Join(dir, Dir)
			err = makeDir(at)
		}
	}
	if err != nil {
		return "", hint.New(fmt.Errorf("open store: make %s: %w", at, err),
			"work in a folder that can be written, or name a store with CELLAR_STORE or --store")
	}
	return filepath.Join(at, File), nil
}

func makeDir(at string) error {
	if err := os.MkdirAll(at, 0o777); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(at, ".gitignore"), []byte("*\n"), 0o666)
}

// openSQLite takes //absolute/path or relative/path.
func openSQLite(ctx context.Context, rest string) (tracker.Store, error) {
	path, err := filePath(rest)
	if err != nil {
		return nil, err
	}
	s, err := sqlite.Open(ctx, path, sqlite.Options{})
	if err != nil {
		return nil, err
	}
	return s, nil
}

func openMem(context.Context, string) (tracker.Store, error) {
	return mem.New(mem.Options{}), nil
}
