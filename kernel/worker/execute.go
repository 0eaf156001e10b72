package worker

import (
	"cmp"
	"context"
	"fmt"
	"runtime/debug"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/link"
)

// runCells runs the cells in the order in which they came.
func (w *worker) runCells(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case x := <-w.cells:
			w.reply(w.execute(ctx, x))
		}
	}
}

// reply ends a cell: with its result, when there is one, in one message.
func (w *worker) reply(x link.Executed) {
	if o := w.result; o != nil {
		w.result = nil
		err := w.opt.Link.Send(*o, x)
		if err == nil {
			return
		}
		x.Error = failure(err) // a value that cannot be sent
	}
	_ = w.opt.Link.Send(x) // the kernel is gone; Receive says so too
}

// execute runs one cell. Whatever happens in it, there is one answer.
func (w *worker) execute(ctx context.Context, x link.Execute) (reply link.Executed) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	w.begin(x, stop)
	defer w.end()
	w.session.Lang().Deleted(x.Deleted...)
	defer func() {
		if r := recover(); r != nil {
			err := hint.New(fmt.Errorf("internal fault: %v\n%s", r, debug.Stack()), "the session goes on; please report this")
			reply = link.Executed{ID: x.ID, Error: failure(err)}
		}
	}()
	reply = link.Executed{ID: x.ID}
	if payload, failed, ok := w.help(x.Code); ok {
		reply.Payload, reply.Error = payload, failed
		return reply
	}
	stopInput := w.serveStdin(ctx, x)
	show := w.show
	switch {
	case x.Silent:
		show = nil
	case len(x.UserExpressions) == 0:
		show = w.showLast
	}
	declares, err := w.runCell(ctx, x, cellOf(x), show)
	// A step that was interrupted still closes its run; its outputs are of this cell.
	w.magics.Wait()
	stopInput()
	reply.Declares = declares
	if !x.Silent {
		reply.Stale = w.stale()
	}
	if err == nil && context.Cause(ctx) == errInterrupted {
		err = errInterrupted // it ended because what it waited for was taken away
	}
	if err != nil {
		reply.Error = failure(err)
		return reply
	}
	reply.UserExpressions = w.userExpressions(x.UserExpressions)
	return reply
}

// runCell runs the cell c of the notebook in the place of x, which it is or
// which runs it again, and shows the value of its last expression; show is nil
// when nobody wants it.
func (w *worker) runCell(ctx context.Context, x link.Execute, c lang.Cell, show func(display.Bundle) error) (declares bool, err error) {
	r, err := w.session.RunCell(c, w.magicsOf(ctx, x))
	return w.showResult(ctx, r, err, show)
}

// runGo runs code as a part of the cell x.
func (w *worker) runGo(ctx context.Context, x link.Execute, code string, show func(display.Bundle) error) (declares bool, err error) {
	r, err := w.session.Run(lang.Cell{N: x.Count, Code: code}, w.magicsOf(ctx, x))
	return w.showResult(ctx, r, err, show)
}

func (w *worker) magicsOf(ctx context.Context, x link.Execute) func(lang.Segment) (any, error) {
	return func(seg lang.Segment) (any, error) { return w.magic(ctx, x, seg) }
}

func (w *worker) showResult(ctx context.Context, r interp.Result, err error, show func(display.Bundle) error) (declares bool, _ error) {
	if err != nil {
		return r.Declares, err
	}
	w.warn(r.Warnings)
	b, ok := bundle(r)
	if show == nil || !ok || ctx.Err() != nil {
		return r.Declares, nil
	}
	return r.Declares, show(b)
}

func (w *worker) begin(x link.Execute, stop context.CancelCauseFunc) {
	w.sink.cell(x.ID)
	w.once.Cell(cmp.Or(x.CellID, x.ID))
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stop, w.runs = stop, x.ID
	w.ran[x.ID] = cellOf(x)
}

func cellOf(x link.Execute) lang.Cell { return lang.Cell{N: x.Count, Code: x.Code, ID: x.CellID} }

// cellOf is the cell of the Execute with an ID.
func (w *worker) cellOf(id string) (lang.Cell, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c, ok := w.ran[id]
	return c, ok
}

func (w *worker) end() {
	w.mu.Lock()
	w.stop, w.runs = nil, ""
	w.mu.Unlock()
}

// running is the ID of the Execute that runs, "" when none does.
func (w *worker) running() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.runs
}

// show sends the value of the cell's last expression.
func (w *worker) show(b display.Bundle) error {
	if err := w.once.Ensure(b); err != nil {
		return err
	}
	return w.sink.send(link.Output{Kind: link.Result, Bundle: w.withStale(b)})
}

// showLast is show for what nothing follows: it leaves with the cell's end.
func (w *worker) showLast(b display.Bundle) error {
	if err := w.once.Ensure(b); err != nil {
		return err
	}
	w.result = &link.Output{ID: w.sink.current(), Kind: link.Result, Bundle: w.withStale(b)}
	return nil
}

// warn shows what a cell changed elsewhere, such as callers that no longer fit.
func (w *worker) warn(diags lang.Diagnostics) {
	if len(diags) > 0 {
		_ = w.sink.send(link.Output{Kind: link.Stream, Name: "stderr", Text: diags.Draw() + "\n"})
	}
}

// userExpressions evaluates what the front end asked for beside the cell.
func (w *worker) userExpressions(exprs map[string]string) map[string]any {
	if len(exprs) == 0 {
		return nil
	}
	out := make(map[string]any, len(exprs))
	for key, expr := range exprs {
		r, err := w.session.Eval(expr)
		if err != nil {
			f := failure(err)
			out[key] = map[string]any{"status": "error", "ename": f.Name, "evalue": f.Value, "traceback": f.Traceback}
			continue
		}
		b, ok := bundle(r)
		if !ok {
			b = display.Text("nil")
		}
		meta := b.Metadata
		if meta == nil {
			meta = map[string]any{}
		}
		out[key] = map[string]any{"status": "ok", "data": b.Data, "metadata": meta}
	}
	return out
}
