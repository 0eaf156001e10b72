package main

import (
	"fmt"
	"strconv"
	"strings"
)

type Weekday int

const (
	Sunday Weekday = iota
	Monday
	Tuesday
	_
	Thursday
	numDays = iota
)

func (d Weekday) String() string {
	names := map[Weekday]string{Sunday: "Sun", Monday: "Mon", Tuesday: "Tue", Thursday: "Thu"}
	if s, ok := names[d]; ok {
		return s
	}
	return "Weekday(" + strconv.Itoa(int(d)) + ")"
}

// In [2]
type Perm uint8

const (
	Read Perm = 1 << iota
	Write
	Exec
	All = Read | Write | Exec
)

func (p Perm) String() string {
	if p == 0 {
		return "-"
	}
	var parts []string
	for i, n := range []string{"r", "w", "x"} {
		if p&(1<<i) != 0 {
			parts = append(parts, n)
		}
	}
	return strings.Join(parts, "|")
}

// In [3]
type Size float64

const (
	_       = iota
	KB Size = 1 << (10 * iota)
	MB
	GB
)
const (
	a, b = iota, iota * 10
	c, d
	big         = 1 << 100
	typed int64 = big >> 70
)

func main() {
	// In [1]
	fmt.Println(Sunday, Thursday, Weekday(3), numDays, Monday+1)
	fmt.Printf("%d %v %s %q %x\n", Tuesday, Tuesday, Tuesday, Tuesday, Tuesday)
	// In [2]
	p := Read | Exec
	fmt.Println(p, All, All&^Write, p&Write != 0, Perm(0))
	p ^= Read
	fmt.Printf("%v %d %08b\n", p, p, All)
	// In [3]
	fmt.Println(KB, MB, GB/KB, a, b, c, d, big>>98, typed)
}

// Output:
// Sun Thu Weekday(3) 5 Tue
// 2 Tue Tue "Tue" 547565
// r|x r|w|x r|x false -
// x 4 00000111
// 1024 1.048576e+06 1.048576e+06 0 0 1 10 4 1073741824
