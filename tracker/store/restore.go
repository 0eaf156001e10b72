package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/tracker/store/sqlite"
)

// Restore makes the store that rawURL names, as Open reads it from the working
// directory, of a backup: see sqlite.Restore. A store in memory is refused with
// errors.ErrUnsupported.
func Restore(ctx context.Context, src, rawURL string, o sqlite.RestoreOptions) (sqlite.Restored, error) {
	if rawURL == "" {
		dir, err := os.Getwd()
		if err != nil {
			return sqlite.Restored{}, fmt.Errorf("restore store: find the working directory: %w", err)
		}
		path, err := locate(dir)
		if err != nil {
			return sqlite.Restored{}, err
		}
		return sqlite.Restore(ctx, src, path, o)
	}
	rest, ok := strings.CutPrefix(rawURL, "sqlite:")
	if !ok {
		return sqlite.Restored{}, hint.New(fmt.Errorf("restore store %s: %w", rawURL, errors.ErrUnsupported), "restore into one of sqlite:///path/cellar.db")
	}
	path, err := filePath(rest)
	if err != nil {
		return sqlite.Restored{}, err
	}
	return sqlite.Restore(ctx, src, path, o)
}

// filePath is the database that //absolute/path or relative/path names, or the one
// in that folder.
func filePath(rest string) (string, error) {
	path := strings.TrimPrefix(rest, "//")
	if path == "" || strings.HasPrefix(rest, "//") && !strings.HasPrefix(path, "/") {
		return "", hint.New(fmt.Errorf("open store sqlite:%s: no path", rest),
			"write sqlite:///absolute/path.db, with three slashes, or sqlite:relative/path.db")
	}
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		path = filepath.Join(path, File)
	}
	return path, nil
}
