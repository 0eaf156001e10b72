package source

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"strings"

	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/cellar-ml/cellar/internal/hint"
)

// s3 is a client by the variables that AWS's own tools read; another server is
// named by AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL.
func s3() (*minio.Core, error) {
	endpoint, secure := "s3.amazonaws.com", true
	for _, name := range []string{"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"} {
		if v := os.Getenv(name); v != "" {
			u, err := url.Parse(v)
			if err != nil || u.Host == "" {
				return nil, hint.New(fmt.Errorf("%s=%s: not a URL", name, v), "such as http://localhost:9000")
			}
			endpoint, secure = u.Host, u.Scheme == "https"
			break
		}
	}
	region := os.Getenv("AWS_REGION")
	if region == "" {
		region = os.Getenv("AWS_DEFAULT_REGION")
	}
	keys := credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}})
	core, err := minio.NewCore(endpoint, &minio.Options{Creds: keys, Secure: secure, Region: region})
	if err != nil {
		return nil, fmt.Errorf("S3 at %s: %w", endpoint, err)
	}
	return core, nil
}

// bucketAndKey cuts s3://bucket/key.
func bucketAndKey(ref string) (bucket, key string, err error) {
	bucket, key, ok := strings.Cut(strings.TrimPrefix(ref, "s3://"), "/")
	if !ok || bucket == "" || key == "" {
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
	core, err := s3()
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
	var r minio.ErrorResponse
	if !errors.As(err, &r) || r.StatusCode >= 500 || r.StatusCode == 0 {
		return hint.New(&brokenOff{err}, "is the server within reach? AWS_ENDPOINT_URL names another than Amazon's")
	}
	switch r.Code {
	case "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch":
		return hint.New(err, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_REGION), or write ~/.aws/credentials")
	case "NoSuchBucket", "NoSuchKey":
		return hint.New(fmt.Errorf("%s", r.Message), "is the name right, in its letters' case too?")
	}
	return err
}

// listS3 are the objects that match a glob, in order.
func listS3(ctx context.Context, ref string) ([]string, error) {
	bucket, pattern, err := bucketAndKey(ref)
	if err != nil {
		return nil, err
	}
	core, err := s3()
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
