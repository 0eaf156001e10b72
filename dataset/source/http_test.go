package source_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/dataset/source"
	"github.com/cellar-ml/cellar/tracker/store/mem"
)

// A flaky server sends n bytes an answer and then drops the connection.
func flaky(content *atomic.Pointer[string], etag *atomic.Pointer[string], n int, drops *atomic.Int64, ranges *atomic.Int64) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Range") != "" {
			ranges.Add(1)
		}
		w.Header().Set("ETag", *etag.Load())
		if drops.Add(-1) >= 0 {
			w = &cutOff{ResponseWriter: w, left: n}
		}
		http.ServeContent(w, r, "x.csv", time.Time{}, strings.NewReader(*content.Load()))
	})
}

type cutOff struct {
	http.ResponseWriter
	left int
}

func (c *cutOff) Write(p []byte) (int, error) {
	if c.left <= 0 {
		panic(http.ErrAbortHandler)
	}
	if len(p) > c.left {
		p = p[:c.left]
	}
	n, err := c.ResponseWriter.Write(p)
	if f, ok := c.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
	if c.left -= n; c.left == 0 {
		panic(http.ErrAbortHandler)
	}
	return n, err
}

// Long: one server, or store, and what is asked of it.
func TestHTTP(t *testing.T) {
	var content, etag atomic.Pointer[string]
	var drops, ranges atomic.Int64
	set := func(text, tag string) { content.Store(&text); etag.Store(&tag) }
	var b strings.Builder
	b.WriteString("n,text\n")
	for i := range 20000 {
		fmt.Fprintf(&b, "%d,row %d\n", i, i)
	}
	set(b.String(), `"one"`)
	srv := httptest.NewServer(flaky(&content, &etag, 50_000, &drops, &ranges))
	defer srv.Close()
	srv.Config.ErrorLog = nil
	ref := srv.URL + "/x.csv"

	// Cut off twice, within one load.
	drops.Store(2)
	o := source.Options{Dir: t.TempDir()}
	store := mem.New(mem.Options{})
	d, err := source.Load(t.Context(), store, "web", ref, o)
	if err != nil || d.Rows != 20000 || ranges.Load() != 2 {
		t.Fatalf("Load(cut off twice) = %d rows, %v, %d ranges, want 20000 rows by 2 ranges", d.Rows, err, ranges.Load())
	}
	left, _ := filepath.Glob(o.Dir + "/*/part")
	if len(left) != 0 {
		t.Errorf("after a load: %v is left", left)
	}
	// Cut off by the person; the next load goes on.
	ctx, cancel := context.WithCancel(t.Context())
	o.Progress = func(p source.Progress) {
		if p.Done > 100_000 {
			cancel()
		}
	}
	drops.Store(1 << 40)
	store = mem.New(mem.Options{})
	if _, err := source.Load(ctx, store, "web", ref, o); err == nil {
		t.Fatal("Load(cancelled) = nil, want an error")
	}
	nothing(t, store)
	drops.Store(0)
	ranges.Store(0)
	from := int64(1 << 40)
	o.Progress = func(p source.Progress) {
		if p.Phase == "download" {
			from = min(from, p.Done)
		}
	}
	d, err = source.Load(t.Context(), store, "web", ref, o)
	if err != nil || d.Rows != 20000 || ranges.Load() != 1 || from < 100_000 {
		t.Errorf("Load(again) = %d rows, %v, %d ranges from %d, want it to go on behind 100000", d.Rows, err, ranges.Load(), from)
	}
}

// What changed on the server between two loads is fetched anew, not glued together.
func TestHTTPChanged(t *testing.T) {
	var content, etag atomic.Pointer[string]
	var drops, ranges atomic.Int64
	one, two := "n\n"+strings.Repeat("1\n", 100_000), "n\n"+strings.Repeat("2\n", 100_000)
	tags := []string{`"one"`, `"two"`}
	content.Store(&one)
	etag.Store(&tags[0])
	srv := httptest.NewServer(flaky(&content, &etag, 60_000, &drops, &ranges))
	defer srv.Close()
	o := source.Options{Dir: t.TempDir()}
	ctx, cancel := context.WithCancel(t.Context())
	o.Progress = func(p source.Progress) {
		if p.Done >= 50_000 {
			cancel()
		}
	}
	if _, err := source.Read(ctx, srv.URL+"/x.csv", o); err == nil {
		t.Fatal("Read(cancelled) = nil, want an error")
	}
	content.Store(&two)
	etag.Store(&tags[1])
	o.Progress = nil
	got := read(t, srv.URL+"/x.csv", o)
	if len(got) != 100_001 || got[1] != "2" || ranges.Load() != 1 {
		t.Errorf("Read(changed) = %d rows, first %s, %d ranges, want 100000 rows of 2 after asking for a range", len(got)-1, got[1], ranges.Load())
	}
	_, err := source.Read(t.Context(), "http://127.0.0.1:1/x.csv", source.Options{Dir: t.TempDir()})
	refused(t, "no server", err, "refused", "again")
}
