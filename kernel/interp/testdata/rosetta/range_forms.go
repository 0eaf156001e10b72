package main

import "fmt"

func main() {
	for i := range 3 {
		fmt.Print(i, " ")
	}
	for range 2 {
		fmt.Print("x ")
	}
	n := int8(3)
	for i := range n {
		fmt.Printf("%T%d ", i, i)
	}
	const c = 2
	for i := range c {
		fmt.Print(i)
	}
	fmt.Println()
	arr := [...]string{2: "c", 0: "a"}
	for i := range arr {
		fmt.Print(i, arr[i], ";")
	}
	for i, v := range &arr {
		arr[2] = "z"
		fmt.Print(i, v, ";")
	}
	s := []int{1, 2, 3}
	for i, v := range s {
		s = append(s, v*10)
		if i == 0 {
			s[1] = 50
		}
		fmt.Print(v, " ")
	}
	fmt.Println(len(s))
	var m map[string]int
	for range m {
		fmt.Println("never")
	}
	m = map[string]int{"a": 1, "b": 2, "c": 3}
	for k := range m {
		delete(m, k)
	}
	fmt.Println(len(m))
	ch := make(chan int, 3)
	for i := range 3 {
		ch <- i * i
	}
	close(ch)
	for v := range ch {
		fmt.Print(v, " ")
	}
	var i, last int
	for i = range 5 {
		last = i
	}
	var arrp *[4]int
	for i := range arrp {
		last += i
	}
	fmt.Println(i, last)
}

// Output:
// 0 1 2 x x int80 int81 int82 01
// 0a;1;2c;0a;1;2z;1 2 3 6
// 0
// 0 1 4 4 10
