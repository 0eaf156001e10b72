package interp

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/cellar-ml/cellar/kernel/lang"
)

// ErrInterrupted ends a cell that was interrupted.
var ErrInterrupted = errors.New("interrupted")

// An Exit is a cell's call of os.Exit or log.Fatal, which ends the cell only.
type Exit struct {
	Code int
	Text string // what log.Fatal logged
}

func (e *Exit) Error() string {
	if e.Text != "" {
		return e.Text
	}
	return fmt.Sprintf("os.Exit(%d): the cell has ended, the session has not", e.Code)
}

// A Panic is a panic that nothing in the cell recovered.
type Panic struct {
	Type   string // of the value, "" for a fault
	Text   string
	Frames []Frame // innermost first; functions of the standard library are left out
	Cell   string  // the host's name of the cell that started the goroutine; "" for the cell's own
	Exit   *Exit   // what a goroutine asked for that called os.Exit; nil otherwise
}

// A Frame is a line of a cell on the way to a panic.
type Frame struct {
	Func      string // "" for the cell's own statements
	Cell      lang.Cell
	Line, Col int
	Repeated  int // how many more frames of this function followed it
}

func (p *Panic) Error() string {
	s := "panic: " + p.Text
	if len(p.Frames) > 0 {
		s += fmt.Sprintf(" (cell [%d], line %d)", p.Frames[0].Cell.N, p.Frames[0].Line)
	}
	return s
}

// ending is the panic by which a cell ends on purpose.
type ending struct{ err error }

// failure turns what was recovered at the end of a cell into its error.
func (s *Session) failure(r *run, x any) error {
	frames := append(s.nativeFrames(), s.traces.take(goroutine())...)
	s.mu.Lock()
	stopped, end := r.stopped, r.end
	s.mu.Unlock()
	if e, ok := unwrap(x).(ending); ok {
		return e.err
	}
	if e := exitOf(x); e != nil {
		return e
	}
	switch {
	case end != nil:
		return end
	case stopped:
		return ErrInterrupted
	case x == nil: // runtime.Goexit
		return &Panic{Text: "runtime.Goexit called by the cell's own goroutine", Frames: frames}
	}
	p := panicOf(x, frames)
	p.Text = s.withNumbers(r, p.Text, frames)
	return p
}

// exitOf is the end of the process that x asks for; nil when it is another panic.
func exitOf(x any) *Exit {
	switch e := unwrap(x).(type) {
	case ending:
		exit, _ := e.err.(*Exit)
		return exit
	case interface{ ExitCode() int }:
		return &Exit{Code: e.ExitCode(), Text: fmt.Sprint(e)}
	}
	return nil
}

func unwrap(x any) any {
	if v, ok := x.(reflect.Value); ok && v.IsValid() && v.CanInterface() {
		return v.Interface()
	}
	return x
}

func panicOf(x any, frames []Frame) *Panic {
	x = unwrap(x)
	p := &Panic{Frames: frames}
	switch v := x.(type) {
	case runtime.Error:
		p.Text = fault(v.Error())
		if at, ok := x.(interface{ Addr() uintptr }); ok && at.Addr() >= firstPage {
			p.Text = fmt.Sprintf("runtime error: no memory at address %#x", at.Addr())
		}
	case *reflect.ValueError:
		p.Text = fault(v.Error())
	case error:
		p.Type, p.Text = typeName(x), v.Error()
		if strings.HasPrefix(p.Type, "interp.") || strings.HasPrefix(p.Type, "main.") {
			p.Type, p.Text = "", fault(v.Error())
		}
	case fmt.Stringer:
		p.Type, p.Text = typeName(x), v.String()
	case string:
		p.Type, p.Text = "string", v
		if isFault(v) {
			p.Type, p.Text = "", fault(v)
		}
	default:
		p.Type, p.Text = typeName(x), fmt.Sprint(x)
	}
	return p
}

// firstPage is where nil pointers end.
const firstPage = 4096

func typeName(x any) string {
	t := reflect.TypeOf(x)
	if t == nil {
		return "nil"
	}
	if strings.Contains(t.String(), "struct {") {
		return ""
	}
	return lang.Plain(strings.TrimPrefix(t.String(), "*"))
}

var toArray = regexp.MustCompile(`to (pointer to )?array with`)

var faultPosition = regexp.MustCompile(`^cell\d+:\d+:\d+: `)

// isFault says whether a string that was panicked with is the interpreter's.
func isFault(msg string) bool {
	return faultPosition.MatchString(msg) || fault(msg) != msg
}

// fault says in the compiler's words what the interpreter says in its own.
func fault(msg string) string {
	msg = faultPosition.ReplaceAllString(msg, "")
	switch {
	case strings.HasPrefix(msg, "hash of unhashable type: "):
		return strings.Replace(msg, "type: ", "type ", 1)
	case strings.Contains(msg, "nil pointer dereference") && strings.HasPrefix(msg, "runtime error"):
		return string(nilPointer)
	case strings.HasPrefix(msg, "reflect: slice index out of range"), strings.HasPrefix(msg, "reflect: array index out of range"),
		strings.HasPrefix(msg, "reflect: string index out of range"):
		return "runtime error: index out of range"
	case strings.HasPrefix(msg, "reflect.Value.Slice") || strings.HasPrefix(msg, "reflect.Value.Slice3"):
		return "runtime error: slice bounds out of range"
	case !strings.HasPrefix(msg, "reflect"): // what follows are package reflect's words
	case strings.Contains(msg, "on zero Value"), strings.Contains(msg, "nil pointer dereference"), strings.Contains(msg, "using value obtained using nil"),
		strings.Contains(msg, "call of nil function"), strings.Contains(msg, "on nil interface value"), strings.Contains(msg, "Call using zero Value"):
		return string(nilPointer)
	case strings.HasPrefix(msg, "reflect: cannot convert slice with length"):
		return "runtime error: " + toArray.ReplaceAllString(strings.TrimPrefix(msg, "reflect: "), "to array or pointer to array with")
	}
	return msg
}

// traces is where the interpreter writes a line for each function that a panic
// passes through, innermost first, in the goroutine of the panic.
type traces struct {
	s      *Session
	mu     sync.Mutex
	frames map[uint64][]Frame
}

var traceLine = regexp.MustCompile(`^(cell\d+):(\d+):`)

// Write takes one such line.
func (t *traces) Write(b []byte) (int, error) {
	m := traceLine.FindSubmatch(b)
	if m == nil {
		return len(b), nil
	}
	v, ok := t.s.programs.Load(string(m[1]))
	if !ok {
		return len(b), nil
	}
	p := v.(*program)
	line, _ := strconv.Atoi(string(m[2]))
	f, ok := p.Entry[line]
	if !ok || p.Funcs[f].Cell.N == 0 && p.Funcs[f].Cell.Code == "" || f >= len(p.lines) || p.lines[f] == nil {
		return len(b), nil
	}
	t.add(goroutine(), Frame{Func: p.Funcs[f].Name, Cell: p.Funcs[f].Cell, Line: *p.lines[f]})
	return len(b), nil
}

func (t *traces) add(id uint64, f Frame) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.frames == nil {
		t.frames = map[uint64][]Frame{}
	}
	fs := t.frames[id]
	if n := len(fs); n > 0 && fs[n-1].Func == f.Func && fs[n-1].Line == f.Line && fs[n-1].Cell.N == f.Cell.N {
		fs[n-1].Repeated++
		return
	}
	if len(fs) < 200 {
		t.frames[id] = append(fs, f)
	}
}

// take returns what a goroutine's panic passed through, and forgets it.
func (t *traces) take(id uint64) []Frame {
	t.mu.Lock()
	defer t.mu.Unlock()
	fs := t.frames[id]
	delete(t.frames, id)
	return fs
}

// move hands what a goroutine's panic passed through to the one that goes on
// with it.
func (t *traces) move(from, to uint64) {
	for _, f := range t.take(from) {
		t.add(to, f)
	}
}
