package interp

import (
	"fmt"
	"path"
	"runtime"
	"strings"

	"github.com/cellar-ml/cellar/kernel/lang"
)

// Native checks a cell that is to be compiled, lets build compile and load it,
// and makes what it declares names of the session. When build returns nil the
// package n.Path must be one of Options.Packages. Errors are those of build, and
// lang.Diagnostics. Like Run it is for the goroutine of the cell.
func (s *Session) Native(c lang.Cell, build func(n *lang.Native) error) (*lang.Native, lang.Diagnostics, error) {
	n, err := s.lang.CheckNative(c)
	if err != nil {
		return nil, nil, err
	}
	if err := build(n); err != nil {
		return nil, nil, err
	}
	s.compile.Lock()
	defer s.compile.Unlock()
	s.natives.Store(n.Path+"/cell.go", c)
	u := s.lang.Adopt(n)
	if _, _, err := s.admit(u); err != nil {
		return nil, nil, fmt.Errorf("take over the compiled cell: %w", err)
	}
	if r := s.inside(); r != nil {
		r.compiled = true
	}
	return n, u.Warnings, nil
}

// nativeFrames are the lines of native cells on the way to the panic that is
// being recovered, innermost first. A deferred function must call it: the stack
// of the panic is still there then.
func (s *Session) nativeFrames() []Frame {
	pcs := make([]uintptr, 512)
	it := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	var frames []Frame
	for more := true; more; {
		var f runtime.Frame
		f, more = it.Next()
		pkg, name, ok := nativeFunc(f.Function)
		c, known := s.natives.Load(pkg + "/" + path.Base(f.File))
		if !ok || !known {
			continue
		}
		frame := Frame{Func: name, Cell: c.(lang.Cell), Line: f.Line}
		if n := len(frames) - 1; n >= 0 && frames[n].Func == name && frames[n].Line == frame.Line {
			frames[n].Repeated++
			continue
		}
		frames = append(frames, frame)
	}
	return frames
}

// nativeFunc takes the name of a compiled function apart.
func nativeFunc(function string) (pkg, name string, ok bool) {
	if !lang.IsNative(function) {
		return "", "", false
	}
	at := strings.IndexByte(function[len(lang.NativePath):], '.')
	if at < 0 {
		return "", "", false
	}
	at += len(lang.NativePath)
	name = strings.TrimPrefix(function[at+1:], lang.NativeMark)
	name = lang.Unmarked(name)
	return function[:at], strings.NewReplacer("(*", "", ")", "", "[...]", "").Replace(name), true
}
