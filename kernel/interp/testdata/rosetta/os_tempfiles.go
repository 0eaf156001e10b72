package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

func tree(root string) (out []string, err error) {
	err = filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, p)
		if d.IsDir() && d.Name() == "skip" {
			return filepath.SkipDir
		}
		out = append(out, filepath.ToSlash(rel))
		return nil
	})
	return
}
func main() {
	// In [2]
	dir, err := os.MkdirTemp("", "rosetta")
	if err != nil {
		fmt.Println(err)
	}
	defer os.RemoveAll(dir)
	for name, text := range map[string]string{"a.txt": "one\ntwo\n", "sub/b.txt": "x", "skip/c": ""} {
		p := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(p), 0o755)
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(tree(dir))
	f, _ := os.OpenFile(filepath.Join(dir, "a.txt"), os.O_APPEND|os.O_RDWR, 0)
	fmt.Fprintln(f, "three")
	f.Seek(4, io.SeekStart)
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		fmt.Print(sc.Text(), ";")
	}
	st, _ := f.Stat()
	fmt.Println(st.Size(), st.Name(), st.Mode().Perm(), f.Close())
	_, err = os.Open(filepath.Join(dir, "none"))
	var pe *fs.PathError
	fmt.Println(errors.Is(err, os.ErrNotExist), errors.As(err, &pe), pe.Op)
	m, _ := filepath.Glob(filepath.Join(dir, "*.txt"))
	fmt.Println(len(m), filepath.Base(m[0]), filepath.Ext(m[0]))
	n := 0
	filepath.Walk(dir, func(p string, info os.FileInfo, err error) error { n++; return nil })
	os.Setenv("ROSETTA_X", "env")
	fmt.Println(n, os.Getenv("ROSETTA_X"), os.ExpandEnv("$ROSETTA_X!"), path.Join("a", "../b"))
}

// Output:
// [. a.txt sub sub/b.txt] <nil>
// two;three;14 a.txt -rw------- <nil>
// true true open
// 1 a.txt .txt
// 6 env env! b
