package display_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/display"
)

type tableCase struct {
	name  string
	table display.Table
	width int
	want  string
}

func tableCases() []tableCase {
	return []tableCase{
		{"parts", display.Table{Title: "runs", Columns: []string{"run", "loss"}, Types: []string{"utf8", "float64"},
			Rows: [][]any{{"a", 0.25}, {"b"}}, Total: 12345, Note: "note"}, 80, `
runs
run      loss
utf8  float64
────  ───────
a        0.25
b
showing 2 of 12,345 rows
note`},
		{"limit", display.Table{Columns: []string{"a"}, Rows: [][]any{{1}, {2}, {3}}, Limit: 1}, 80, `
a
─
1
showing 1 of 3 rows`},
		{"empty", display.Table{Title: "runs", Columns: []string{"a"}, Empty: "no runs yet"}, 80, `
runs
(no runs yet)`},
		{"narrow", display.Table{Columns: []string{"name", "a path that is long", "n"},
			Rows: [][]any{{"日本語日本語日本語日本語", "/home/one/two/three", 123456789}}}, 40, `
name           a path …s long          n
─────────────  ──────────────  ─────────
日本語日本語…  /home/one/two…  123456789`},
		{"left out", display.Table{Columns: []string{"a", "b", "c", "d"}, Rows: [][]any{{11111111, 22222222, 33333333, 44444444}}}, 24, `
       a  …         d
────────  ─  ────────
11111111  …  44444444
2 of 4 columns not shown`},
		{"values", display.Table{Columns: []string{"x", "t", "s"}, Rows: [][]any{
			{1e-7, time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC), "a\nb\x1b[31m\t\u202ec"}, {123456.789, time.Time{}, nil}, {1e300, nil, true}}}, 80, `
     x  t                    s
──────  ───────────────────  ─────────────────────
 1e-07  2026-01-02 03:04:05  a↵b\u001b[31m \u202ec
123457
1e+300                       true`},
		{"mixed", display.Table{Columns: []string{"key", "value"}, Rows: [][]any{{"lr", 0.05}, {"seed", 42.0}, {"data", "a"}}}, 80, `
key   value
────  ─────
lr    0.05
seed  42
data  a`},
	}
}

func TestTableText(t *testing.T) {
	for _, c := range tableCases() {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), c.table.Text(c.width)); diff != "" {
				t.Errorf("Text(%d) mismatch (-want +got):\n%s", c.width, diff)
			}
		})
	}
}

func TestTableHTML(t *testing.T) {
	html := display.Table{Columns: []string{"name", "n"}, Rows: [][]any{{"a", 1}}}.HTML()
	for _, want := range []string{`<td style="text-align:right">1</td>`, `<td style="text-align:left">a</td>`, `<th scope="col" style="text-align:right">n</th>`} {
		if !strings.Contains(html, want) {
			t.Errorf("HTML() has no %s:\n%s", want, html)
		}
	}
	if strings.Contains(html, "color") {
		t.Errorf("HTML() names a colour, which one of the themes cannot show:\n%s", html)
	}
}

func TestTableRecords(t *testing.T) {
	got := display.Table{Columns: []string{"a", "b"}, Rows: [][]any{{1, "x"}, {2}}}.Records()
	want := []map[string]any{{"a": 1, "b": "x"}, {"a": 2, "b": nil}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Records() mismatch (-want +got):\n%s", diff)
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want string
	}{{0, "0"}, {1, "1"}, {-2.5, "-2.5"}, {0.123456789, "0.12346"}, {123.456789, "123.46"}, {1e6, "1000000"}, {1234567.8, "1234568"},
		{0.00012345, "0.00012345"}, {1e-9, "1e-09"}, {1e20, "1e+20"}, {99999.96, "100000"}} {
		if got := display.Number(c.x); got != c.want {
			t.Errorf("Number(%v) = %q, want %q", c.x, got, c.want)
		}
	}
	for _, c := range []struct {
		d    time.Duration
		want string
	}{{0, "0s"}, {1234567 * time.Nanosecond, "1.23ms"}, {12345 * time.Millisecond, "12.35s"}, {200 * time.Second, "3m20s"}} {
		if got := display.Duration(c.d); got != c.want {
			t.Errorf("Duration(%d) = %q, want %q", c.d, got, c.want)
		}
	}
	if got := display.Bytes(1536); got != "1.5 KiB" {
		t.Errorf("Bytes(1536) = %q", got)
	}
}

// Whatever stands in a table, no line is wider than the terminal.
func FuzzTableFits(f *testing.F) {
	f.Add("name", "日本語の長い名前です", "👩‍👩‍👧 family\n\x00", 12)
	f.Fuzz(func(t *testing.T, a, b, c string, width int) {
		if width < 24 || width > 300 {
			return
		}
		table := display.Table{Columns: []string{a, b, c, a, b, c}, Rows: [][]any{{a, b, c, b, c, a}, {c, a, b}, {1e9, 2, 3}}}
		for _, line := range strings.Split(table.Text(width), "\n") {
			if display.Width(line) > width {
				t.Errorf("Text(%d) has a line of %d columns: %q", width, display.Width(line), line)
			}
		}
	})
}
