package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

type Meters float64
type Feet float64
type ID string
type Names []string
type Handler func(string) string
type Opt struct{ v int }

func (m Meters) ToFeet() Feet { return Feet(m * 3.28084) }
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case Meters:
		return fmt.Sprintf("meters %.1f=%.1fft", v, v.ToFeet())
	case Feet:
		return fmt.Sprintf("feet %.1f", float64(v))
	case float64, float32:
		return fmt.Sprintf("float %v", v)
	case ID:
		return "id " + string(v)
	case string:
		return "string " + v
	case Names:
		return "names " + strings.Join(v, "+")
	case []string:
		return fmt.Sprint("strings ", len(v))
	case Handler:
		return v("handler")
	case func(string) string:
		return v("func")
	case *Opt:
		v.v++
		return fmt.Sprint("opt ", v.v)
	case error:
		return "error " + v.Error()
	case fmt.Stringer:
		return "stringer " + v.String()
	}
	return fmt.Sprintf("other %T", v)
}
func main() {
	vs := []any{nil, Meters(2), Feet(3), 1.5, float32(2), ID("a"), "b", Names{"x", "y"}, []string{"p"},
		Handler(strings.ToUpper), strings.ToLower, &Opt{1}, Opt{2}, io.EOF, time.Second, 7, [2]int{}}
	for _, v := range vs {
		fmt.Println(describe(v))
	}
	_, isF := any(Meters(1)).(float64)
	_, isM := any(1.0).(Meters)
	_, isID := any("x").(ID)
	fmt.Println(isF, isM, isID)
}

// Output:
// nil
// meters 2.0=6.6ft
// feet 3.0
// float 1.5
// float 2
// id a
// string b
// names x+y
// strings 1
// HANDLER
// func
// opt 2
// other main.Opt
// error EOF
// stringer 1s
// other int
// other [2]int
// false false false
