package interp_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/google/go-cmp/cmp"
)

func TestGraphFunction(t *testing.T) {
	s := newSession(t, interp.Options{})
	run(t, s, `import (
	"github.com/gomlx/gomlx/pkg/core/graph"
	"github.com/gomlx/gomlx/pkg/ml/context"
	"github.com/gomlx/gomlx/pkg/ml/layers"
)
func myNet(ctx *context.Context, x *graph.Node) *graph.Node {
	for i, units := range []int{16, 8} {
		x = layers.Dense(ctx.In(fmt.Sprintf("dense_%d", i)), x, true, units)
		x = graph.Tanh(x)
	}
	return layers.Dense(ctx.In("out"), x, true, 1)
}`)
	r, err := s.Eval("myNet")
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := r.Value.(func(*context.Context, *graph.Node) *graph.Node); !ok {
		t.Fatalf("Eval(myNet) is a %T", r.Value)
	}
	src := s.Closure("myNet")
	for _, want := range []string{"func myNet(", `"github.com/gomlx/gomlx/pkg/ml/layers"`} {
		if !strings.Contains(src, want) {
			t.Errorf("Closure(myNet) has no %q:\n%s", want, src)
		}
	}
}

func TestMagics(t *testing.T) {
	s := newSession(t, interp.Options{MagicType: func(seg lang.Segment) reflect.Type {
		if strings.HasPrefix(seg.Line, "%clock") {
			return reflect.TypeFor[*time.Time]()
		}
		return nil
	}})
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var lines []string
	magic := func(seg lang.Segment) (any, error) {
		lines = append(lines, seg.Line)
		switch {
		case strings.HasPrefix(seg.Line, "%clock"):
			return &at, nil
		case strings.HasPrefix(seg.Line, "%eval"):
			r, err := s.Eval(strings.TrimPrefix(seg.Line, "%eval "))
			lines = append(lines, r.Type)
			return nil, err
		case strings.HasPrefix(seg.Line, "%bind"):
			return nil, s.Bind("bound", at)
		}
		return nil, errors.New("no such magic")
	}
	r, err := s.Run(lang.Cell{N: 1, Code: "x := 3\n%eval x * 2.5\nc := %clock now\n%bind\nc.Year() + x"}, magic)
	if err == nil && (!r.Shown || r.Value != 2029) {
		t.Errorf("value = %v", r.Value)
	}
	if err == nil || !strings.Contains(err.Error(), "truncated") { // x is an int
		t.Errorf("Run = %v, want the error of the magic's expression", err)
	}
	r, err = s.Run(lang.Cell{N: 2, Code: "x := 3\n%eval x * 2\nc := %clock now\n%bind\nc.Year() + x"}, magic)
	if err != nil || r.Value != 2029 {
		t.Errorf("Run = %v, %v", r.Value, err)
	}
	if r := run(t, s, "bound.Month().String()"); r.Value != "January" {
		t.Errorf("bound = %v", r.Value)
	}
	magicErrors(t, s, magic)
	want := []string{"%eval x * 2.5", "", "%eval x * 2", "int", "%clock now", "%bind", "%other"}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("magic lines mismatch (-want +got):\n%s", diff)
	}
}

// An error of a magic ends its cell; an error of the cell's Go runs nothing.
func magicErrors(t *testing.T, s *interp.Session, magic func(lang.Segment) (any, error)) {
	t.Helper()
	_, err := s.Run(lang.Cell{N: 4, Code: "x = 9\n%other\nx = 10"}, magic)
	if err == nil || err.Error() != "no such magic" {
		t.Errorf("Run(%%other) = %v", err)
	}
	if r := run(t, s, "x"); r.Value != 9 {
		t.Errorf("x = %v: the cell went on after the magic's error", r.Value)
	}
	_, err = s.Run(lang.Cell{N: 5, Code: "x = 11\ny := nope"}, magic)
	var d lang.Diagnostics
	if !errors.As(err, &d) || d[0].Line != 2 || d[0].Col != 6 {
		t.Errorf("Run = %v", err)
	}
}

func TestNames(t *testing.T) {
	s := newSession(t, interp.Options{})
	run(t, s, "x := []int{1, 2}\nconst c = 5\nfunc f(n int) (string, error) { return \"\", nil }\ntype T struct{ A int }\nm := map[string]T{\"a\": {1}}\nv := T{2}")
	want := []interp.Name{
		{Name: "T", Kind: "type", Type: "struct{A int}", Cell: 1, Len: -1, Cap: -1},
		{Name: "c", Kind: "const", Type: "untyped int", Value: "5", Cell: 1, Len: -1, Cap: -1},
		{Name: "f", Kind: "func", Type: "func(n int) (string, error)", Cell: 1, Len: -1, Cap: -1},
		{Name: "m", Kind: "var", Type: "map[string]T", Value: "len 1", Cell: 1, Len: 1, Cap: -1},
		{Name: "v", Kind: "var", Type: "T", Value: "{2}", Cell: 1, Len: -1, Cap: -1},
		{Name: "x", Kind: "var", Type: "[]int", Value: "[1 2]", Cell: 1, Len: 2, Cap: 2},
	}
	if diff := cmp.Diff(want, s.Names()); diff != "" {
		t.Errorf("Names (-want +got):\n%s", diff)
	}
}

func TestSize(t *testing.T) {
	s := newSession(t, interp.Options{})
	run(t, s, `type node struct {
	next *node
	data [4]int64
}
i := 7
text := "0123456789"
ints := make([]int64, 3, 100)
words := []string{"ab", "cde"}
ring := &node{}
ring.next = ring
list := &node{next: &node{}}
shared := [][]byte{make([]byte, 1000)}
shared = append(shared[:1:1], shared[0])
var box any = ints
table := map[int64]int64{1: 2}
named := map[string]string{"k": "0123456789"}
big := make([]string, 100000)
for i := range big {
	big[i] = "0123456789"
}
deep := make([]*node, 0, 1)
deep = append(deep, nil)
var nothing map[string]int
f := func() {}`)
	for name, want := range map[string]int64{
		"i": 8, "text": 16 + 10, "ints": 24 + 800, "words": 24 + 2*16 + 5, "ring": 8 + 40, "list": 8 + 80,
		"shared": 24 + 48 + 1000, "big": 24 + 100000*26, "deep": 24 + 8, "nothing": 8, "f": 8, "nosuch": 0,
		"table": 8 + 17*8/7, "named": 8 + 33*8/7 + 11,
	} {
		got, whole := s.Size(name)
		if got != want || !whole {
			t.Errorf("Size(%s) = %d, %v, want %d, true", name, got, whole, want)
		}
	}
	// An interface of a cell is held in the interpreter's box, of a size of its own.
	if got, _ := s.Size("box"); got < 16+24+800 || got > 16+24+800+200 {
		t.Errorf("Size(box) = %d, want about %d", got, 16+24+800)
	}
	run(t, s, "tree := map[int]any{}\nfor i := range 2000 {\n\tm := make([]map[int]string, 300)\n\tfor j := range m { m[j] = map[int]string{j: \"x\"} }\n\ttree[i] = m\n}")
	if got, whole := s.Size("tree"); whole || got < 1000 {
		t.Errorf("Size(tree) = %d, %v, want more than could be looked at", got, whole)
	}
}
