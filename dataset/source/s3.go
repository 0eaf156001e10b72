package source

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/minio/minio-go/v7"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/s3"
)

// bucketAndKey cuts s3://bucket/key.
func bucketAndKey(ref string) (bucket, key string, err error) {
	bucket, key = s3.Cut(ref)
	if bucket == "" || key == "" {
		return "", "", hint.New(fmt.Errorf("read %s: no object", ref), "write s3://BUCKET/KEY")
	}
	return bucket, key, nil
}

func openS3(ctx context.Context, j *job, ref string) (array.RecordReader, error) {
	ref, table, _ := strings.Cut(ref, "#")
	bucket, key, err := bucketAndKey(ref)
	if err != nil {
		return nil, err
	}
	core, err := s3.Client()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", ref, err)
	}
	file, err := j.fetch(ctx, ref, func(ctx context.Context, from int64, etag string) (answer, error) {
		return askS3(ctx, core, bucket, key, from, etag)
	})
	if err != nil {
		return nil, err
	}
	if table != "" {
		file += "#" + table
	}
	return openFile(ctx, j, file)
}

func askS3(ctx context.Context, core *minio.Core, bucket, key string, from int64, etag string) (answer, error) {
	info, err := core.StatObject(ctx, bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return answer{}, s3Error(err)
	}
	if info.ETag != etag || from > info.Size {
		from = 0
	} else if from == info.Size && from > 0 {
		return answer{same: true}, nil
	}
	var o minio.GetObjectOptions
	if info.ETag != "" {
		if err := o.SetMatchETag(info.ETag); err != nil {
			return answer{}, err
		}
	}
	if from > 0 {
		if err := o.SetRange(from, 0); err != nil {
			return answer{}, err
		}
	}
	body, _, _, err := core.GetObject(ctx, bucket, key, o)
	if err != nil {
		return answer{}, s3Error(err)
	}
	return answer{body: body, from: from, size: info.Size, etag: info.ETag, name: path.Base(key)}, nil
}

// s3Error tells what can be tried again from what is wrong for good.
func s3Error(err error) error {
	if s3.Passing(err) {
		return hint.New(&brokenOff{err}, hint.Of(s3.Error(err)))
	}
	return s3.Error(err)
}

// listS3 are the objects that match a glob, in order.
func listS3(ctx context.Context, ref string) ([]string, error) {
	bucket, pattern, err := bucketAndKey(ref)
	if err != nil {
		return nil, err
	}
	core, err := s3.Client()
	if err != nil {
		return nil, err
	}
	prefix := pattern[:strings.IndexAny(pattern, "*?[")]
	var found []string
	for o := range core.Client.ListObjects(ctx, bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true}) {
		if o.Err != nil {
			return nil, fmt.Errorf("list %s: %w", ref, s3Error(o.Err))
		}
		ok, err := path.Match(pattern, o.Key)
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", ref, err)
		}
		if ok {
			found = append(found, "s3://"+bucket+"/"+o.Key)
		}
	}
	return found, nil
}
