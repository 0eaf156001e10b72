package lang_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/kernel/lang"
)

func TestSplit(t *testing.T) {
	const cell = "x := `\n%no magic\n`\n/*\n!none\n*/\n%train mlp --epochs {x}\nrun := %runs list\n!ls -l\ny := 1"
	var kinds []lang.SegmentKind
	var lines []string
	for _, seg := range lang.Split(cell) {
		kinds, lines = append(kinds, seg.Kind), append(lines, seg.Bind+"|"+seg.Line)
	}
	want := "[0 1 1 2 0] [| |%train mlp --epochs {x} run|%runs list |!ls -l |]"
	if got := strings.TrimSpace(fmt.Sprint(kinds, " ", lines)); got != want {
		t.Errorf("Split(%q) = %s, want %s", cell, got, want)
	}
}

// TestSplitBoundCell holds that x := %%name takes the rest of the cell.
func TestSplitBoundCell(t *testing.T) {
	const cell = "x := 1\nt := %%sql --rows 3\nselect 1\n%no magic"
	segs := lang.Split(cell)
	if len(segs) != 2 {
		t.Fatalf("Split(%q) = %d segments, want 2", cell, len(segs))
	}
	got := segs[1]
	if got.Kind != lang.CellMagic || got.Bind != "t" || got.Line != "%%sql --rows 3" || got.Body != "select 1\n%no magic" {
		t.Errorf("Split(%q)[1] = %+v", cell, got)
	}
}

// FuzzSplit holds that the segments of a cell, joined, are the cell, that each
// says where it stands, and that a magic's line is in its text.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{"", "%who", "x := %train a\ny", "%%bash\necho\n%no", "`\n%x\n`", "/*\n!x */ 1", "'%'\n!", "\"\n%a", "a\r\n%b\r\n", "x:=%y", "x := %%y\nz", "\x00%\xff\n%é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		at, line := 0, 1
		for i, seg := range lang.Split(cell) {
			if seg.Start != at || seg.StartLine != line {
				t.Fatalf("Split(%q)[%d] starts at %d, line %d; want %d, line %d", cell, i, seg.Start, seg.StartLine, at, line)
			}
			if seg.Kind != lang.Go && !strings.Contains(seg.Text, seg.Line) {
				t.Fatalf("Split(%q)[%d]: line %q is not in %q", cell, i, seg.Line, seg.Text)
			}
			if !strings.HasPrefix(cell[at:], seg.Text) {
				t.Fatalf("Split(%q)[%d] = %q, which is not the text at %d", cell, i, seg.Text, at)
			}
			at += len(seg.Text)
			line += strings.Count(seg.Text, "\n")
		}
		if at != len(cell) {
			t.Fatalf("Split(%q) leaves out what follows %d", cell, at)
		}
	})
}
