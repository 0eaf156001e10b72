package kerneltest

import (
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/internal/orphan"
	"github.com/cellar-ml/cellar/kernel/link"
)

const fakeEnv = "CELLAR_FAKE_WORKER"

// Worker is a command that runs this test binary as a worker; its TestMain
// must call FakeWorker first.
func Worker(env ...string) func() *exec.Cmd {
	return func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(append(os.Environ(), fakeEnv+"=1"), env...)
		return cmd
	}
}

// FakeWorker makes this process a worker when Worker started it, and then
// returns true at its end. Its cells are lines of a command and its argument,
// as commands lists them.
func FakeWorker() bool {
	if os.Getenv(fakeEnv) == "" {
		return false
	}
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM) // the end of the link is what ends it
	conn, err := link.Child()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return true
	}
	if s := os.Getenv("CELLAR_FAKE_BOOT"); s != "" {
		fmt.Fprintln(os.Stderr, s)
		return true
	}
	f := &fake{conn: conn, acks: make(chan struct{}, 1), inputs: make(chan link.Input, 1), stop: make(chan struct{}, 1)}
	_ = conn.Send(link.Ready{PID: os.Getpid()})
	f.listen()
	return true
}

type fake struct {
	conn   *link.Conn
	mu     sync.Mutex // one output at a time
	seq    int64
	acks   chan struct{}
	inputs chan link.Input
	stop   chan struct{}

	nmu   sync.Mutex
	names []string
}

func (f *fake) listen() {
	for {
		m, err := f.conn.Receive()
		if err != nil {
			orphan.End(os.Getenv(orphan.Variable))
			if syscall.Getpgrp() == os.Getpid() {
				_ = syscall.Kill(0, syscall.SIGKILL)
			}
			return
		}
		switch m := m.(type) {
		case link.Execute:
			go f.execute(m)
		case link.Interrupt:
			select {
			case f.stop <- struct{}{}:
			default:
			}
		case link.Ack:
			f.acks <- struct{}{}
		case link.Input:
			f.inputs <- m
		case link.Complete:
			f.send(f.completed(m))
		case link.Inspect:
			f.send(link.Inspected{ID: m.ID, Found: m.Code != "", Bundle: display.Text("about " + m.Code)})
		case link.IsComplete:
			s := link.CompleteStatus{ID: m.ID, Status: "complete"}
			if strings.HasSuffix(m.Code, "{") {
				s.Status, s.Indent = "incomplete", "\t"
			}
			f.send(s)
		case link.Restore:
			f.restore(m)
		case link.Shutdown:
			return
		}
	}
}

func (f *fake) send(m any) { _ = f.conn.Send(m) } // the kernel's end is seen by Receive

func (f *fake) completed(m link.Complete) link.Completed {
	f.nmu.Lock()
	defer f.nmu.Unlock()
	out := link.Completed{ID: m.ID, End: m.Cursor}
	for _, n := range f.names {
		if strings.HasPrefix(n, m.Code) {
			out.Matches = append(out.Matches, link.Match{Text: n, Kind: "variable"})
		}
	}
	return out
}

func (f *fake) restore(m link.Restore) {
	var back link.Restored
	for _, c := range m.Cells {
		for line := range strings.Lines(c.Code) {
			word, arg, _ := strings.Cut(strings.TrimSpace(line), " ")
			switch word {
			case "declare":
				f.names = append(f.names, arg)
				back.Names = append(back.Names, arg)
			case "lose":
				back.Lost = append(back.Lost, arg)
			case "poison":
				os.Exit(3)
			}
		}
	}
	f.send(back)
}

func (f *fake) execute(m link.Execute) {
	select {
	case <-f.stop: // an interrupt of the cell before
	default:
	}
	done := link.Executed{ID: m.ID}
	for line := range strings.Lines(m.Code) {
		word, arg, _ := strings.Cut(strings.TrimSpace(line), " ")
		run, ok := commands[word]
		if !ok {
			done.Error = &link.Error{Name: "CompileError", Value: "no command " + word}
			break
		}
		if done.Error = run(f, m, arg); done.Error != nil {
			break
		}
		done.Declares = done.Declares || word == "declare" || word == "lose" || word == "poison"
	}
	if len(m.UserExpressions) > 0 && done.Error == nil {
		done.UserExpressions = map[string]any{}
		for k, v := range m.UserExpressions {
			done.UserExpressions[k] = map[string]any{"status": "ok", "data": map[string]any{"text/plain": v}, "metadata": map[string]any{}}
		}
	}
	f.send(done)
}

// show sends an output and waits for its Ack, as a worker has to.
func (f *fake) show(id string, kind link.OutputKind, name, text string) *link.Error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.seq++
	f.send(link.Output{Seq: f.seq, ID: id, Kind: kind, Name: name, Bundle: display.Text(text)})
	<-f.acks
	return nil
}

// commands are the words of the fake worker's cells.
var commands = map[string]func(f *fake, m link.Execute, arg string) *link.Error{
	"print":   func(_ *fake, _ link.Execute, arg string) *link.Error { fmt.Fprintln(os.Stdout, arg); return nil },
	"eprint":  func(_ *fake, _ link.Execute, arg string) *link.Error { fmt.Fprintln(os.Stderr, arg); return nil },
	"bytes":   func(_ *fake, _ link.Execute, arg string) *link.Error { return writeHex(arg) },
	"lines":   func(_ *fake, _ link.Execute, arg string) *link.Error { return printLines(number(arg)) },
	"result":  func(f *fake, m link.Execute, arg string) *link.Error { return f.show(m.ID, link.Result, "", arg) },
	"display": func(f *fake, m link.Execute, arg string) *link.Error { return f.show(m.ID, link.Display, "", arg) },
	"update":  func(f *fake, m link.Execute, arg string) *link.Error { return f.show(m.ID, link.Update, "the id", arg) },
	"clear":   func(f *fake, m link.Execute, _ string) *link.Error { return f.show(m.ID, link.Clear, "", "") },
	"declare": (*fake).declare,
	"lose":    func(*fake, link.Execute, string) *link.Error { return nil },
	"poison":  func(*fake, link.Execute, string) *link.Error { return nil },
	"names": func(f *fake, m link.Execute, _ string) *link.Error {
		return f.show(m.ID, link.Result, "", strings.Join(f.names, " "))
	},
	"error": func(_ *fake, _ link.Execute, arg string) *link.Error { return &link.Error{Name: "Panic", Value: arg} },
	"sleep": func(_ *fake, _ link.Execute, arg string) *link.Error {
		time.Sleep(time.Duration(number(arg)) * time.Millisecond)
		return nil
	},
	"loop": func(f *fake, _ link.Execute, _ string) *link.Error {
		<-f.stop
		return &link.Error{Name: "Interrupt", Value: "interrupted"}
	},
	"stubborn": func(*fake, link.Execute, string) *link.Error { select {} },
	"kill": func(*fake, link.Execute, string) *link.Error {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	},
	"exit":     func(_ *fake, _ link.Execute, arg string) *link.Error { os.Exit(number(arg)); return nil },
	"overflow": func(*fake, link.Execute, string) *link.Error { return overflowNow() },
	"late":     late,
	"spawn":    spawnSleep,
	"input":    (*fake).input,
	"pid": func(f *fake, m link.Execute, _ string) *link.Error {
		return f.show(m.ID, link.Result, "", strconv.Itoa(os.Getpid()))
	},
}

func (f *fake) declare(_ link.Execute, arg string) *link.Error {
	f.nmu.Lock()
	f.names = append(f.names, arg)
	f.nmu.Unlock()
	return nil
}

func (f *fake) input(m link.Execute, arg string) *link.Error {
	f.send(link.InputRequest{ID: m.ID, Prompt: arg})
	in := <-f.inputs
	if in.EOF {
		return &link.Error{Name: "InputError", Value: "no input is allowed"}
	}
	return f.show(m.ID, link.Result, "", in.Value)
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

func writeHex(arg string) *link.Error {
	b, err := hex.DecodeString(arg)
	if err != nil {
		return &link.Error{Name: "CompileError", Value: err.Error()}
	}
	_, _ = os.Stdout.Write(b)
	return nil
}

func printLines(n int) *link.Error {
	for i := range n {
		fmt.Println("line", i)
	}
	return nil
}

func late(_ *fake, _ link.Execute, arg string) *link.Error {
	ms, text, _ := strings.Cut(arg, " ")
	time.AfterFunc(time.Duration(number(ms))*time.Millisecond, func() { fmt.Println(text) })
	return nil
}

// spawnSleep starts a process that leaves the worker's process group.
func spawnSleep(f *fake, m link.Execute, _ string) *link.Error {
	cmd := exec.Command("sleep", "1000")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return &link.Error{Name: "Error", Value: err.Error()}
	}
	return f.show(m.ID, link.Result, "", strconv.Itoa(cmd.Process.Pid))
}

func overflowNow() *link.Error {
	debug.SetMaxStack(16 << 20) // the usual gigabyte takes seconds
	overflow := func(int) int { return 0 }
	overflow = func(n int) int { return overflow(n+1) + 1 }
	return &link.Error{Name: "Error", Value: strconv.Itoa(overflow(0))}
}
