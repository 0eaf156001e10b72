package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

type Celsius float64
type Fahrenheit float64
type Path []string
type Point struct{ X, Y int }
type Vec Point
type Stringish string
type Callback func(int) error
type Bytes []byte

func (c Celsius) F() Fahrenheit      { return Fahrenheit(c*9/5 + 32) }
func (p Path) Join() string          { return strings.Join(p, "/") }
func (v Vec) Len() float64           { return math.Sqrt(float64(v.X*v.X + v.Y*v.Y)) }
func (s Stringish) Words() int       { return len(strings.Fields(string(s))) }
func (c Callback) Twice(n int) error { return errors.Join(c(n), c(n+1)) }
func main() {
	fmt.Println(Celsius(100).F(), Path([]string{"a", "b"}).Join(), Vec(Point{3, 4}).Len(), Stringish("a b c").Words())
	fmt.Println(Callback(func(n int) error { return fmt.Errorf("e%d", n) }).Twice(1))
	var f Fahrenheit = 212
	c := Celsius((f - 32) * 5 / 9)
	fmt.Printf("%v %.1f %T %T\n", c, f, c, f)
	b := Bytes("héllo")
	fmt.Println(len(b), string(b[1:3]), string(b), []rune(string(b))[1], Stringish(b))
	var s []string = Path{"x"}
	var p Path = s
	p = append(p, "y")
	fmt.Println(p, len(s), Point(Vec{1, 2}) == Point{1, 2}, struct{ X, Y int }(Point{1, 2}))
	var r io.Reader = strings.NewReader("x")
	_, isW := r.(io.WriterTo)
	fmt.Println(isW, Celsius(3)/2, int(c+0.9), -Celsius(1), Celsius(1) < 2)
	var u8 = uint8(200)
	fmt.Println(int8(u8), rune(u8), string(rune(u8)), float32(u8)/3, uint16(u8)<<8|uint16(u8))
}

// Output:
// 212 a/b 5 3
// e1
// e2
// 100 212.0 main.Celsius main.Fahrenheit
// 6 é héllo 233 héllo
// [x y] 1 true {1 2}
// true 1.5 100 -1 true
// -56 200 È 66.666664 51400
