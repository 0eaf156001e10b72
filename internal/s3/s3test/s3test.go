// Package s3test starts a real S3 server for a test.
package s3test

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"github.com/cellar-ml/cellar/internal/s3"
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
		const what = "no S3 server (versitygw in PATH, or named by CELLAR_S3_SERVER)"
		if slices.Contains(strings.Split(os.Getenv("CELLAR_REQUIRE"), ","), "s3") {
			t.Fatal(what)
		}
		t.Skip(what)
	}
	root, address := t.TempDir(), freeAddress(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret-key")
	t.Setenv("AWS_ENDPOINT_URL", "http://"+address)
	t.Setenv("AWS_REGION", "us-east-1")
	run(t, exec.Command(bin, "--access", "key", "--secret", "secret-key", "--port", address, "posix", root), address)
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

func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// run starts the server, and waits until it answers.
func run(t *testing.T, cmd *exec.Cmd, address string) {
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(os.Interrupt) // it may have ended
		_ = cmd.Wait()
	})
	for range 200 {
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	text, _ := os.ReadFile(log.Name())
	t.Fatalf("the S3 server does not start:\n%s", text)
}
