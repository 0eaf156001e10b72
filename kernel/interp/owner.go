package interp

import (
	"fmt"
	"io"
	"os"
	"reflect"
)

// A goroutine belongs to the cell that started it, or that started the goroutine
// which did. What it prints is that cell's, also when another cell runs.

// owner is the cell that the calling goroutine belongs to, in the host's words;
// "" when that is not known.
func (s *Session) owner() string {
	if v, ok := s.owners.Load(goroutine()); ok {
		return v.(string)
	}
	return s.running()
}

// Owner is the cell that the calling goroutine was started by, "" for one that
// no cell started.
func (s *Session) Owner() string {
	if v, ok := s.owners.Load(goroutine()); ok {
		return v.(string)
	}
	return ""
}

// running is the host's name of the cell that runs.
func (s *Session) running() string {
	if s.opt.Cell == nil {
		return ""
	}
	return s.opt.Cell()
}

// A printer is standard output or error as interpreted code sees it.
type printer struct {
	s    *Session
	name string
	file *os.File
}

// Write writes to the file, or hands over what is not of the cell that runs.
func (p *printer) Write(b []byte) (int, error) {
	if p.s.opt.Late != nil {
		if cell := p.s.Owner(); cell != "" && cell != p.s.running() {
			p.s.opt.Late(cell, p.name, b)
			return len(b), nil
		}
	}
	return p.file.Write(b)
}

// writer is w, or the printer that stands for it.
func (s *Session) writer(w io.Writer) io.Writer {
	if f, ok := w.(*os.File); ok {
		switch f {
		case s.stdout.file:
			return s.stdout
		case s.stderr.file:
			return s.stderr
		}
	}
	return w
}

// printers puts the functions that print in place of those of package fmt.
func (s *Session) printers(path string, syms map[string]reflect.Value) {
	if path != "fmt" || s.opt.Late == nil {
		return
	}
	for name, f := range map[string]any{
		"Print":    func(a ...any) (int, error) { return fmt.Fprint(s.writer(os.Stdout), a...) },
		"Printf":   func(f string, a ...any) (int, error) { return fmt.Fprintf(s.writer(os.Stdout), f, a...) },
		"Println":  func(a ...any) (int, error) { return fmt.Fprintln(s.writer(os.Stdout), a...) },
		"Fprint":   func(w io.Writer, a ...any) (int, error) { return fmt.Fprint(s.writer(w), a...) },
		"Fprintf":  func(w io.Writer, f string, a ...any) (int, error) { return fmt.Fprintf(s.writer(w), f, a...) },
		"Fprintln": func(w io.Writer, a ...any) (int, error) { return fmt.Fprintln(s.writer(w), a...) },
	} {
		syms[name] = reflect.ValueOf(f)
	}
}

func (s *Session) fileWrite(f *os.File, b []byte) (int, error) { return s.writer(f).Write(b) }

func (s *Session) fileWriteString(f *os.File, text string) (int, error) {
	return io.WriteString(s.writer(f), text)
}
