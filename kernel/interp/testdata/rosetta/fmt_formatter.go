package main

import "fmt"

type Money int64

func (m Money) Format(f fmt.State, verb rune) {
	switch verb {
	case 'v', 's':
		if f.Flag('+') {
			fmt.Fprint(f, "EUR ")
		}
		fmt.Fprintf(f, "%d.%02d", int64(m)/100, int64(m)%100)
	case 'd':
		w, ok := f.Width()
		p, okp := f.Precision()
		fmt.Fprint(f, int64(m), " w=", w, ok, " p=", p, okp, " -", f.Flag('-'))
	default:
		fmt.Fprintf(f, "%%!%c(Money=%d)", verb, int64(m))
	}
}

// In [2]
type Range struct{ lo, hi int }

func (r *Range) Scan(s fmt.ScanState, verb rune) error {
	_, err := fmt.Fscanf(s, "%d..%d", &r.lo, &r.hi)
	return err
}
func main() {
	// In [1]
	fmt.Printf("%v|%+v|%s|%-6.2d|%q\n", Money(1234), Money(5), Money(100), Money(7), Money(8))
	fmt.Println(Money(99), []Money{1, 250}, struct{ M Money }{3})
	// In [2]
	var r Range
	n, err := fmt.Sscan("3..14 x", &r)
	fmt.Println(n, err, r)
	var a int
	var s string
	var f float64
	n, err = fmt.Sscanf("7 abc 2.5", "%d %s %g", &a, &s, &f)
	fmt.Println(n, err, a, s, f)
	n, err = fmt.Sscan("12 x", &a, &f)
	fmt.Println(n, err != nil, a)
	fmt.Println(fmt.Append([]byte("x="), 1, "y")[0], string(fmt.Appendf(nil, "%03d", 7)))
}

// Output:
// 12.34|EUR 0.05|1.00|7 w=6 true p=2 true -true|%!q(Money=8)
// 0.99 [0.01 2.50] {0.03}
// 1 <nil> {3 14}
// 3 <nil> 7 abc 2.5
// 1 true 12
// 120 007
