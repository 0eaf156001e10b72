package main

import "fmt"

func try(f func() any) (v any) {
	defer func() {
		if e := recover(); e != nil {
			v = e
		}
	}()
	return f()
}
func main() {
	s, n := []int{1, 2, 3}, 5
	arr := [3]int{}
	fmt.Println(try(func() any { return s[n] }))
	fmt.Println(try(func() any { return s[1:n] }))
	fmt.Println(try(func() any { return s[n-1 : 2] }))
	fmt.Println(try(func() any { return "abc"[n] }))
	fmt.Println(try(func() any { return arr[n%4+2] }))
	fmt.Println(try(func() any { return make([]int, n-6) }))
	fmt.Println(try(func() any { return [2]int(s[:1]) }))
	// In [2]
	var st fmt.Stringer
	fmt.Println(try(func() any { return st.String() }))
	var x any = 3.5
	fmt.Println(try(func() any { return x.(string) }))
	fmt.Println(try(func() any { return x.(fmt.Stringer) }))
	fmt.Println(try(func() any { return map[any]int{[]int{1}: 2} }))
	var f func() int
	fmt.Println(try(func() any { return f() }))
	c := make(chan int)
	close(c)
	fmt.Println(try(func() any { close(c); return nil }))
	fmt.Println(try(func() any { c <- 1; return nil }))
	a, b := any([]int{1}), any([]int{1})
	fmt.Println(try(func() any { return a == b }))
}

// Output:
// runtime error: index out of range [5] with length 3
// runtime error: slice bounds out of range [:5] with capacity 3
// runtime error: slice bounds out of range [4:2]
// runtime error: index out of range [5] with length 3
// runtime error: index out of range [3] with length 3
// runtime error: makeslice: len out of range
// runtime error: cannot convert slice with length 1 to array or pointer to array with length 2
// runtime error: invalid memory address or nil pointer dereference
// interface conversion: interface {} is float64, not string
// interface conversion: float64 is not fmt.Stringer: missing method String
// runtime error: hash of unhashable type []int
// runtime error: invalid memory address or nil pointer dereference
// close of closed channel
// send on closed channel
// runtime error: comparing uncomparable type []int
