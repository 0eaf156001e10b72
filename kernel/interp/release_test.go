package interp_test

import (
	"runtime"
	"testing"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols"
)

// What a cell was compiled to goes when the cell has ended: without that, each
// leaves 30 kB behind.
func TestCellsLeaveLittleBehind(t *testing.T) {
	s, err := interp.New(interp.Options{Packages: symbols.New()})
	if err != nil {
		t.Fatal(err)
	}
	const cells, most = 500, 6 << 10
	heap := func() uint64 {
		for range cells {
			if _, err := s.Run(lang.Cell{N: 1, Code: "1+1"}, nil); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := heap()
	if grown := int64(heap()-before) / cells; grown > most {
		t.Errorf("a cell leaves %d bytes behind, want at most %d", grown, most)
	}
}
