package main

import (
	"errors"
	"fmt"
)

var ErrOdd = errors.New("odd")

func half(n int) (int, error) {
	if n%2 != 0 {
		return 0, ErrOdd
	}
	return n / 2, nil
}
func chain(n int) (res int, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("chain: %w", err)
		}
	}()
	for range 2 {
		v, err := half(n)
		if err != nil {
			return res, err
		}
		n = v
		res = n
	}
	if n > 100 {
		err := errors.New("too big")
		return -1, err
	}
	return
}
func main() {
	fmt.Println(chain(8))
	fmt.Println(chain(6))
	fmt.Println(chain(4000))
	_, err := chain(3)
	fmt.Println(errors.Is(err, ErrOdd))
}

// Output:
// 2 <nil>
// 3 chain: odd
// -1 chain: too big
// true
