package main

import (
	"cmp"
	"fmt"
	"slices"
)

type Temp interface{ Kelvin() Kelvin }
type (
	Kelvin     float64
	Celsius    float64
	Fahrenheit float64
)

func (k Kelvin) Kelvin() Kelvin     { return k }
func (c Celsius) Kelvin() Kelvin    { return Kelvin(c + 273.15) }
func (f Fahrenheit) Kelvin() Kelvin { return Kelvin((f + 459.67) * 5 / 9) }
func (c Celsius) String() string    { return fmt.Sprintf("%.1f°C", float64(c)) }
func (f Fahrenheit) String() string { return fmt.Sprintf("%.1f°F", float64(f)) }
func hottest(ts ...Temp) Temp {
	return slices.MaxFunc(ts, func(a, b Temp) int { return cmp.Compare(a.Kelvin(), b.Kelvin()) })
}
func main() {
	// In [2]
	ts := []Temp{Celsius(20), Fahrenheit(98.6), Kelvin(300)}
	for _, t := range ts {
		fmt.Printf("%-8v %8.2f %T\n", t, float64(t.Kelvin()), t)
	}
	fmt.Println(hottest(ts...))
	slices.SortFunc(ts, func(a, b Temp) int { return cmp.Compare(a.Kelvin(), b.Kelvin()) })
	fmt.Println(ts)
	byType := map[string]int{}
	for _, t := range append(ts, Celsius(1)) {
		switch t.(type) {
		case Celsius, Kelvin:
			byType["metric"]++
		case Fahrenheit:
			byType["imperial"]++
		}
	}
	fmt.Println(byType, ts[0] == Temp(Celsius(20)), Celsius(20) == ts[0])
}

// Output:
// 20.0°C     293.15 main.Celsius
// 98.6°F     310.15 main.Fahrenheit
// 300        300.00 main.Kelvin
// 98.6°F
// [20.0°C 300 98.6°F]
// map[imperial:1 metric:3] true true
