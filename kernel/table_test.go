package kernel

import (
	"slices"
	"testing"

	"github.com/cellar-ml/cellar/kernel/wire"
	"github.com/google/go-cmp/cmp"
)

// What a front end may send, from "Messaging in Jupyter" (jupyter-client.readthedocs.io,
// protocol 5.5) with the subshells of JEP 91.
var protocol = map[wire.Channel][]string{
	wire.Shell: {
		"execute_request", "inspect_request", "complete_request", "history_request", "is_complete_request",
		"connect_request", "comm_info_request", "kernel_info_request", "comm_open", "comm_msg", "comm_close",
		"shutdown_request", // until 5.3
	},
	wire.Control: {
		"interrupt_request", "shutdown_request", "debug_request", "kernel_info_request",
		"create_subshell_request", "delete_subshell_request", "list_subshell_request",
	},
	wire.Stdin: {"input_reply"},
}

func TestTheTableIsTheProtocol(t *testing.T) {
	have := map[wire.Channel]map[string]bool{}
	all := map[string]bool{}
	for _, h := range handlers() {
		if all[h.msgType] {
			t.Errorf("%s stands in the table twice", h.msgType)
		}
		all[h.msgType] = true
		for _, ch := range h.channels {
			if have[ch] == nil {
				have[ch] = map[string]bool{}
			}
			have[ch][h.msgType] = true
		}
	}
	want := map[string]bool{}
	for ch, types := range protocol {
		for _, msgType := range types {
			want[msgType] = true
			if !have[ch][msgType] {
				t.Errorf("no handler of %s on %s", msgType, ch)
			}
		}
	}
	if diff := cmp.Diff(want, all); diff != "" {
		t.Errorf("message types (-protocol +table):\n%s", diff)
	}
}

func TestTrimCrash(t *testing.T) {
	dump := "runtime: goroutine stack exceeds 1000000000-byte limit\nruntime: sp=0xc02 stack=[0xc02, 0xc04]\n" +
		"fatal error: stack overflow\n\nruntime stack:\nruntime.throw({0x1, 0x2})\n\t/go/panic.go:1 +0x4d\n\n" +
		"goroutine 7 [running]:\nmain.f(0x1)\n\t/tmp/x.go:4 +0x1\n"
	for range 50 {
		dump += "main.f(0x1)\n\t/tmp/x.go:5 +0x1\n"
	}
	dump += "\ngoroutine 1 [chan receive]:\nmain.main()\n"
	what, shown := trimCrash(dump)
	if what != "fatal error: stack overflow" {
		t.Errorf("what = %q", what)
	}
	if len(shown) > 20 || !slices.Contains(shown, "goroutine 7 [running]:") || slices.Contains(shown, "runtime stack:") {
		t.Errorf("shown = %q, want the head of goroutine 7 and no runtime stack", shown)
	}
	what, shown = trimCrash("one line\n")
	if what != "" || !cmp.Equal(shown, []string{"one line"}) {
		t.Errorf("trimCrash(one line) = %q, %q", what, shown)
	}
}
