package main

import (
	"fmt"
	"sort"
	"sync"
)

type Job struct{ ID, N int }
type Result struct {
	Job
	Sum int
}

func worker(id int, jobs <-chan Job, out chan<- Result, wg *sync.WaitGroup) {
	defer wg.Done()
	for j := range jobs {
		s := 0
		for i := 1; i <= j.N; i++ {
			s += i
		}
		out <- Result{j, s}
	}
}
func main() {
	// In [2]
	jobs, out := make(chan Job), make(chan Result, 4)
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Add(1)
		go worker(i, jobs, out, &wg)
	}
	go func() {
		for i := range 8 {
			jobs <- Job{i, i * 10}
		}
		close(jobs)
	}()
	go func() { wg.Wait(); close(out) }()
	var rs []Result
	for r := range out {
		rs = append(rs, r)
	}
	sort.Slice(rs, func(i, j int) bool { return rs[i].ID < rs[j].ID })
	for _, r := range rs {
		fmt.Printf("%d:%d ", r.ID, r.Sum)
	}
	fmt.Println(len(rs), cap(out))
}

// Output:
// 0:0 1:55 2:210 3:465 4:820 5:1275 6:1830 7:2485 8 4
