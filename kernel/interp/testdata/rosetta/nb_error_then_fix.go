package main

import (
	"errors"
	"fmt"
	"strconv"
)

type Config map[string]string

func (c Config) Int(key string) (n int, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("config %q: %w", key, err)
		}
	}()
	s, ok := c[key]
	if !ok {
		return 0, errors.New("missing")
	}
	return strconv.Atoi(s)
}
func main() {
	// In [1]
	cfg := Config{"port": "80", "bad": "x"}
	n, err := cfg.Int("port")
	fmt.Println(n, err)
	// In [2]
	n, err = cfg.Int("bad")
	fmt.Println(n, err)
	var numErr *strconv.NumError
	fmt.Println(errors.As(err, &numErr), errors.Is(err, strconv.ErrSyntax))
	// In [3]
	_, err = cfg.Int("none")
	cfg["none"] = "7"
	m, err2 := cfg.Int("none")
	fmt.Println(err, m, err2)
}

// Output:
// 80 <nil>
// 0 config "bad": strconv.Atoi: parsing "x": invalid syntax
// true true
// config "none": missing 7 <nil>
