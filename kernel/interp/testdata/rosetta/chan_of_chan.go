package main

import "fmt"

type request struct {
	key   string
	reply chan response
}
type response struct {
	val int
	err error
}

func serve(reqs <-chan request) {
	db := map[string]int{"a": 1, "b": 2}
	for r := range reqs {
		v, ok := db[r.key]
		if !ok {
			r.reply <- response{err: fmt.Errorf("no key %q", r.key)}
			continue
		}
		db[r.key]++
		r.reply <- response{val: v}
	}
}

// In [2]
func ask(reqs chan<- request, key string) (int, error) {
	r := request{key, make(chan response)}
	reqs <- r
	resp := <-r.reply
	return resp.val, resp.err
}
func main() {
	// In [1]
	reqs := make(chan request)
	go serve(reqs)
	// In [2]
	for _, k := range []string{"a", "a", "z", "b"} {
		fmt.Println(ask(reqs, k))
	}
	// In [3]
	close(reqs)
	chans := []chan int{make(chan int, 1), make(chan int, 1)}
	chans[1] <- 5
	for i, c := range chans {
		select {
		case v := <-c:
			fmt.Println(i, v)
		default:
			fmt.Println(i, "empty")
		}
	}
}

// Output:
// 1 <nil>
// 2 <nil>
// 0 no key "z"
// 2 <nil>
// 0 empty
// 1 5
