package lang_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cellar-ml/cellar/kernel/lang"
)

// hidden runs a cell and says what of hidden state it used.
func (r *ran) hidden(code string) []string {
	r.t.Helper()
	r.n++
	c := lang.Cell{N: r.n, Code: code, ID: "last"}
	r.s.Begin(c)
	defer r.s.End()
	u, err := r.s.Check(c)
	if err != nil {
		r.t.Fatalf("cell [%d] %q: %v", r.n, code, err)
	}
	r.s.Commit(u)
	var out []string
	for _, h := range r.s.Hidden() {
		out = append(out, fmt.Sprintf("%s: %s", h.Name, h.Because))
	}
	return out
}

func TestHidden(t *testing.T) {
	tests := []struct {
		name    string
		cells   []string
		deleted []string
		last    string
		want    []string
	}{
		{"none", []string{"a| raw := 1", "b| x := raw + 1"}, nil, "x", nil},
		{"run again unchanged", []string{"a| raw := 1", "b| x := raw + 1", "a| raw := 1"}, nil, "x", nil},
		{"edited, and made anew", []string{"a| raw := 1", "a| raw := 2"}, nil, "raw", nil},
		{"edited, and not made any more", []string{"a| raw := 1", "b| x := raw + 1", "a| other := 2"}, nil, "x", []string{"raw: [1] was edited and ran again as [3]", "x: in [2], raw is of [1], which ran again as [3] without it since"}},
		{"out of order", []string{"a| raw := 1", "b| x := raw + 1", "a| raw := 2"}, nil, "x", []string{"raw: [1] was edited and ran again as [3]", "x: in [2], raw changed in [3] since"}},
		{"changed by another cell", []string{"a| raw := 1", "b| x := raw + 1", "c| raw = 5"}, nil, "x", []string{"x: in [2], raw changed in [3] since"}},
		{"deleted", []string{"a| raw := 1", "b| x := raw + 1"}, []string{"a"}, "x", []string{"raw: [1] was deleted"}},
		{"deleted, and back", []string{"a| raw := 1", "b| x := raw + 1"}, []string{"last"}, "x", nil},
		{"not used", []string{"a| raw := 1", "b| x := 2"}, []string{"a"}, "x", nil},
		{"a function of a deleted cell", []string{"a| func f() int { return 1 }", "b| func g() int { return f() }"}, []string{"a"}, "g()", []string{"f: [1] was deleted"}},
		{"the cell itself", []string{"last| n := 1", "last| n++"}, nil, "n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := newRan(t)
			for _, c := range tt.cells {
				r.cell(c)
			}
			r.s.Deleted(tt.deleted...)
			if diff := cmp.Diff(tt.want, r.hidden(tt.last)); diff != "" {
				t.Errorf("Hidden() (-want +got):\n%s", diff)
			}
		})
	}
}
