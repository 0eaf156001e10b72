package display_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
)

type (
	run struct {
		Name     string
		Accuracy float64
		Epochs   int
		Took     time.Duration
		secret   int
	}
	shower  struct{ n int }
	byValue struct{ N int }
	explode struct{ N int }
	celsius float64
	node    struct {
		Name string
		Next *node
	}
	logged struct{ names []string }
)

func (s *shower) Display() display.Bundle { return display.Text(fmt.Sprint("shown ", s.n)) }
func (byValue) Display() display.Bundle   { panic("no") }
func (explode) String() string            { panic("boom") }
func (c celsius) String() string          { return fmt.Sprintf("%.1f°", float64(c)) }
func (l logged) Row() (n []string, v []any) {
	for i, name := range l.names {
		n, v = append(n, name), append(v, i)
	}
	return n, v
}

func TestOfText(t *testing.T) {
	loop := &node{Name: "a"}
	loop.Next = loop
	long := make([]int, 1000)
	for i := range long {
		long[i] = i
	}
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, "nil"}, {(*run)(nil), "nil (*display_test.run)"}, {[]int(nil), "[]int (empty)"}, {map[string]int{}, "map[]"},
		{1, "1"}, {"a\nb", "a\nb"}, {1.5, "1.5"}, {float32(0.1), "0.1"}, {true, "true"}, {complex(1, 2), "(1+2i)"},
		{[]int{1, 2}, "[1 2]"}, {[2]bool{true}, "[true false]"}, {struct{ A, B int }{1, 2}, "{A:1 B:2}"},
		{&node{Name: "x"}, "&{Name:x Next:nil}"}, {loop, "&{Name:a Next:…}"},
		{time.Second * 90, "1m30s"}, {celsius(3), "3.0°"}, {reflect.TypeFor[int](), "int"},
		{explode{1}, "display_test.explode(its String method panicked: boom)"},
		{byValue{1}, "display_test.byValue cannot be shown: its Display method panicked: no"},
		{&shower{3}, "shown 3"}, {shower{4}, "shown 4"}, {display.Text("b"), "b"}, {&display.Bundle{}, ""},
		{errors.New("no"), "error: no"}, {hint.New(errors.New("no"), "do"), "error: no\nhint: do"},
		{[]byte("hi\n"), "[]uint8, 3 B: \"hi\\n\"\n"}, {strings.ToUpper, "func(string) string"},
		{long, "[]int, 1,000 values [0 1 2 3 4 5 6 7 8 9 10 11 … 996 997 998 999]"},
		// The interpreter's structs have no name, and an X before what is not exported.
		{struct {
			Xname string
			X, Xs int
			XY    bool
		}{"a", 1, 2, true}, "{name:a X:1 s:2 XY:true}"},
		{&[]int{1}, "&[1]"},
	} {
		got := display.Of(c.v).Data[display.MIMEText]
		if diff := cmp.Diff(any(c.want), got); diff != "" {
			t.Errorf("Of(%T) mismatch (-want +got):\n%s", c.v, diff)
		}
	}
}

var otter = run{"otter", 0.98125, 3, 1500 * time.Millisecond, 1}

var tables = []struct {
	v    any
	want string
}{
	{[]run{otter, {Name: "日本", Epochs: 10}}, `
Name   Accuracy  Epochs  Took
─────  ────────  ──────  ────
otter   0.98125       3  1.5s
日本    0.00000      10    0s`},
	{[]*run{nil, &otter}, `
Name   Accuracy  Epochs  Took
─────  ────────  ──────  ────

otter   0.98125       3  1.5s`},
	{[]any{otter}, `
Name   Accuracy  Epochs  Took
─────  ────────  ──────  ────
otter   0.98125       3  1.5s`},
	{[]map[string]any{{"b": 1, "a": "x"}, {"c": math.NaN()}}, `
a  b    c
─  ─  ───
x  1
      NaN`},
	{map[string]float64{"lr": 0.01, "alpha": 2}, `
key    value
─────  ─────
alpha   2.00
lr      0.01`},
	{map[int]run{2: otter}, `
key  Name   Accuracy  Epochs  Took
───  ─────  ────────  ──────  ────
  2  otter   0.98125       3  1.5s`},
	{[][]float64{{1, 2}, {3.5}}, `
     0  1
─  ───  ─
0  1.0  2
1  3.5
[][]float64, 2 × 2`},
	{[]logged{{[]string{"a", "b"}}, {[]string{"b", "c"}}}, `
a  b  c
─  ─  ─
0  1
   0  1`},
	{[]struct{ Xscore float64 }{{1.25}}, `
score
─────
 1.25`},
}

func TestOfTables(t *testing.T) {
	for _, c := range tables {
		b := display.Of(c.v)
		want := strings.TrimPrefix(c.want, "\n")
		if diff := cmp.Diff(want, b.Data[display.MIMEText]); diff != "" {
			t.Errorf("Of(%T) mismatch (-want +got):\n%s", c.v, diff)
		}
		if html, _ := b.Data[display.MIMEHTML].(string); !strings.Contains(html, "<table>") {
			t.Errorf("Of(%T) has no HTML table: %v", c.v, b.Data)
		}
	}
}

func TestOfImages(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 3, 2))
	var file bytes.Buffer
	if err := png.Encode(&file, img); err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{img, file.Bytes()} {
		b := display.Of(v)
		raw, err := base64.StdEncoding.DecodeString(b.Data[display.MIMEPNG].(string))
		if err != nil {
			t.Fatal(err)
		}
		got, err := png.Decode(bytes.NewReader(raw))
		if err != nil || got.Bounds() != img.Bounds() {
			t.Errorf("Of(%T): picture of %v, %v", v, got, err)
		}
		if text := b.Data[display.MIMEText]; text == "" {
			t.Errorf("Of(%T) has no text", v)
		}
	}
	if b := display.Of(image.NewGray(image.Rect(0, 0, 0, 0))); b.Data[display.MIMEPNG] != nil {
		t.Error("an empty picture has no PNG")
	}
}

// Values never become markup, wherever they stand.
func TestOfEscapes(t *testing.T) {
	const evil = `<script>alert("1")</script>`
	for _, v := range []any{
		[]map[string]any{{evil: evil}}, map[string]string{evil: evil}, []struct{ A any }{{evil}}, [][]string{{evil}},
		hint.New(errors.New(evil), evil), display.Table{Title: evil, Columns: []string{evil}, Types: []string{evil}, Note: evil, Rows: [][]any{{evil}}},
		display.Table{Empty: evil, Title: evil},
	} {
		html, _ := display.Of(v).Data[display.MIMEHTML].(string)
		if html == "" || strings.Contains(html, "<script") || !strings.Contains(html, "&lt;script&gt;") {
			t.Errorf("Of(%T): HTML is %q", v, html)
		}
	}
}

// A value of any size is shown at once, in little space.
func TestOfIsBounded(t *testing.T) {
	wide := make([]map[string]any, 1)
	wide[0] = map[string]any{}
	for i := range 500 {
		wide[0][fmt.Sprint("column", i)] = strings.Repeat("x", 1000)
	}
	for _, v := range []any{
		strings.Repeat("é", 1<<20), make([]run, 1<<16), make([][]float64, 1<<16), make([]any, 1<<16), make([]byte, 1<<22),
		wide, map[string]any{"deep": wide}, struct{ A [][]int }{make([][]int, 1<<16)},
	} {
		size := 0
		for _, form := range display.Of(v).Data {
			size += len(form.(string))
		}
		if size > 120_000 {
			t.Errorf("Of(%T) has %d bytes", v, size)
		}
	}
}
