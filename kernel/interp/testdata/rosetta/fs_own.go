package main

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

type memFS map[string]string
type memFile struct {
	*strings.Reader
	name string
}

func (m memFS) Open(name string) (fs.File, error) {
	s, ok := m[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return &memFile{strings.NewReader(s), name}, nil
}
func (f *memFile) Close() error               { return nil }
func (f *memFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f *memFile) Name() string               { return f.name }
func (f *memFile) Mode() fs.FileMode          { return 0o444 }
func (f *memFile) ModTime() time.Time         { return time.Time{} }
func (f *memFile) IsDir() bool                { return false }
func (f *memFile) Sys() any                   { return nil }
func main() {
	m := memFS{"a.txt": "alpha", "b.txt": "beta"}
	b, err := fs.ReadFile(m, "a.txt")
	fmt.Println(string(b), err)
	_, err = fs.ReadFile(m, "c.txt")
	fmt.Println(err, errors.Is(err, fs.ErrNotExist))
	st, err := fs.Stat(m, "b.txt")
	fmt.Println(st.Name(), st.Size(), st.Mode(), err)
}

// Output:
// alpha <nil>
// open c.txt: file does not exist true
// b.txt 4 -r--r--r-- <nil>
