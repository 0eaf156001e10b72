package kernel

import (
	"errors"
	"strconv"
	"sync"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/kernel/link"
)

var errNoSubshells = errors.New("this kernel has no subshells")

// asks are the questions about code that the worker has not answered yet. It
// answers them while a cell runs; when it dies, they are answered empty.
type asks struct {
	mu     sync.Mutex
	serial int
	open   map[string]ask
}

type ask struct {
	r     *request
	empty any // what to answer when nobody else does
}

// put keeps a and returns its id.
func (a *asks) put(q ask) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.open == nil {
		a.open = map[string]ask{}
	}
	a.serial++
	id := "ask-" + strconv.Itoa(a.serial)
	a.open[id] = q
	return id
}

func (a *asks) take(id string) (ask, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q, ok := a.open[id]
	delete(a.open, id)
	return q, ok
}

// takeAll empties the set.
func (a *asks) takeAll() []ask {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all []ask
	for _, q := range a.open {
		all = append(all, q)
	}
	clear(a.open)
	return all
}

// ask sends a question to the worker. make builds it, given its id.
func (k *kernel) ask(r *request, empty any, make func(id string) any) {
	k.busy(r)
	id := k.asks.put(ask{r, empty})
	if k.sup.send(make(id)) == nil {
		return
	}
	if q, ok := k.asks.take(id); ok {
		k.finish(q.r, q.empty)
	}
}

// answer finishes the question id, when it is still open.
func (k *kernel) answer(id string, content any) {
	if q, ok := k.asks.take(id); ok {
		k.finish(q.r, content)
	}
}

// forget answers what a dead worker left open.
func (k *kernel) forget() {
	for _, q := range k.asks.takeAll() {
		k.finish(q.r, q.empty)
	}
}

func (k *kernel) complete(r *request) {
	var c struct {
		Code   string `json:"code"`
		Cursor int    `json:"cursor_pos"`
	}
	if !k.read(r, &c) {
		return
	}
	c.Cursor = clampCursor(c.Code, c.Cursor)
	empty := completeReply(link.Completed{Start: c.Cursor, End: c.Cursor})
	k.ask(r, empty, func(id string) any { return link.Complete{ID: id, Code: c.Code, Cursor: c.Cursor} })
}

// completeReply is the answer in the protocol's words, with the kinds that
// JupyterLab shows as icons.
func completeReply(c link.Completed) any {
	texts := make([]string, len(c.Matches))
	types := make([]object, len(c.Matches))
	for i, m := range c.Matches {
		texts[i] = m.Text
		types[i] = object{"start": c.Start, "end": c.End, "text": m.Text, "type": m.Kind, "signature": m.Signature}
	}
	return object{
		"status": "ok", "matches": texts, "cursor_start": c.Start, "cursor_end": c.End,
		"metadata": object{"_jupyter_types_experimental": types},
	}
}

func (k *kernel) inspect(r *request) {
	var c struct {
		Code   string `json:"code"`
		Cursor int    `json:"cursor_pos"`
		Detail int    `json:"detail_level"`
	}
	if !k.read(r, &c) {
		return
	}
	c.Cursor = clampCursor(c.Code, c.Cursor)
	k.ask(r, inspectReply(link.Inspected{}), func(id string) any {
		return link.Inspect{ID: id, Code: c.Code, Cursor: c.Cursor, Detail: c.Detail}
	})
}

func inspectReply(i link.Inspected) any {
	return object{"status": "ok", "found": i.Found, "data": dataOf(i.Bundle), "metadata": metadataOf(i.Bundle)}
}

func (k *kernel) isComplete(r *request) {
	var c struct {
		Code string `json:"code"`
	}
	if !k.read(r, &c) {
		return
	}
	k.ask(r, object{"status": "unknown"}, func(id string) any { return link.IsComplete{ID: id, Code: c.Code} })
}

func isCompleteReply(c link.CompleteStatus) any {
	reply := object{"status": c.Status}
	if c.Status == "incomplete" {
		reply["indent"] = c.Indent
	}
	return reply
}

// clampCursor brings a cursor, in code points, into the code.
func clampCursor(code string, cursor int) int {
	return min(max(cursor, 0), len([]rune(code)))
}

func dataOf(b display.Bundle) map[string]any {
	if b.Data == nil {
		return map[string]any{}
	}
	return b.Data
}

func metadataOf(b display.Bundle) map[string]any {
	if b.Metadata == nil {
		return map[string]any{}
	}
	return b.Metadata
}
