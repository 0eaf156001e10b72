package worker

import (
	"context"
	"fmt"
	"strconv"

	"github.com/cellar-ml/cellar/kernel/link"
)

// past asks the kernel for cells of its history.
func (w *worker) past(ctx context.Context, q link.HistoryQuery) ([]link.PastCell, error) {
	reply := make(chan link.Past, 1)
	w.mu.Lock()
	w.serial++
	q.ID = "past-" + strconv.Itoa(w.serial)
	if w.asked == nil {
		w.asked = map[string]chan link.Past{}
	}
	w.asked[q.ID] = reply
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		delete(w.asked, q.ID)
		w.mu.Unlock()
	}()
	if err := w.opt.Link.Send(q); err != nil {
		return nil, fmt.Errorf("ask for history: %w", err)
	}
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case p := <-reply:
		return p.Cells, nil
	}
}

// answerPast passes an answer to whoever asked.
func (w *worker) answerPast(p link.Past) {
	w.mu.Lock()
	reply := w.asked[p.ID]
	delete(w.asked, p.ID)
	w.mu.Unlock()
	if reply != nil {
		reply <- p
	}
}
