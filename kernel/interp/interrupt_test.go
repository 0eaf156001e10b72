package interp_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/cellar-ml/cellar/kernel/interp"
	"github.com/cellar-ml/cellar/kernel/lang"
	"github.com/cellar-ml/cellar/kernel/symbols"
)

func newSession(t *testing.T, opt interp.Options) *interp.Session {
	t.Helper()
	opt.Packages = symbols.New()
	s, err := interp.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func run(t *testing.T, s *interp.Session, code string) interp.Result {
	t.Helper()
	r, err := s.Run(lang.Cell{N: 1, Code: code}, nil)
	if err != nil {
		t.Fatalf("Run(%q) = %v", code, err)
	}
	return r
}

// What a session must still have after an interrupt.
const keepsake = `
old := func() int { return 42 }
type holder struct{ f func(int) int }
h := holder{func(n int) int { return n + 1 }}
var ticks atomic.Int64
go func() { for { ticks.Add(1); time.Sleep(time.Millisecond) } }()
busy := 0
go func() { for { busy++; if busy > 1000000000 { busy = 0 } } }()
less := []int{3, 1, 2}
`

func TestInterrupt(t *testing.T) {
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	defer slow.Close()
	s := newSession(t, interp.Options{})
	run(t, s, keepsake)
	for name, code := range map[string]string{
		"loop": "for {}", "nested": "func() { for { for i := 0; i < 10; i++ {} } }()",
		"recover": "for { func() { defer func() { recover() }(); for {} }() }",
		"sleep":   "time.Sleep(time.Hour)", "receive": "<-make(chan int)", "send": "make(chan int) <- 1",
		"select": "select {}", "select2": "select { case <-make(chan int): case make(chan string) <- \"\": }",
		"range": "for range make(chan int) {}", "mutex": "var m sync.Mutex; m.Lock(); m.Lock()",
		"rw": "var m sync.RWMutex; m.RLock(); m.Lock()", "wait": "var wg sync.WaitGroup; wg.Add(1); wg.Wait()",
		"recursion": "func forever(n int) int { if n == 0 { return 0 }; return forever(n-1) + forever(n-1) }\nforever(90)",
		"http":      "http.Get(" + "`" + slow.URL + "`" + ")", "client": "(&http.Client{}).Get(`" + slow.URL + "`)",
		"native":    "io.ReadAll(func() io.Reader { r, _ := io.Pipe(); return r }())",
		"benchmark": "testing.Benchmark(func(b *testing.B) { for {} })",
		"ticker":    "for range time.Tick(time.Millisecond) {}", "rangeint": "for range 1 << 62 {}",
	} {
		t.Run(name, func(t *testing.T) { interruptOne(t, s, code) })
	}
}

func interruptOne(t *testing.T, s *interp.Session, code string) {
	var at time.Time
	time.AfterFunc(60*time.Millisecond, func() { at = time.Now(); s.Interrupt() })
	_, err := s.Run(lang.Cell{N: 2, Code: "defer func() { less = append(less, 0) }()\n" + code}, nil)
	if !errors.Is(err, interp.ErrInterrupted) {
		t.Fatalf("Run(%q) = %v, want interrupted", code, err)
	}
	t.Logf("%s ended after %v", code, time.Since(at))
	r := run(t, s, "fmt.Sprint(old(), h.f(1), len(slices.Sorted(slices.Values(less))) >= 3)")
	if got := r.Value; got != "42 2 true" {
		t.Errorf("after %q: %v", code, got)
	}
	r = run(t, s, "n1, b1, patience := ticks.Load(), busy, 500\nfor (ticks.Load() == n1 || busy == b1) && patience > 0 { time.Sleep(10*time.Millisecond); patience-- }\nticks.Load() > n1 && busy != b1")
	if r.Value != true {
		t.Errorf("after %q: background goroutines stand still", code)
	}
	r = run(t, s, "sort.Slice(less, func(i, j int) bool { return less[i] < less[j] })\nless[len(less)-1]")
	if r.Value != 3 {
		t.Errorf("after %q: sort.Slice gave %v", code, r.Value)
	}
}

func TestSurvival(t *testing.T) {
	var gone []string
	s := newSession(t, interp.Options{OnGoroutinePanic: func(p *interp.Panic) { gone = append(gone, p.Text) }})
	run(t, s, "kept := 7")
	for _, c := range []struct{ code, want string }{
		{"go func() { panic(\"in goroutine\") }()\ntime.Sleep(20*time.Millisecond)", ""},
		{"time.AfterFunc(time.Millisecond, func() { panic(\"in timer\") })\ntime.Sleep(30*time.Millisecond)", ""},
		{"os.Exit(3)", "os.Exit(3)"},
		{"func() { defer func() { recover() }(); os.Exit(4) }()\nfor {}", "os.Exit(4)"},
		{"log.SetOutput(io.Discard)\nlog.Fatal(\"bye\")", "bye"},
		{"log.New(io.Discard, \"\", 0).Fatalf(\"bye %d\", 2)", "bye 2"},
		{"var m map[string]int\nm[\"a\"] = 1", "assignment to entry in nil map"},
		{"var p *struct{ X int }\np.X", "nil pointer"},
		{"[]int{}[kept]", "index out of range"},
		{"panic(fmt.Errorf(\"own %d\", 1))", "own 1"},
		{"runtime.Goexit()", "Goexit"},
	} {
		_, err := s.Run(lang.Cell{N: 3, Code: c.code}, nil)
		if got := errText(err); c.want == "" && err != nil || !strings.Contains(got, c.want) {
			t.Errorf("Run(%q) = %q, want %q", c.code, got, c.want)
		}
		if r := run(t, s, "kept + 1"); r.Value != 8 {
			t.Errorf("after %q: kept + 1 = %v", c.code, r.Value)
		}
	}
	if strings.Join(gone, ",") != "in goroutine,in timer" {
		t.Errorf("goroutine panics = %q", gone)
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
