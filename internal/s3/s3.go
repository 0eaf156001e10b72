// Package s3 makes clients of S3 servers by the variables that AWS's own tools
// read, and says what can be done about their errors.
package s3

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"github.com/cellar-ml/cellar/internal/hint"
)

// Client is a client of Amazon's server, or of the one that AWS_ENDPOINT_URL_S3 or
// AWS_ENDPOINT_URL names.
func Client() (*minio.Core, error) {
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

// Is reports whether ref begins as a name of S3 does.
func Is(ref string) bool { return strings.HasPrefix(ref, "s3://") }

// Cut cuts s3://bucket/key.
func Cut(ref string) (bucket, key string) {
	bucket, key, _ = strings.Cut(strings.TrimPrefix(ref, "s3://"), "/")
	return bucket, key
}

// Passing reports whether an error may go away by itself: of the network, or of
// the server's own.
func Passing(err error) bool {
	var r minio.ErrorResponse
	return !errors.As(err, &r) || r.StatusCode >= 500 || r.StatusCode == 0
}

// Error is err with what can be done about it.
func Error(err error) error {
	if Passing(err) {
		return hint.New(err, "is the server within reach? AWS_ENDPOINT_URL names another than Amazon's")
	}
	var r minio.ErrorResponse
	errors.As(err, &r)
	switch r.Code {
	case "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch":
		return hint.New(err, "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (and AWS_REGION), or write ~/.aws/credentials")
	case "NoSuchBucket", "NoSuchKey":
		return hint.New(fmt.Errorf("%s", r.Message), "is the name right, in its letters' case too?")
	}
	return err
}
