package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strings"

	"github.com/minio/minio-go/v7"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/s3"
)

// A bucket is a place on an S3 server.
type bucket struct {
	core         *minio.Core
	name, prefix string // the prefix is empty or ends in a slash
}

func openBucket(dest string) (bucket, error) {
	name, prefix := s3.Cut(dest)
	if name == "" {
		return bucket{}, hint.New(fmt.Errorf("remote %s: no bucket", dest), "write s3://BUCKET/PREFIX")
	}
	if prefix = strings.Trim(prefix, "/"); prefix != "" {
		prefix += "/"
	}
	core, err := s3.Client()
	if err != nil {
		return bucket{}, fmt.Errorf("remote %s: %w", dest, err)
	}
	return bucket{core, name, prefix}, nil
}

func (b bucket) url(key string) string { return "s3://" + b.name + "/" + b.prefix + key }

// failed names what an error is of.
func (b bucket) failed(key string, err error) error {
	err = s3.Error(err)
	return hint.New(fmt.Errorf("%s: %w", b.url(key), err), hint.Of(err))
}

func (b bucket) list(ctx context.Context, prefix string) (map[string]int64, error) {
	found := map[string]int64{}
	for o := range b.core.Client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix + prefix, Recursive: true}) {
		if o.Err != nil {
			return nil, b.failed(prefix, o.Err)
		}
		found[strings.TrimPrefix(o.Key, b.prefix)] = o.Size
	}
	return found, nil
}

func (b bucket) read(ctx context.Context, key string) (io.ReadCloser, error) {
	rc, _, _, err := b.core.GetObject(ctx, b.name, b.prefix+key, minio.GetObjectOptions{})
	if err != nil {
		return nil, b.failed(key, err)
	}
	return rc, nil
}

func (b bucket) write(ctx context.Context, key string, r io.Reader, size int64, fresh bool) error {
	var o minio.PutObjectOptions
	if fresh {
		o.SetMatchETagExcept("*")
	}
	_, err := b.core.Client.PutObject(ctx, b.name, b.prefix+key, r, size, o)
	var answer minio.ErrorResponse
	if fresh && errors.As(err, &answer) && answer.StatusCode == http.StatusPreconditionFailed {
		return fmt.Errorf("%s: %w", b.url(key), fs.ErrExist)
	}
	if err != nil {
		return b.failed(key, err)
	}
	return nil
}
