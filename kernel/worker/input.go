package worker

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/cellar-ml/cellar/internal/hint"
	"github.com/cellar-ml/cellar/kernel/link"
)

// input asks the person for a line, for the cell x.
func (w *worker) input(ctx context.Context, x link.Execute, prompt string, password bool) (string, error) {
	if !x.AllowStdin {
		return "", hint.New(errNoInput, "run the cell in a front end that asks, such as JupyterLab, or put the value into the cell")
	}
	reply := make(chan link.Input, 1)
	w.mu.Lock()
	w.waiting = reply
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		if w.waiting == reply {
			w.waiting = nil
		}
		w.mu.Unlock()
	}()
	if err := w.opt.Link.Send(link.InputRequest{ID: x.ID, Prompt: prompt, Password: password}); err != nil {
		return "", fmt.Errorf("ask for input: %w", err)
	}
	select {
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case in := <-reply:
		if in.EOF {
			return "", errors.New("ask for input: the front end refused")
		}
		return in.Value, nil
	}
}

// answerInput passes a line to whoever asked; an answer that comes after an
// interrupt belongs to nobody.
func (w *worker) answerInput(in link.Input) {
	w.mu.Lock()
	reply := w.waiting
	w.waiting = nil
	w.mu.Unlock()
	if reply != nil {
		reply <- in
	}
}

// serveStdin answers reads of standard input while the cell x runs.
func (w *worker) serveStdin(ctx context.Context, x link.Execute) (stop func()) {
	done := make(chan struct{})
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		w.stdin.watch(done, func() (string, error) {
			line, err := w.input(ctx, x, "", false)
			if err != nil && !errors.Is(err, errInterrupted) {
				fmt.Fprintln(os.Stderr, err)
				if h := hint.Of(err); h != "" {
					fmt.Fprintln(os.Stderr, h)
				}
			}
			return line, err
		})
	}()
	return func() { close(done); <-finished }
}
