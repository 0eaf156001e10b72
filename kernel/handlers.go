package kernel

import (
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"

	"github.com/cellar-ml/cellar/kernel/link"
	"github.com/cellar-ml/cellar/kernel/wire"
)

// A handler answers one type of message.
type handler struct {
	msgType  string
	reply    string // type of the answer; "": none
	channels []wire.Channel
	run      func(k *kernel, r *request)
}

// A request is one message that is being answered.
type request struct {
	*wire.Message
	channel wire.Channel
	reply   string
}

var (
	onShell   = []wire.Channel{wire.Shell}
	onControl = []wire.Channel{wire.Control}
	onBoth    = []wire.Channel{wire.Shell, wire.Control}
	onStdin   = []wire.Channel{wire.Stdin}
)

// handlers is every message that a front end may send, in the order of the
// protocol's description.
func handlers() []handler {
	return []handler{
		{"execute_request", "execute_reply", onShell, (*kernel).execute},
		{"inspect_request", "inspect_reply", onShell, (*kernel).inspect},
		{"complete_request", "complete_reply", onShell, (*kernel).complete},
		{"history_request", "history_reply", onShell, (*kernel).historyRequest},
		{"is_complete_request", "is_complete_reply", onShell, (*kernel).isComplete},
		{"connect_request", "connect_reply", onShell, (*kernel).connect},
		{"comm_info_request", "comm_info_reply", onBoth, (*kernel).commInfo},
		{"comm_open", "", onShell, (*kernel).commOpen},
		{"comm_msg", "", onShell, (*kernel).commIgnore},
		{"comm_close", "", onShell, (*kernel).commIgnore},
		{"kernel_info_request", "kernel_info_reply", onBoth, (*kernel).kernelInfo},
		{"shutdown_request", "shutdown_reply", onBoth, (*kernel).shutdown},
		{"interrupt_request", "interrupt_reply", onBoth, (*kernel).interruptRequest},
		{"debug_request", "debug_reply", onControl, (*kernel).debug},
		{"create_subshell_request", "create_subshell_reply", onControl, (*kernel).noSubshells},
		{"delete_subshell_request", "delete_subshell_reply", onControl, (*kernel).noSubshells},
		{"list_subshell_request", "list_subshell_reply", onControl, (*kernel).noSubshells},
		{"input_reply", "", onStdin, (*kernel).inputReply},
	}
}

// dispatch answers one message, or sees to it that it will be answered. It
// never waits for the worker.
func (k *kernel) dispatch(ch wire.Channel, m *wire.Message) {
	h, ok := k.handlers[m.Header.Type]
	if !ok || !slices.Contains(h.channels, ch) {
		k.log.Warn("message without a handler", "type", m.Header.Type, "socket", ch)
		return
	}
	r := &request{Message: m, channel: ch, reply: h.reply}
	defer func() {
		if p := recover(); p != nil { // a fault here must cost one answer only
			k.log.Error("handler", "type", m.Header.Type, "panic", p, "stack", string(debug.Stack()))
			k.fail(r, fmt.Errorf("%s: internal fault: %v", m.Header.Type, p))
		}
	}()
	h.run(k, r)
}

// read decodes the content of r into to. When it cannot, r is answered with
// an error and read returns false.
func (k *kernel) read(r *request, to any) bool {
	if err := json.Unmarshal(r.Content, to); err != nil {
		k.log.Warn("malformed content", "type", r.Header.Type, "err", err)
		k.busy(r)
		k.fail(r, fmt.Errorf("read content of %s: %w", r.Header.Type, err))
		return false
	}
	return true
}

// now answers a request that needs nobody else.
func (k *kernel) now(r *request, content any) {
	k.busy(r)
	k.finish(r, content)
}

// finish sends the answer, then idle.
func (k *kernel) finish(r *request, content any) { k.finishWith(r, nil, content) }

// finishWith is finish with metadata of the answer; nil is none.
func (k *kernel) finishWith(r *request, metadata json.RawMessage, content any) {
	if r.reply != "" {
		if err := k.sock.SendWith(r.channel, r.Message, r.reply, metadata, content); err != nil {
			k.log.Error("answer", "type", r.reply, "err", err)
			e := errorOf("KernelError", err)
			_ = k.sock.Send(r.channel, r.Message, r.reply, errorReply(e)) // a reply of strings always encodes
		}
	}
	k.idle(r)
}

// fail answers with an error.
func (k *kernel) fail(r *request, err error) {
	k.finish(r, errorReply(errorOf("KernelError", err)))
}

type object = map[string]any

func errorReply(e *link.Error) object {
	return object{"status": "error", "ename": e.Name, "evalue": e.Value, "traceback": lines(e.Traceback)}
}

func errorOf(name string, err error) *link.Error {
	return &link.Error{Name: name, Value: err.Error(), Traceback: []string{name + ": " + err.Error()}}
}

// lines is never nil: the protocol wants an array.
func lines(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func (k *kernel) busy(r *request) { k.publishAll(r.RawHeader, status("busy")) }
func (k *kernel) idle(r *request) { k.publishAll(r.RawHeader, status("idle")) }

func status(state string) wire.Item {
	return wire.Item{Type: "status", Content: statusContent{state}}
}

type statusContent struct {
	State string `json:"execution_state"`
}

func (k *kernel) publish(parent json.RawMessage, msgType string, content any) {
	k.publishAll(parent, wire.Item{Type: msgType, Content: content})
}

// publishAll publishes messages that leave together.
func (k *kernel) publishAll(parent json.RawMessage, items ...wire.Item) {
	if err := k.sock.PublishAll(parent, items...); err != nil {
		k.log.Error("publish", "type", items[0].Type, "err", err)
	}
}
