package main

import (
	"bytes"
	"flag"
	"fmt"
	"strconv"
	"strings"
	"time"
)

type sizes []int

func (s *sizes) String() string { return fmt.Sprint([]int(*s)) }
func (s *sizes) Set(v string) error {
	for _, p := range strings.Split(v, ",") {
		n, err := strconv.Atoi(p)
		if err != nil {
			return fmt.Errorf("size %q: not a number", p)
		}
		*s = append(*s, n)
	}
	return nil
}
func main() {
	// In [2]
	fset := flag.NewFlagSet("tool", flag.ContinueOnError)
	var out bytes.Buffer
	fset.SetOutput(&out)
	name := fset.String("name", "anon", "`who` to greet")
	wait := fset.Duration("wait", time.Second, "how long")
	var sz sizes
	fset.Var(&sz, "size", "sizes")
	var verbose bool
	fset.BoolFunc("v", "verbose", func(string) error { verbose = true; return nil })
	err := fset.Parse([]string{"-name=Ann", "-wait", "2m", "-size", "1,2", "-size=3", "-v", "rest", "-x"})
	fmt.Println(*name, *wait, sz, verbose, fset.Args(), err)
	err = fset.Parse([]string{"-size", "x"})
	fmt.Println(err)
	fset.VisitAll(func(f *flag.Flag) { fmt.Print(f.Name, "=", f.Value, " ") })
	fmt.Println(len(out.String()) > 20)
}

// Output:
// Ann 2m0s [1 2 3] true [rest -x] <nil>
// invalid value "x" for flag -size: size "x": not a number
// name=Ann size=[1 2 3] v= wait=2m0s true
