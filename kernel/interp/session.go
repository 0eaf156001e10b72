// Package interp runs cells in an interpreter and keeps their values between
// them. It knows how a lowered program becomes running code and what stops it;
// it knows neither Jupyter nor what a magic does.
package interp

import (
	"fmt"
	"go/parser"
	"log"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cellar-ml/cellar/display"
	"github.com/cellar-ml/cellar/kernel/lang"
	yaegi "github.com/traefik/yaegi/interp"
)

// Options are what a session needs. Packages is required.
type Options struct {
	Packages lang.Packages
	// MagicType is the type of what "name := %line" binds; nil: nothing.
	MagicType  func(lang.Segment) reflect.Type
	ImportHint string // of lang.Options
	// OnGoroutinePanic is told of a panic in a goroutine that a cell started.
	// The goroutine has ended, nothing else has.
	OnGoroutinePanic func(*Panic)
	// RestoreCell brings back what is not Go in a cell, and gives the Go that is
	// left of it; false for a cell that is all Go. Nil: there is no such cell.
	RestoreCell func(s *Session, c lang.Cell) (rest string, ok bool)
	// Compile compiles and loads what lang has written, so that n.Path is one of
	// Packages. It is called in the background, for functions that are worth it;
	// nil: everything is interpreted.
	Compile func(n *lang.Native) error
	// Cell names the cell that runs, in the host's words, "" when none does.
	// Late is given what a goroutine prints whose cell is not the one that runs,
	// on "stdout" or "stderr"; it must not keep text. Both nil: nobody asks.
	Cell func() string
	Late func(cell, name string, text []byte)
	// Grace is how long a cell that was interrupted may take to end before it
	// is left behind in its goroutine; 0 means 40 ms.
	Grace time.Duration
}

// A Session runs cells one after the other and keeps what they declare. Run,
// Eval and Bind are for one goroutine at a time, the cell's own included; the
// other methods may be called while a cell runs.
type Session struct {
	opt  Options
	lang *lang.Session
	in   *yaegi.Interpreter
	stop *bool      // the interpreter's own variable
	real *realTypes // what values are
	kept *realTypes // what the interpreter keeps them as

	compile  sync.Mutex // held while the interpreter compiles and declares
	loaded   map[string]bool
	handed   unit // what the program that is being declared hands over
	bindType reflect.Type

	vars     map[string]reflect.Value // pointers to the session's variables, by their lowered names
	programs sync.Map                 // file name -> *program
	traces   traces
	natives  sync.Map // import path and file -> lang.Cell: what was compiled

	deferMu   sync.Mutex
	deferring map[uint64]*deferral // by goroutine: the deferred calls that run
	armed     map[uint64]*deferral // by goroutine: what it calls next is deferred by this
	numbered  map[int]*deferral
	deferrals int

	overflow atomic.Bool // stacks are too large
	watching atomic.Bool // a loop waits for its first check to be a call (nextCheck)
	leaving  sync.Map    // goroutines that end from deep down
	owners   sync.Map    // goroutine -> the host's name of the cell that it belongs to
	stdout   *printer
	stderr   *printer

	mu         sync.Mutex
	current    *run
	promotions atomic.Int32    // functions that were compiled in the background
	left       map[uint64]*run // interrupted, and not ended yet
	aside      map[uint64]*run // goroutines of compiled code that a run waits for
	count      int
}

// unit is what a lowered program registers.
type unit struct {
	run   func()
	lines []*int
}

type program struct {
	*lang.Program
	lines []*int
}

// A Result is what a cell's last expression gave.
type Result struct {
	Shown    bool             // false: the cell shows nothing
	Value    any              // the value, as the host sees it; of several, a []any
	Type     string           // its static type, as cells write it
	Text     string           // its text, when only the interpreter knows it
	Bundle   *display.Bundle  // from the value's own Display method
	Declares bool             // the cell left names behind
	Warnings lang.Diagnostics // what the cell broke elsewhere
}

// New starts a session.
func New(opt Options) (*Session, error) {
	s := &Session{opt: opt, loaded: map[string]bool{}, vars: map[string]reflect.Value{}, left: map[uint64]*run{}, aside: map[uint64]*run{}, deferring: map[uint64]*deferral{}, armed: map[uint64]*deferral{}, numbered: map[int]*deferral{}}
	s.stdout, s.stderr = &printer{s, "stdout", os.Stdout}, &printer{s, "stderr", os.Stderr}
	if s.opt.Late != nil {
		log.SetOutput(s.stderr)
	}
	if s.opt.Grace == 0 {
		s.opt.Grace = 40 * time.Millisecond
	}
	s.lang = lang.NewSession(lang.Options{Packages: opt.Packages, MagicType: s.magicType, ImportHint: opt.ImportHint})
	s.real = newRealTypes(s.lang, opt.Packages)
	s.kept = newRealTypes(s.lang, opt.Packages)
	s.kept.real = s.real
	s.in = yaegi.New(yaegi.Options{Unrestricted: true, Stderr: &s.traces})
	s.traces.s = s
	if err := s.in.Use(yaegi.Exports{lang.Support + "/rt": s.support()}); err != nil {
		return nil, fmt.Errorf("start interpreter: %w", err)
	}
	boot := "package main\nimport rtǃ " + strconv.Quote(lang.Support) + "\nvar stopǃ bool\nvar bootǃ = rtǃ.Boot(&stopǃ)\n"
	if err := s.declare("boot", boot); err != nil {
		return nil, fmt.Errorf("start interpreter: %w", err)
	}
	return s, nil
}

// Lang is the session's declarations, for completion and inspection.
func (s *Session) Lang() *lang.Session { return s.lang }

// declare compiles a file and runs its declarations.
func (s *Session) declare(name, src string) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("interpreter: %v", r)
		}
	}()
	f, err := parser.ParseFile(s.in.FileSet(), name, src, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	p, err := s.in.CompileAST(f)
	if err != nil {
		return err
	}
	s.grow()
	_, err = s.in.Execute(p)
	return err
}

// load makes packages known to the interpreter.
func (s *Session) load(paths []string) error {
	for _, path := range paths {
		if s.loaded[path] || path == lang.Types {
			continue
		}
		s.loaded[path] = true
		syms := s.opt.Packages.Symbols(path)
		if syms == nil && path != "unsafe" {
			return fmt.Errorf("package %s has no compiled form", path)
		}
		s.printers(path, syms)
		for name, v := range syms {
			if v.CanAddr() {
				syms[name+lang.AddressOf] = v.Addr()
			}
		}
		if err := s.in.Use(yaegi.Exports{path + "//" + path[strings.LastIndexByte(path, '/')+1:]: syms}); err != nil {
			return fmt.Errorf("load package %s: %w", path, err)
		}
	}
	return nil
}

// prepare checks, lowers and declares a cell. Nothing of it has run yet.
func (s *Session) prepare(c lang.Cell) (*lang.Unit, *program, func(), error) {
	s.compile.Lock()
	defer s.compile.Unlock()
	u, err := s.lang.Check(c)
	if err != nil {
		return nil, nil, nil, err
	}
	p, f, err := s.admit(u)
	if err != nil {
		return nil, nil, nil, err
	}
	return u, p, f, nil
}

// admit lowers and declares a checked cell; the function runs it.
func (s *Session) admit(u *lang.Unit) (*program, func(), error) {
	lp, err := s.lang.Lower(u)
	if err != nil {
		return nil, nil, err
	}
	p := &program{Program: lp}
	s.programs.Store(lp.Name, p)
	if err := s.load(lp.Packages); err != nil {
		return nil, nil, err
	}
	if err := s.loadTypes(lp.Types); err != nil {
		return nil, nil, err
	}
	s.handed = unit{}
	if err := s.declare(lp.Name, lp.Source); err != nil {
		line, msg := compileError(err, lp.Name)
		return nil, nil, s.lang.Diagnose(u, lp, line, msg)
	}
	p.lines = s.handed.lines
	p.Source = "" // it has been read
	s.release()
	s.forget(lp.Forget)
	s.lang.Commit(u)
	s.demote()
	return p, s.handed.run, nil
}

var errPosition = regexp.MustCompile(`^([^:\s]+):(\d+):(\d+): `)

// compileError takes the position off an error of the interpreter's compiler.
func compileError(err error, name string) (line int, msg string) {
	msg = err.Error()
	if m := errPosition.FindStringSubmatch(msg); m != nil && m[1] == name {
		line, _ = strconv.Atoi(m[2])
		msg = msg[len(m[0]):]
	}
	return line, lang.Plain(msg)
}

func (s *Session) magicType(seg lang.Segment) reflect.Type {
	if seg.Line == bindLine {
		return s.bindType
	}
	if s.opt.MagicType == nil {
		return nil
	}
	return s.opt.MagicType(seg)
}
