package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

type retrier struct {
	next  http.RoundTripper
	tries int
}

func (t *retrier) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	for i := range t.tries {
		resp, err = t.next.RoundTrip(r)
		if err == nil && resp.StatusCode < 500 {
			resp.Header.Set("X-Tries", strconv.Itoa(i+1))
			return
		}
	}
	return
}
func main() {
	// In [2]
	calls := 0
	flaky := roundTrip(func(r *http.Request) (*http.Response, error) {
		calls++
		code := 503
		if calls%3 == 0 {
			code = 200
		}
		return &http.Response{StatusCode: code, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(r.URL.Path)), Request: r}, nil
	})
	c := &http.Client{Transport: &retrier{flaky, 5}, Timeout: time.Minute}
	resp, err := c.Get("http://example.test/data")
	fmt.Println(err)
	body, _ := io.ReadAll(resp.Body)
	fmt.Println(resp.StatusCode, string(body), resp.Header["X-Tries"], calls)
	c.Transport = roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("no network") })
	_, err = c.Get("http://example.test/x")
	var ue *url.Error
	fmt.Println(errors.As(err, &ue), ue.Op, ue.Err)
}

// Output:
// <nil>
// 200 /data [3] 3
// true Get no network
