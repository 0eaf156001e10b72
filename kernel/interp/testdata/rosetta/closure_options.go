package main

import (
	"errors"
	"fmt"
	"time"
)

type Server struct {
	host    string
	port    int
	timeout time.Duration
	tags    []string
}
type Option func(*Server) error

func WithPort(p int) Option {
	return func(s *Server) error {
		if p <= 0 || p > 65535 {
			return fmt.Errorf("port %d out of range", p)
		}
		s.port = p
		return nil
	}
}
func WithTimeout(d time.Duration) Option { return func(s *Server) error { s.timeout = d; return nil } }
func WithTags(tags ...string) Option {
	return func(s *Server) error { s.tags = append(s.tags, tags...); return nil }
}

// In [2]
func New(host string, opts ...Option) (*Server, error) {
	s := &Server{host: host, port: 80, timeout: time.Second}
	var errs []error
	for _, o := range opts {
		errs = append(errs, o(s))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return s, nil
}
func main() {
	// In [2]
	s, err := New("localhost", WithPort(8080), WithTags("a", "b"), WithTimeout(1500*time.Millisecond))
	fmt.Printf("%+v %v\n", *s, err)
	// In [3]
	s, err = New("x", WithPort(-1), WithPort(99999))
	fmt.Println(s == nil, err)
}

// Output:
// {host:localhost port:8080 timeout:1500000000 tags:[a b]} <nil>
// true port -1 out of range
// port 99999 out of range
