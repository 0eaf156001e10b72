package feed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/cellar-ml/cellar/tracker"
)

// Blob is the source of a Parquet blob: the rows of a registered version. Where
// the store's blobs cannot be read at random it is copied to a temporary file
// first. Verify reads the blob to its end and fails with tracker.ErrCorrupt.
func Blob(ctx context.Context, blobs tracker.Blobs, name string, d tracker.Digest, stats *Stats) (*Parquet, error) {
	rc, err := blobs.Open(ctx, d)
	if err != nil {
		return nil, fmt.Errorf("open dataset %s: %w", name, err)
	}
	in, size, err := atRandom(rc)
	if err != nil {
		return nil, fmt.Errorf("open dataset %s: %w", name, errors.Join(err, rc.Close()))
	}
	p, err := newParquet(name, string(d), in, size, stats)
	if err != nil {
		return nil, fmt.Errorf("open dataset %s: %w", name, err)
	}
	p.verify = func(ctx context.Context) error { return verify(ctx, blobs, d) }
	return p, nil
}

// A randomBlob is a blob that lies in a file.
type randomBlob interface {
	File() (*os.File, bool)
}

// atRandom takes rc over when it returns no error.
func atRandom(rc io.ReadCloser) (io.ReaderAt, int64, error) {
	if r, ok := rc.(randomBlob); ok {
		if f, ok := r.File(); ok {
			info, err := f.Stat()
			if err != nil {
				return nil, 0, err
			}
			return f, info.Size(), nil
		}
	}
	tmp, err := os.CreateTemp("", "cellar-feed-*")
	if err != nil {
		return nil, 0, err
	}
	n, err := io.Copy(tmp, rc)
	if err = errors.Join(err, os.Remove(tmp.Name())); err != nil { // it stays readable
		return nil, 0, errors.Join(err, tmp.Close())
	}
	return tmp, n, rc.Close()
}

func verify(ctx context.Context, blobs tracker.Blobs, d tracker.Digest) error {
	rc, err := blobs.Open(ctx, d)
	if err != nil {
		return err
	}
	defer rc.Close()
	buf := make([]byte, 1<<20)
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if _, err := rc.Read(buf); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}
