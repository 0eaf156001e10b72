package worker

import (
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/link"
)

// everyday are the packages that a first cell should not have to wait for. They are
// read when the worker has been there for a moment: it starts no later for them.
var everyday = []string{
	"fmt", "strings", "slices", "maps", "cmp", "sort", "strconv", "errors", "math", "time", "os", "math/rand/v2", "encoding/json",
	"github.com/gomlx/gomlx/pkg/core/graph", "github.com/gomlx/gomlx/pkg/ml/layers", "github.com/gomlx/gomlx/pkg/ml/train",
}

const warmAfter = 100 * time.Millisecond

// newSession starts the interpreter with the magics' types.
func (w *worker) newSession() (*interp.Session, error) {
	opt := interp.Options{
		Packages: w.opt.Packages, ImportHint: w.opt.ImportHint,
		MagicType: func(seg lang.Segment) reflect.Type {
			if w.opt.Magics == nil {
				return nil
			}
			return w.opt.Magics.ResultType(seg.Line)
		},
		// Nobody waits for a goroutine: what ended it is told where its prints go.
		OnGoroutinePanic: func(p *interp.Panic) {
			text := "goroutine " + strings.Join(panicError(p).Traceback, "\n") + "\n"
			if p.Cell != "" && p.Cell != w.running() {
				w.late.write(p.Cell, "stderr", []byte(text))
				return
			}
			fmt.Fprint(os.Stderr, text)
		},
		Cell: w.running,
		Late: w.late.write,
	}
	if c, ok := w.opt.Magics.(Compiler); ok {
		opt.RestoreCell, opt.Compile = c.RestoreCell, c.CompileFuncs
	}
	return interp.New(opt)
}

// view is what questions about code may see, also while a cell runs.
func (w *worker) view() lang.View {
	v := w.session.Lang().View()
	v.Preview = w.session.Preview
	return v
}

// restore brings back the declarations of an earlier worker's cells.
func (w *worker) restore(m link.Restore) link.Restored {
	cells := make([]interp.Past, len(m.Cells))
	for i, c := range m.Cells {
		cells[i] = interp.Past{Cell: lang.Cell{N: c.Count, Code: c.Code, ID: c.CellID}, Failed: c.Failed, Died: c.Died}
	}
	names, lost := w.session.Restore(cells)
	return link.Restored{Names: names, Lost: lost}
}
