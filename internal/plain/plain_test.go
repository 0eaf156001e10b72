package plain_test

import (
	"fmt"
	"testing"

	"github.com/traefik/yaegi/interp"

	"github.com/cellar-ml/cellar/internal/plain"
)

func TestValue(t *testing.T) {
	i := interp.New(interp.Options{})
	if _, err := i.Eval(`
type shape interface{ area() float64 }
type square struct{ Side float64 }
func (s square) area() float64 { return s.Side * s.Side }
type box struct { In shape; name string }
`); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ expr, want string }{
		{"[]shape{square{2}, square{3}}", "[{2} {3}]"},
		{"[]interface{}{1, \"x\", square{2}, nil}", "[1 x {2} <nil>]"},
		{"map[string]shape{\"a\": square{2}}", "map[a:{2}]"},
		{"box{square{2}, \"b\"}", "{{2} b}"},
		{"[]box{{square{2}, \"b\"}}", "[{{2} b}]"},
		{"&box{square{2}, \"b\"}", "&{{2} b}"},
		{"[2]shape{square{1}}", "[{1} <nil>]"},
		{"map[string]interface{}{\"a\": []shape{square{2}}}", "map[a:[{2}]]"},
		{"[]shape(nil)", "[]"},
		{"[]int{1}", "[1]"},
		{"square{2}", "{2}"},
	} {
		v, err := i.Eval(c.expr)
		if err != nil {
			t.Fatalf("%s: %v", c.expr, err)
		}
		if got := fmt.Sprint(plain.Value(v.Interface())); got != c.want {
			t.Errorf("Value(%s) = %s, want %s", c.expr, got, c.want)
		}
	}
}

func TestValueLeavesCompiledValues(t *testing.T) {
	type named struct{ a any }
	p := &named{1}
	for _, v := range []any{nil, 1, "x", p, named{2}, []any{1, p}, map[string]any{"a": p}, fmt.Errorf("e")} {
		if want, got := fmt.Sprintf("%#v", v), fmt.Sprintf("%#v", plain.Value(v)); got != want {
			t.Errorf("Value(%s) = %s", want, got)
		}
	}
}
