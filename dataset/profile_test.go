package dataset_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cellar-ml/cellar/dataset"
	"github.com/cellar-ml/cellar/display"
)

const penguins = "../notebooks/data/penguins.csv"

type reference struct {
	Rows    int64
	Columns map[string]struct {
		Missing, Distinct int64
		Top               []dataset.Top
		Numbers           *dataset.Numbers
		Histogram         []int64
	}
}

// The reference is pandas 3.1 and numpy's histogram: testdata/reference.py.
func TestProfileAgainstPandas(t *testing.T) {
	data, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Penguins, Numbers reference }
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	near := cmpopts.EquateApprox(1e-12, 0)
	for path, want := range map[string]reference{penguins: all.Penguins, "testdata/numbers.csv": all.Numbers} {
		table, err := dataset.Read(t.Context(), path, dataset.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		got := dataset.Profile(table)
		if got.Rows != want.Rows || len(got.Columns) != len(want.Columns) {
			t.Errorf("Profile(%s) has %d rows, %d columns, want %d, %d", path, got.Rows, len(got.Columns), want.Rows, len(want.Columns))
		}
		for _, c := range got.Columns {
			w := want.Columns[c.Name]
			if c.Missing != w.Missing || c.Distinct != w.Distinct {
				t.Errorf("%s %s: missing %d, distinct %d, want %d, %d", path, c.Name, c.Missing, c.Distinct, w.Missing, w.Distinct)
			}
			if diff := cmp.Diff(w.Numbers, c.Numbers, near); diff != "" {
				t.Errorf("%s %s: numbers mismatch (-pandas +got):\n%s", path, c.Name, diff)
			}
			if diff := cmp.Diff(w.Top, c.Top); w.Top != nil && diff != "" {
				t.Errorf("%s %s: top mismatch (-pandas +got):\n%s", path, c.Name, diff)
			}
			if diff := cmp.Diff(w.Histogram, counts(c.Bins)); len(c.Bins) == 10 && c.Numbers != nil && diff != "" {
				t.Errorf("%s %s: histogram mismatch (-numpy +got):\n%s", path, c.Name, diff)
			}
		}
	}
}

func counts(bins []dataset.Bin) []int64 {
	var n []int64
	for _, b := range bins {
		n = append(n, b.Count)
	}
	return n
}

func TestSummaryShows(t *testing.T) {
	table, err := dataset.Read(t.Context(), penguins, dataset.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	b := display.Of(dataset.Profile(table))
	text := b.Data[display.MIMEText].(string)
	for _, line := range strings.Split(text, "\n") {
		if display.Width(line) > 80 {
			t.Errorf("text line is %d columns wide: %s", display.Width(line), line)
		}
	}
	for _, want := range []string{"344 rows × 8 columns, 19 values missing", "Adelie 152", "32.1 … 44.45 … 59.6", "█"} {
		if !strings.Contains(text, want) {
			t.Errorf("text lacks %q:\n%s", want, text)
		}
	}
	if html := b.Data[display.MIMEHTML].(string); strings.Count(html, "<img") != 8 || strings.Contains(html, "<svg") {
		t.Errorf("html has %d images, want 8 and no other picture", strings.Count(html, "<img"))
	}
}

func TestSummaryEscapes(t *testing.T) {
	const bad = `<script>alert(1)</script>`
	table, err := dataset.Read(t.Context(), write(t, "t.csv", bad+",n\n"+bad+",1\n<b>,inf\n"), dataset.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s := dataset.Profile(table)
	s.Name = bad
	if html := s.Display().Data[display.MIMEHTML].(string); strings.Contains(html, "<script") || strings.Contains(html, "<b>,") {
		t.Errorf("html has unescaped values:\n%s", html)
	}
	if _, err := json.Marshal(s); err != nil {
		t.Errorf("Marshal(profile with an infinity) = %v", err)
	}
}

func TestProfileOfNothing(t *testing.T) {
	for _, text := range []string{"a,b\n", "a,b\n,\n", "a,b\n1,\n"} {
		table, err := dataset.Read(t.Context(), write(t, "t.csv", text), dataset.ReadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if s := dataset.Profile(table); s.String() == "" || s.Display().Data[display.MIMEHTML] == "" {
			t.Errorf("Profile(%q) shows nothing", text)
		}
	}
}

func TestProfileOfTimesAndLargeNumbers(t *testing.T) {
	text := "id,day,at\n9007199254740993,1969-12-31,1969-12-31 23:59:58.5\n9007199254740992,2024-02-29,2024-01-01 00:00:00\n,,\n"
	table, err := dataset.Read(t.Context(), write(t, "t.csv", text), dataset.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	s := dataset.Profile(table)
	if got := s.Columns[0]; got.Distinct != 2 || got.Top[1].Value != "9007199254740993" {
		t.Errorf("Profile(id) = %d distinct, top %v, want two, told apart", got.Distinct, got.Top)
	}
	for i, want := range map[int][]string{1: {"1969-12-31", "2024-02-29"}, 2: {"1969-12-31 23:59:58.5", "2024-01-01 00:00:00"}} {
		c := s.Columns[i]
		if diff := cmp.Diff(want, []string{c.First, c.Last}); diff != "" || c.Missing != 1 || c.Bins[0].Count != 1 {
			t.Errorf("Profile(%s) = %+v, first and last mismatch (-want +got):\n%s", c.Name, c, diff)
		}
	}
}
