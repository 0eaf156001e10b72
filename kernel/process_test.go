package kernel_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/kernel"
	"github.com/cellar-ml/cellar/kernel/kerneltest"
	"github.com/google/go-cmp/cmp"
)

const kernelEnv = "CELLAR_TEST_KERNEL"

// kernelProcess makes this process a kernel, or the parent of one, when a
// test started it so.
func kernelProcess() bool {
	file := os.Getenv(kernelEnv)
	if file == "" {
		return false
	}
	if parent, ok := strings.CutPrefix(file, "parent:"); ok {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), kernelEnv+"="+parent)
		cmd.Stderr = os.Stderr
		if err := cmd.Start(); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		fmt.Println(cmd.Process.Pid)
		select {}
	}
	err := kernel.Run(context.Background(), kernel.Options{ConnectionFile: file, Worker: kerneltest.Worker(kernelEnv + "="), HistoryDir: os.TempDir()})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	return true
}

func ended(pid int) bool {
	for range 500 {
		stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		if err != nil || strings.Contains(string(stat), ") Z ") {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

// The kernel, its worker and what a cell started end when the parent does,
// and when the kernel itself is killed.
func TestNothingOutlivesTheParent(t *testing.T) {
	for _, victim := range []string{"parent", "kernel"} {
		t.Run(victim, func(t *testing.T) {
			file, conn := kerneltest.Connection(t)
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), kernelEnv+"=parent:"+file)
			cmd.Stderr = os.Stderr
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer cmd.Wait()
			defer cmd.Process.Kill()
			line, err := bufio.NewReader(out).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			kernelPID, err := strconv.Atoi(strings.TrimSpace(line))
			if err != nil {
				t.Fatal(err)
			}
			c := kerneltest.Dial(t, conn)
			workerPID, err := strconv.Atoi(c.Execute("pid").Outputs[0].Plain())
			if err != nil {
				t.Fatal(err)
			}
			child, err := strconv.Atoi(c.Execute("spawn").Outputs[0].Plain())
			if err != nil {
				t.Fatal(err)
			}
			kill := kernelPID
			if victim == "parent" {
				kill = cmd.Process.Pid
			}
			if err := syscall.Kill(kill, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			for _, pid := range []int{kernelPID, workerPID, child} {
				if !ended(pid) {
					t.Errorf("process %d still runs (kernel %d, worker %d)", pid, kernelPID, workerPID)
				}
			}
		})
	}
}

func TestRunRefusesABrokenConnectionFile(t *testing.T) {
	file := t.TempDir() + "/c.json"
	if err := os.WriteFile(file, []byte(`{"shell_port": 1`), 0o600); err != nil {
		t.Fatal(err)
	}
	err := kernel.Run(t.Context(), kernel.Options{ConnectionFile: file, Worker: kerneltest.Worker()})
	if err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("Run() = %v, want an error that names %s", err, file)
	}
}

func TestSpec(t *testing.T) {
	var got map[string]any
	if err := json.Unmarshal(kernel.Spec("/opt/cellar"), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"argv":         []any{"/opt/cellar", "kernel", "{connection_file}"},
		"display_name": "Go (Cellar)", "language": "go", "interrupt_mode": "message",
		"kernel_protocol_version": "5.5", "metadata": map[string]any{"debugger": false},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("kernel.json (-want +got):\n%s", diff)
	}
	for _, name := range []string{"logo-32x32.png", "logo-64x64.png", "logo-svg.svg"} {
		if len(kernel.Logos()[name]) == 0 {
			t.Errorf("no logo %s", name)
		}
	}
}
