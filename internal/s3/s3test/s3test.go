// Package s3test starts a real S3 server for a test.
package s3test

import (
	"net"
	"os"
	"os/exec"
	"testing"

	"github.com/minio/minio-go/v7"

	"github.com/cellar-ml/cellar/internal/s3"
	"github.com/cellar-ml/cellar/internal/servertest"
)

// Server starts one that ends with the test, with empty buckets, and sets the
// variables that a client reads. It returns a client, and the folder in which each
// object is a file. A test without a server at hand is skipped, or fails where
// CELLAR_REQUIRE has s3.
func Server(t *testing.T, buckets ...string) (client *minio.Client, root string) {
	t.Helper()
	name := os.Getenv("CELLAR_S3_SERVER")
	if name == "" {
		name = "versitygw"
	}
	bin, err := exec.LookPath(name)
	if err != nil {
		servertest.Missing(t, "s3", "S3 server (versitygw in PATH, or named by CELLAR_S3_SERVER)")
	}
	root, address := t.TempDir(), servertest.FreeAddress(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret-key")
	t.Setenv("AWS_ENDPOINT_URL", "http://"+address)
	t.Setenv("AWS_REGION", "us-east-1")
	servertest.Start(t, exec.Command(bin, "--access", "key", "--secret", "secret-key", "--port", address, "posix", root), func() error {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err
	})
	core, err := s3.Client()
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range buckets {
		if err := core.Client.MakeBucket(t.Context(), b, minio.MakeBucketOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	return core.Client, root
}
