package source

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v17/arrow/array"

	"github.com/cellar-ml/cellar/internal/hint"
)

func openHTTP(ctx context.Context, j *job, ref string) (array.RecordReader, error) {
	u, err := url.Parse(ref)
	if err != nil {
		var of *url.Error // whose text has the address, and a password in it
		if errors.As(err, &of) {
			err = of.Err
		}
		return nil, hint.New(fmt.Errorf("read %s: no address: %w", Redact(ref), err), "write what is special in it as %25, %20 and so on")
	}
	table := u.Fragment
	u.Fragment = ""
	file, err := j.fetch(ctx, u.String(), func(ctx context.Context, from int64, etag string) (answer, error) {
		return askHTTP(ctx, j.Client, u, from, etag)
	})
	if err != nil {
		return nil, err
	}
	if table != "" {
		file += "#" + table
	}
	return openFile(ctx, j, file)
}

// askHTTP asks for the rest of what etag names: 206 gives it, 416 or 304 says that
// there is none, and 200 that the content is another.
func askHTTP(ctx context.Context, c *http.Client, u *url.URL, from int64, etag string) (answer, error) {
	if c == nil {
		c = http.DefaultClient
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Accept-Encoding", "identity") // ranges and sizes are of the content as it is
	if from > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", from))
		req.Header.Set("If-Range", etag)
	}
	resp, err := c.Do(req)
	if err != nil {
		return answer{}, hint.New(&brokenOff{err}, "is the address right, and the server within reach?")
	}
	a := answer{body: resp.Body, size: resp.ContentLength, etag: strong(resp.Header.Get("ETag")), name: fileName(u, resp.Header)}
	switch resp.StatusCode {
	case http.StatusOK:
		return a, nil
	case http.StatusPartialContent:
		first, total, ok := contentRange(resp.Header.Get("Content-Range"))
		if ok && first == from && (a.etag == "" || a.etag == etag) {
			a.from, a.size, a.etag = from, total, etag
			return a, nil
		}
		resp.Body.Close()
		return askHTTP(ctx, c, u, 0, "")
	case http.StatusRequestedRangeNotSatisfiable:
		resp.Body.Close()
		if _, total, ok := contentRange(resp.Header.Get("Content-Range")); ok && total == from && a.etag == etag {
			return answer{same: true}, nil
		}
		return askHTTP(ctx, c, u, 0, "")
	}
	resp.Body.Close()
	err = fmt.Errorf("the server answers %s", resp.Status)
	if resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests {
		err = &brokenOff{err}
	}
	return answer{}, err
}

// strong is an ETag that means equal bytes; a weak one does not.
func strong(etag string) string {
	if strings.HasPrefix(etag, "W/") {
		return ""
	}
	return etag
}

// contentRange reads "bytes 5-9/10" and "bytes */10".
func contentRange(h string) (first, total int64, ok bool) {
	span, whole, ok := strings.Cut(strings.TrimPrefix(h, "bytes "), "/")
	if !ok {
		return 0, 0, false
	}
	total, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return 0, 0, false
	}
	begin, _, _ := strings.Cut(span, "-")
	first, err = strconv.ParseInt(begin, 10, 64)
	return first, total, err == nil || span == "*"
}

// fileName is the last part of the path, with an ending by the content's type
// where it has none.
func fileName(u *url.URL, h http.Header) string {
	name := path.Base(u.Path)
	if _, p, err := mime.ParseMediaType(h.Get("Content-Disposition")); err == nil && p["filename"] != "" {
		name = path.Base(p["filename"])
	}
	if name == "/" || name == "." || name == "part" || name == "part.json" {
		name = "data"
	}
	if strings.Contains(name, ".") {
		return name
	}
	kind, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	for _, t := range []struct{ kind, ext string }{
		{"text/csv", ".csv"}, {"text/tab-separated-values", ".tsv"}, {"application/json", ".json"}, {"application/x-ndjson", ".ndjson"},
		{"application/vnd.apache.parquet", ".parquet"}, {"application/vnd.apache.arrow.file", ".arrow"}, {"application/vnd.apache.arrow.stream", ".arrow"},
	} {
		if kind == t.kind {
			return name + t.ext
		}
	}
	return name
}
