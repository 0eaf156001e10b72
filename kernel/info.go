package kernel

import (
	"runtime"
	"strings"

	"github.com/cellar-ml/cellar/kernel/wire"
)

func (k *kernel) kernelInfo(r *request) {
	goVersion := strings.TrimPrefix(runtime.Version(), "go")
	k.now(r, object{
		"status":                 "ok",
		"protocol_version":       wire.ProtocolVersion,
		"implementation":         "cellar",
		"implementation_version": k.o.Version,
		"language_info": object{
			"name": "go", "version": goVersion, "mimetype": "text/x-go", "file_extension": ".go",
			"pygments_lexer": "go", "codemirror_mode": "go", "nbconvert_exporter": "script",
		},
		"banner": "Cellar " + k.o.Version + ", Go " + goVersion + ". %lsmagic lists the steps of a machine learning project.",
		"help_links": []object{
			{"text": "Go", "url": "https://go.dev/doc/"},
			{"text": "Go standard library", "url": "https://pkg.go.dev/std"},
		},
		"supported_features": []string{},
	})
}

func (k *kernel) connect(r *request) {
	c := k.sock.Connection()
	k.now(r, object{
		"status": "ok", "shell_port": c.Shell, "iopub_port": c.IOPub,
		"stdin_port": c.Stdin, "hb_port": c.Heartbeat, "control_port": c.Control,
	})
}

// commInfo: no comm target exists, so no comm is ever open.
func (k *kernel) commInfo(r *request) {
	k.now(r, object{"status": "ok", "comms": object{}})
}

// commOpen refuses, as the protocol asks for an unknown target.
func (k *kernel) commOpen(r *request) {
	var c struct {
		ID     string `json:"comm_id"`
		Target string `json:"target_name"`
	}
	if !k.read(r, &c) {
		return
	}
	k.busy(r)
	k.log.Info("comm refused", "target", c.Target)
	k.publish(r.RawHeader, "comm_close", object{"comm_id": c.ID, "data": object{}})
	k.idle(r)
}

// commIgnore takes the messages of comms that were refused.
func (k *kernel) commIgnore(r *request) {
	k.busy(r)
	k.idle(r)
}

func (k *kernel) debug(r *request) {
	var d struct {
		Seq     int    `json:"seq"`
		Command string `json:"command"`
	}
	if !k.read(r, &d) {
		return
	}
	k.now(r, object{
		"type": "response", "request_seq": d.Seq, "seq": d.Seq, "command": d.Command,
		"success": false, "message": "this kernel has no debugger",
	})
}

func (k *kernel) noSubshells(r *request) {
	k.busy(r)
	k.fail(r, errNoSubshells)
}

func (k *kernel) interruptRequest(r *request) {
	k.busy(r)
	k.exec.interrupt()
	k.finish(r, object{"status": "ok"})
}

// shutdown answers before it ends anything: the front end waits for it.
func (k *kernel) shutdown(r *request) {
	var c struct {
		Restart bool `json:"restart"`
	}
	if !k.read(r, &c) {
		return
	}
	k.busy(r)
	reply := object{"status": "ok", "restart": c.Restart}
	k.publish(r.RawHeader, r.reply, reply)
	k.finish(r, reply)
	k.stop()
}
