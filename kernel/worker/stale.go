package worker

import (
	"context"
	"maps"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/link"
)

// mostStale is how many stale cells a result names; %stale lists all.
const mostStale = 100

// stale is the cells whose inputs have changed since they ran.
func (w *worker) stale() []link.Stale {
	var list []link.Stale
	for _, s := range w.session.Lang().Stale(mostStale) {
		list = append(list, link.Stale{Cell: s.Cell.N, CellID: s.Cell.ID, Because: s.Because})
	}
	return list
}

// withStale is a result whose metadata names the stale cells.
func (w *worker) withStale(b display.Bundle) display.Bundle {
	list := w.stale()
	if len(list) == 0 {
		return b
	}
	metadata := map[string]any{}
	maps.Copy(metadata, b.Metadata)
	metadata["cellar"] = map[string]any{"stale": list}
	b.Metadata = metadata
	return b
}

// rerun runs a cell again inside the cell x. Its value is shown like a display:
// the result is that of x.
func (w *worker) rerun(ctx context.Context, x link.Execute, c lang.Cell) error {
	if err := w.opt.Link.Send(link.Rerun{ID: x.ID, Cell: link.Cell{ID: x.ID, Count: c.N, CellID: c.ID, Code: c.Code}}); err != nil {
		return err
	}
	_, err := w.runCell(ctx, x, c, w.once.Publish)
	return err
}
