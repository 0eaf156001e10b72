package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/cellar-ml/cellar/internal/disk"
	"github.com/cellar-ml/cellar/internal/hint"
)

// A folder is a place on a disk that is reached by its path.
type folder struct{ dir string }

// unfinished begins the name of a file that is being written.
const unfinished = ".cellar-unfinished-"

func openFolder(dir string) (folder, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return folder{}, err
	}
	if info, err := os.Stat(abs); err == nil && !info.IsDir() {
		return folder{}, hint.New(fmt.Errorf("remote %s: not a folder", dir), "versions are kept in a folder of their own")
	}
	return folder{abs}, nil
}

func (f folder) url(key string) string { return filepath.Join(f.dir, filepath.FromSlash(key)) }

func (f folder) list(ctx context.Context, prefix string) (map[string]int64, error) {
	found := map[string]int64{}
	err := filepath.WalkDir(f.url(prefix), func(path string, e fs.DirEntry, err error) error {
		if err = errors.Join(err, ctx.Err()); err != nil || e.IsDir() || strings.HasPrefix(e.Name(), unfinished) {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		key, err := filepath.Rel(f.dir, path)
		found[filepath.ToSlash(key)] = info.Size()
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return found, nil
	}
	return found, err
}

func (f folder) read(_ context.Context, key string) (io.ReadCloser, error) {
	return os.Open(f.url(key))
}

func (f folder) write(_ context.Context, key string, r io.Reader, _ int64, fresh bool) error {
	err := f.keep(f.url(key), r, fresh)
	var path *fs.PathError
	if errors.As(err, &path) {
		return hint.New(err, "may you write to "+f.dir+", is its disk there, and has it room?")
	}
	return err
}

func (f folder) keep(path string, r io.Reader, fresh bool) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), unfinished+"*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails, as it should, once it has its name
	_, err = io.Copy(tmp, r)
	err = errors.Join(err, tmp.Chmod(0o644), tmp.Sync(), tmp.Close())
	switch {
	case err != nil:
		return err
	case fresh: // a link does not replace; where a disk has none, two who write at once are not told apart
		if err := os.Link(tmp.Name(), path); err == nil || errors.Is(err, fs.ErrExist) {
			return errors.Join(err, disk.SyncDir(filepath.Dir(path)))
		}
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("%s: %w", path, fs.ErrExist)
		}
	}
	return errors.Join(os.Rename(tmp.Name(), path), disk.SyncDir(filepath.Dir(path)))
}
