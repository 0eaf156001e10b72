package kernel

import (
	"sync"

	"github.com/cellar-ml/cellar/kernel/link"
	"github.com/cellar-ml/cellar/kernel/wire"
)

// input is the lines that cells have asked the person for, oldest first.
type input struct {
	mu   sync.Mutex
	open []string // the ids of the cells
}

func (i *input) push(id string) {
	i.mu.Lock()
	i.open = append(i.open, id)
	i.mu.Unlock()
}

func (i *input) pop() (id string, ok bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if len(i.open) == 0 {
		return "", false
	}
	id, i.open = i.open[0], i.open[1:]
	return id, true
}

// clear forgets what was asked: an answer that still comes is dropped.
func (i *input) clear() {
	i.mu.Lock()
	i.open = nil
	i.mu.Unlock()
}

// askInput passes a request for input on to the front end that runs the cell. One
// that allows no input is never asked.
func (k *kernel) askInput(m link.InputRequest) {
	r := k.exec.current(m.ID)
	if r == nil || !r.content.AllowStdin {
		if err := k.sup.send(link.Input{ID: m.ID, EOF: true}); err != nil {
			k.log.Warn("refuse input", "err", err)
		}
		return
	}
	k.input.push(m.ID)
	content := object{"prompt": m.Prompt, "password": m.Password}
	if err := k.sock.Send(wire.Stdin, r.request.Message, "input_request", content); err != nil {
		k.log.Error("ask for input", "err", err)
	}
}

func (k *kernel) inputReply(r *request) {
	var c struct {
		Value  string `json:"value"`
		Status string `json:"status"`
	}
	if !k.read(r, &c) {
		return
	}
	id, ok := k.input.pop()
	if !ok {
		k.log.Info("input that no cell waits for")
		return
	}
	if err := k.sup.send(link.Input{ID: id, Value: c.Value, EOF: c.Status == "error"}); err != nil {
		k.log.Warn("pass input on", "err", err)
	}
}
