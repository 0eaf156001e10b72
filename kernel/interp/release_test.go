package interp_test

import (
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols"
)

// What a cell was compiled to goes when the cell has ended: without that, each
// leaves 30 kB behind, and one with a type of a cell 70.
func TestCellsLeaveLittleBehind(t *testing.T) {
	for _, c := range []struct {
		code string
		most int64
	}{
		{"1+1", 6 << 10},
		{"type M struct{ N int }\nfunc (m M) Add(n int) int { return m.N + n + %d }\nM{1}.Add(2)", 24 << 10},
	} {
		s, err := interp.New(interp.Options{Packages: symbols.New()})
		if err != nil {
			t.Fatal(err)
		}
		const cells = 300
		n := 0
		heap := func() uint64 {
			for range cells {
				n++
				if _, err := s.Run(lang.Cell{N: n, Code: strings.ReplaceAll(c.code, "%d", strconv.Itoa(n))}, nil); err != nil {
					t.Fatal(err)
				}
			}
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		before := heap()
		if grown := int64(heap()-before) / cells; grown > c.most {
			t.Errorf("%q leaves %d bytes behind, want at most %d", c.code, grown, c.most)
		}
	}
}
