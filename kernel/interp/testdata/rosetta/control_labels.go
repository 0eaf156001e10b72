package main

import "fmt"

func search(grid [][]int, want int) (r, c int, ok bool) {
outer:
	for i, row := range grid {
		for j, v := range row {
			switch {
			case v == want:
				r, c, ok = i, j, true
				break outer
			case v < 0:
				continue outer
			}
		}
	}
	return
}
func primes(n int) (ps []int) {
next:
	for i := 2; i <= n; i++ {
		for _, p := range ps {
			if p*p > i {
				break
			}
			if i%p == 0 {
				continue next
			}
		}
		ps = append(ps, i)
	}
	return
}
func retry() (log []string) {
	tries := 0
again:
	tries++
	log = append(log, fmt.Sprint("try", tries))
	if tries < 3 {
		goto again
	}
	return
}
func main() {
	g := [][]int{{1, -1, 5}, {2, 3}, {5, 6}}
	fmt.Println(search(g, 5))
	fmt.Println(search(g, 9))
	fmt.Println(primes(30))
	fmt.Println(retry())
	i := 0
loop:
	for {
		select {
		default:
			if i++; i > 3 {
				break loop
			}
			switch i {
			case 2:
				continue loop
			}
			fmt.Print(i, " ")
		}
	}
	fmt.Println("end", i)
}

// Output:
// 2 0 true
// 0 0 false
// [2 3 5 7 11 13 17 19 23 29]
// [try1 try2 try3]
// 1 3 end 4
