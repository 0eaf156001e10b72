package remote_test

import (
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/internal/s3"
	"github.com/cellar-ml/cellar/internal/s3/s3test"
)

// cable carries connections to addr, each for at most so many bytes a way, while cuts
// is above zero; every cut takes one.
func cable(t *testing.T, addr string, bytes int64, cuts *atomic.Int64) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s, err := net.Dial("tcp", addr)
			if err != nil {
				c.Close()
				return
			}
			carry := func(to, from net.Conn) {
				_, err := io.CopyN(to, from, bytes)
				if err == nil && cuts.Add(-1) < 0 {
					_, _ = io.Copy(to, from) // it ends when either side does
				}
				c.Close()
				s.Close()
			}
			go carry(s, c)
			go carry(c, s)
		}
	}()
	return l.Addr().String()
}

// A connection that breaks is made again; one that breaks for good is an error that
// says what to do, and the next push or pull goes on.
func TestCutConnection(t *testing.T) {
	_, _ = s3test.Server(t, "data")
	client, err := s3.Client()
	if err != nil {
		t.Fatal(err)
	}
	var cuts atomic.Int64
	direct := "http://" + client.EndpointURL().Host
	t.Setenv("AWS_ENDPOINT_URL", "http://"+cable(t, client.EndpointURL().Host, 300_000, &cuts))
	a, dest := origin(t), "s3://data/shared"
	cuts.Store(4)
	if report, err := push(t, a, "wine", dest); err != nil || cuts.Load() > 0 {
		t.Fatalf("Push with 4 cuts = %+v, %v; %d cuts left", report, err, cuts.Load())
	}
	b := openStore(t)
	cuts.Store(2)
	if report, err := pull(t, b, "wine", dest, ""); err != nil || cuts.Load() > 0 {
		t.Errorf("Pull with 2 cuts = %+v, %v; %d cuts left", report, err, cuts.Load())
	}
	want := []string{"wine@v1 10 rows", "wine@v2 400000 rows", "wine@v3 404000 rows", "wine:fix@v1 10 rows", "wine@clean is v2"}
	same(t, "pulled", want, datasets(t, b))
	c := openStore(t)
	cuts.Store(1 << 30)
	report, err := pull(t, c, "wine", dest, "")
	if err == nil || !strings.Contains(err.Error(), "s3://data/shared/blobs/") || !strings.Contains(hint.Of(err), "again") {
		t.Errorf("Pull with every connection cut = %+v, %v (hint %q)", report, err, hint.Of(err))
	}
	datasets(t, c)
	t.Setenv("AWS_ENDPOINT_URL", direct)
	if _, err := pull(t, c, "wine", dest, ""); err != nil {
		t.Fatal(err)
	}
	same(t, "pulled after that", want, datasets(t, c))
}
