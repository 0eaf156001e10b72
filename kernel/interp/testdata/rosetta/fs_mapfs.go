package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"testing/fstest"
)

type countFS struct {
	fs.FS
	opened []string
}

func (c *countFS) Open(name string) (fs.File, error) {
	c.opened = append(c.opened, name)
	return c.FS.Open(name)
}
func main() {
	m := fstest.MapFS{
		"conf/a.json": {Data: []byte(`{"n": 1}`)},
		"conf/b.json": {Data: []byte(`{"n": 2}`)},
		"readme.md":   {Data: []byte("# hi")},
	}
	c := &countFS{FS: m}
	b, err := fs.ReadFile(c, "readme.md")
	fmt.Println(string(b), err, c.opened)
	total := 0
	err = fs.WalkDir(c, "conf", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := c.Open(p)
		if err != nil {
			return err
		}
		defer f.Close()
		var v struct{ N int }
		if err := json.NewDecoder(f).Decode(&v); err != nil {
			return err
		}
		total += v.N
		return nil
	})
	fmt.Println(total, err)
	names, _ := fs.Glob(m, "conf/*.json")
	_, err = fs.Stat(m, "none")
	fmt.Println(names, errors.Is(err, fs.ErrNotExist), fs.ValidPath("../x"))
}

// Output:
// # hi <nil> [readme.md]
// 3 <nil>
// [conf/a.json conf/b.json] true false
