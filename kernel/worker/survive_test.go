package worker_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/kernel"
	"github.com/cellar-ml/cellar/kernel/kerneltest"
	"github.com/cellar-ml/cellar/kernel/wire"
	"github.com/google/go-cmp/cmp"
)

// wired is a front end of a whole kernel whose worker is this test's.
func wired(t *testing.T) *kerneltest.Client {
	t.Helper()
	return kerneltest.Start(t, kernel.Options{Version: "test", Worker: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CELLAR_TEST_WORKER=1")
		return cmd
	}})
}

// deadly is what may end a process, and what the cell says instead. Where died
// is set Go gives no way out: the process is replaced, and what can be comes back.
var deadly = []struct {
	name, code string
	ename      string // "" for a cell that ends well
	says       string // part of the error, or of what is printed
	died       bool
	stop       bool // it is interrupted
}{
	{name: "goroutine panic", code: "go func() { panic(\"in a goroutine\") }()\ntime.Sleep(50 * time.Millisecond)", says: "in a goroutine"},
	{name: "AfterFunc panic", code: "time.AfterFunc(time.Millisecond, func() { panic(\"in a timer\") })\ntime.Sleep(50 * time.Millisecond)", says: "in a timer"},
	{name: "fault in a goroutine", code: "import \"unsafe\"\ngo func() { *(*int)(unsafe.Pointer(uintptr(0xdeadbeef000))) = 1 }()\ntime.Sleep(50 * time.Millisecond)", says: "no memory at address 0xdeadbeef000"},
	{name: "os.Exit", code: "os.Exit(3)", ename: "Exit", says: "os.Exit(3)"},
	{name: "os.Exit in a goroutine", code: "go os.Exit(3)\ntime.Sleep(50 * time.Millisecond)", says: "os.Exit(3)"},
	{name: "log.Fatal", code: "log.Fatal(\"the end\")", ename: "Exit", says: "log.Fatal: the end"},
	{name: "nil map", code: "var nilMap map[string]int\nnilMap[\"a\"] = 1", ename: "Panic", says: "assignment to entry in nil map"},
	{name: "runaway recursion", code: "func rec(n int) int { return rec(n+1) + 1 }\nrec(0)", ename: "Panic", says: "stack overflow"},
	{name: "runaway closure", code: "var again func(int) int\nagain = func(n int) int { return again(n+1) + 1 }\nagain(0)", ename: "Panic", says: "stack overflow"},
	{name: "runaway pair", code: "func even(n int) bool { return odd(n + 1) }\nfunc odd(n int) bool { return !even(n + 1) }\neven(0)", ename: "Panic", says: "stack overflow"},
	{name: "runaway method under fmt", code: "type R struct{ n int }\nfunc (r R) String() string { return fmt.Sprint(R{r.n + 1}) }\nfmt.Println(R{1})", ename: "Panic", says: "stack overflow"},
	{name: "runaway less under sort", code: "var less func(i, j int) bool\nless = func(i, j int) bool { sort.Slice([]int{3, 2, 1}, less); return i < j }\nsort.Slice([]int{3, 2, 1}, less)", ename: "Panic", says: "stack overflow"},
	{name: "runaway with defers", code: "func tidy(n int) { defer func() { recover() }(); tidy(n + 1) }\ntidy(0)", ename: "Panic", says: "stack overflow"},
	{name: "runaway goroutine", code: "func rec2(n int) int { return rec2(n+1) + 1 }\ndone := make(chan bool)\ngo func() { defer close(done); rec2(0) }()\n<-done\nnil", says: "stack overflow"},
	{name: "interrupt deep down", code: "func down(n int) int { if n > 0 { return down(n-1) + 1 }; fmt.Println(\"down\"); for {} }\ndown(20000)", ename: "Interrupt", says: "interrupted", stop: true},
	{name: "deep recursion that ends", code: "func deep(n int) int { if n == 0 { return 0 }; return deep(n-1) + 1 }\nfmt.Println(deep(100000))", says: "100000"},
	{name: "concurrent map writes", code: "racy := map[int]int{}\nfor range 8 { go func() { for i := 0; i < 10000000; i++ { racy[i%10] = i } }() }\ntime.Sleep(10 * time.Second)", ename: "WorkerDied", says: "concurrent map writes", died: true},
	{name: "unlock of unlocked", code: "var mu sync.Mutex\nmu.Unlock()", ename: "WorkerDied", says: "unlock of unlocked mutex", died: true},
	{name: "a signal as from C", code: "syscall.Kill(os.Getpid(), syscall.SIGSEGV)\ntime.Sleep(time.Second)", ename: "WorkerDied", says: "SIGSEGV", died: true},
	{name: "SIGKILL", code: "syscall.Kill(os.Getpid(), syscall.SIGKILL)\ntime.Sleep(time.Second)", ename: "WorkerDied", says: "SIGKILL", died: true},
	{name: "Goexit", code: "runtime.Goexit()", ename: "Panic", says: "runtime.Goexit"},
	{name: "close of closed channel", code: "cc := make(chan int)\nclose(cc)\nclose(cc)", ename: "Panic", says: "close of closed channel"},
	{name: "all goroutines blocked", code: "fmt.Println(\"on\")\nvar never chan int\n<-never", ename: "Interrupt", says: "interrupted", stop: true},
	{name: "group that never ends", code: "fmt.Println(\"on\")\nvar wg sync.WaitGroup\nwg.Add(1)\nwg.Wait()", ename: "Interrupt", says: "interrupted", stop: true},
	{name: "panic in a deferred call", code: "func f() { defer func() { panic(\"second\") }(); panic(\"first\") }\nf()", ename: "Panic", says: "second"},
	{name: "panic(nil)", code: "panic(nil)", ename: "Panic", says: "panic called with nil argument"},
	{name: "huge allocation", code: "huge := make([]byte, 1<<44)", ename: "Panic", says: "out of memory"},
	{name: "impossible allocation", code: "n := 1 << 50\nhuger := make([]int, n)", ename: "Panic", says: "len out of range"},
	{name: "nil pointer", code: "var nowhere *int\n*nowhere", ename: "Panic", says: "nil pointer dereference"},
	{name: "bad address", code: "import \"unsafe\"\np := (*int)(unsafe.Pointer(uintptr(0xdeadbeef000)))\n*p", ename: "Panic", says: "no memory at address 0xdeadbeef000"},
	{name: "negative WaitGroup", code: "new(sync.WaitGroup).Done()", ename: "Panic", says: "negative WaitGroup counter"},
}

func TestNothingEndsTheSession(t *testing.T) {
	c := wired(t)
	c.Execute("old := 41")
	for _, tc := range deadly {
		t.Run(tc.name, func(t *testing.T) {
			id := c.Begin(tc.code)
			if tc.stop {
				c.Wait("a print", func(m kerneltest.Message) bool { return m.Parent == id && m.Type == "stream" })
				time.Sleep(20 * time.Millisecond)
				c.Send(wire.Control, "interrupt_request", map[string]any{})
			}
			e := c.End(id)
			if got := e.Reply.Text("ename"); got != tc.ename {
				t.Errorf("ename = %q (%s), want %q", got, e.Reply.Text("evalue"), tc.ename)
			}
			tb, _ := e.Reply.Content["traceback"].([]any)
			said := e.Reply.Text("evalue") + e.Printed("stderr") + e.Printed("stdout")
			for _, l := range tb {
				said += l.(string)
			}
			if !strings.Contains(said, tc.says) {
				t.Errorf("the cell says %q, want %q in it", said, tc.says)
			}
			if died := e.Reply.Text("ename") == "WorkerDied"; died && !strings.Contains(said, "Brought back: ") {
				t.Errorf("the cell says %q, and not what came back", said)
			}
			for code, want := range map[string]string{"1+1": "2", "old": "41"} {
				if diff := cmp.Diff([]string{"execute_result " + want}, c.Execute(code).Shape()); diff != "" {
					t.Errorf("%s afterwards (-want +got):\n%s", code, diff)
				}
			}
		})
	}
}

// prints writes in every way that a goroutine of a cell prints.
const prints = `fmt.Print("a ")
	fmt.Printf("%s ", "b")
	fmt.Println("c")
	fmt.Fprintln(os.Stdout, "d")
	os.Stdout.Write([]byte("e\n"))
	os.Stdout.WriteString("f\n")
	fmt.Fprint(os.Stderr, "g\n")
	println("h")
	log.New(os.Stderr, "", 0).Println("i")
	log.SetFlags(0)
	log.Print("j")`

func TestOutputGoesToTheCellOfTheGoroutine(t *testing.T) {
	c := wired(t)
	for name, start := range map[string]string{
		"go":        "go late()",
		"nested go": "go func() { go late() }()",
		"AfterFunc": "time.AfterFunc(0, late)",
		"WaitGroup": "var wg sync.WaitGroup\nwg.Go(late)",
	} {
		t.Run(name, func(t *testing.T) {
			begin := "gate := make(chan bool)\nfunc late() {\n<-gate\n" + prints + "\npanic(\"late panic\")\n}\n"
			first := c.Execute(begin + start + ";")
			if first.Status() != "ok" {
				t.Fatalf("the first cell: %v", first.Reply.Content)
			}
			second := c.Begin("fmt.Println(\"second\")\nclose(gate)\ntime.Sleep(200 * time.Millisecond)\nfmt.Println(\"second\")")
			c.Wait("the panic", func(m kerneltest.Message) bool {
				return m.Parent == first.ID && strings.Contains(m.Text("text"), "late panic")
			})
			got := map[string]string{}
			for _, m := range c.Heard(first.ID) {
				if m.Type == "stream" {
					got[m.Text("name")] += m.Text("text")
				}
			}
			got["stderr"], _, _ = strings.Cut(got["stderr"], "goroutine ")
			if diff := cmp.Diff(map[string]string{"stdout": "a b c\nd\ne\nf\n", "stderr": "g\nh\nj\n"}, got); diff != "" {
				t.Errorf("under the first cell (-want +got):\n%s", diff)
			}
			e := c.End(second)
			if diff := cmp.Diff("second\nsecond\n", e.Printed("stdout")); diff != "" {
				t.Errorf("under the second (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff("i\n", e.Printed("stderr")); diff != "" { // a library writes it to the descriptor
				t.Errorf("errors under the second (-want +got):\n%s", diff)
			}
		})
	}
}
